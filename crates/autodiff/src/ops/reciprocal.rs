//! # reciprocal
//!
//! ```text
//! y = 1 / x
//! x̄ = −ȳ · y · y
//! ```
//!
//! y·x = 1, so dy·x + y·dx = 0 and dy = −y/x·dx = −y²·dx.
//!
//! Kinks: none; at the pole x = 0 there is no slope but −∞, which the formula gives; a zero cotangent stays 0 there. Multiplied
//! from the left, as (ȳ · y) · y, so that y² may be too large or too small for a number where the gradient is not.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// 1 / x, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Reciprocal;

impl Elementwise<1> for Reciprocal {
    const CARD: Card = Card {
        name: "reciprocal",
        forward: "y = 1 / x",
        backward: &["x̄ = −ȳ · y · y"],
        latex: r"y = \frac1x, \qquad \bar x = -\bar y\, y^2",
        reads: Reads::Y,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        S::one() / x
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 1], y: S, gy: S) -> [S; 1] {
        [-(gy * y * y)]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// 1 / x, elementwise.
    #[must_use]
    #[track_caller]
    pub fn reciprocal(self) -> Self {
        self.tape.record(Map(Reciprocal), &[self])
    }
}

impl Case for Reciprocal {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].reciprocal()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::AwayFromZero(0.3))]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [4.0], 0.25, [-0.0625], "−1/4²"),
            Edge::point(Self, [-2.0], -0.5, [-0.25], "falls on both sides"),
            Edge::point(Self, [0.0], f64::INFINITY, [f64::NEG_INFINITY], "the pole"),
            Edge::point(Self, [1e-150], 1e150, [-1e300], "near overflow and not over it"),
            Edge::point(Self, [f64::INFINITY], 0.0, [0.0], "falls ever more slowly"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(
                Self,
                [1e-310],
                f64::INFINITY,
                [f64::NEG_INFINITY],
                "the reciprocal of a subnormal number is too large for a number",
            ),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "flat on the left too"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Reciprocal>();
    }
}
