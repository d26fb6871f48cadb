//! # abs
//!
//! ```text
//! y = |x|
//! x̄ = ȳ · sign x
//! ```
//!
//! The slope is 1 where x > 0 and −1 where x < 0.
//!
//! Kinks: 0 at x = 0, the middle of all slopes between −1 and 1. NaN is neither side and stays NaN.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Absolute value, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Abs;

impl Elementwise<1> for Abs {
    const CARD: Card = Card {
        name: "abs",
        forward: "y = |x|",
        backward: &["x̄ = ȳ · sign x"],
        latex: r"y = |x|, \qquad \bar x = \bar y \operatorname{sign} x",
        reads: Reads::X,
        kinks: "slope 0 at x = 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.abs()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [if x > S::zero() {
            gy
        } else if x < S::zero() {
            -gy
        } else if x.is_nan() {
            x
        } else {
            S::zero()
        }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// |x|, elementwise.
    #[must_use]
    #[track_caller]
    pub fn abs(self) -> Self {
        self.tape.record(Map(Abs), &[self])
    }
}

impl Case for Abs {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].abs()
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
            Edge::point(Self, [-0.0], 0.0, [0.0], "both zeros are the kink"),
            Edge::point(Self, [-5e-324], 5e-324, [-1.0], "the smallest number below 0 is below 0"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::INFINITY, [-1.0], "−∞ is on the left"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [1.0], "∞ is on the right"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Abs>();
    }
}
