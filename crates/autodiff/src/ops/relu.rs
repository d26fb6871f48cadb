//! # relu
//!
//! ```text
//! y = max(x, 0)
//! x̄ = ȳ · [y > 0]
//! ```
//!
//! The slope is 1 where x > 0 and 0 where x < 0; y > 0 says which, so the input need not be kept.
//!
//! Kinks: 0 at x = 0, the choice that makes an idle unit stay idle. NaN is neither side and stays NaN.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Rectified linear unit, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Relu;

impl Elementwise<1> for Relu {
    const CARD: Card = Card {
        name: "relu",
        forward: "y = max(x, 0)",
        backward: &["x̄ = ȳ · [y > 0]"],
        latex: r"y = \max(x, 0), \qquad \bar x = \bar y\,[y > 0]",
        reads: Reads::Y,
        kinks: "slope 0 at x = 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.max(S::zero())
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 1], y: S, gy: S) -> [S; 1] {
        [if y > S::zero() {
            gy
        } else if y.is_nan() {
            y
        } else {
            S::zero()
        }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// max(x, 0), elementwise.
    #[must_use]
    #[track_caller]
    pub fn relu(self) -> Self {
        self.tape.record(Map(Relu), &[self])
    }
}

impl Case for Relu {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].relu()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[4, 3], Domain::AwayFromZero(0.1))]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [0.0], "the documented slope at the kink"),
            Edge::point(Self, [5e-324], 5e-324, [1.0], "the smallest subnormal number is positive"),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "−∞ is cut off, not multiplied by 0"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [1.0], "∞ passes"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [-0.0], 0.0, [0.0], "both zeros are the kink"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Relu>();
    }
}
