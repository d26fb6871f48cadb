//! # cos
//!
//! ```text
//! y = cos x
//! x̄ = −ȳ · sin x
//! ```
//!
//! cos(x + h) = cos x · cos h − sin x · sin h, and with cos h → 1 and sin h / h → 1: cos′ = −sin.
//!
//! Kinks: none. Angles are in radians and are reduced without loss however large they are.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Cosine, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Cos;

impl Elementwise<1> for Cos {
    const CARD: Card = Card {
        name: "cos",
        forward: "y = cos x",
        backward: &["x̄ = −ȳ · sin x"],
        latex: r"y = \cos x, \qquad \bar x = -\bar y \sin x",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.cos()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [-(gy * x.sin())]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// cos x, elementwise, for x in radians.
    #[must_use]
    #[track_caller]
    pub fn cos(self) -> Self {
        self.tape.record(Map(Cos), &[self])
    }
}

impl Case for Cos {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].cos()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 1.0, [0.0], "flat at the top"),
            Edge::point(Self, [1e-200], 1.0, [-1e-200], "the slope next to the top is not lost"),
            Edge::point(
                Self,
                [1e22],
                0.523_214_785_395_138_9,
                [0.852_200_849_767_188_8],
                "far out the angle is still exact",
            ),
            Edge::point(Self, [f64::INFINITY], f64::NAN, [f64::NAN], "no angle"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], 1.0, [-1e-310], "the slope of a subnormal angle is not flushed to 0"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::NAN, [f64::NAN], "no angle"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Cos>();
    }
}
