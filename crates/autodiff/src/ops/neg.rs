//! # neg
//!
//! ```text
//! y = −x
//! x̄ = −ȳ
//! ```
//!
//! Slope −1 everywhere.
//!
//! Kinks: none.

use std::ops;

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// −x, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Neg;

impl Elementwise<1> for Neg {
    const CARD: Card = Card {
        name: "neg",
        forward: "y = −x",
        backward: &["x̄ = −ȳ"],
        latex: r"y = -x, \qquad \bar x = -\bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        -x
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 1], _: S, gy: S) -> [S; 1] {
        [-gy]
    }
}

impl<S: Scalar> ops::Neg for Var<'_, S> {
    type Output = Self;

    /// −x, elementwise.
    #[track_caller]
    fn neg(self) -> Self {
        self.tape.record(Map(Neg), &[self])
    }
}

impl Case for Neg {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        -x[0]
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::REAL), Sample::new(Self).input(&[], Domain::REAL)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [2.0], -2.0, [-1.0], "slope −1"),
            Edge::point(Self, [f64::INFINITY], f64::NEG_INFINITY, [-1.0], "∞ changes its sign"),
            Edge::point(Self, [f64::NAN], f64::NAN, [-1.0], "NaN in, NaN out; the slope does not depend on x"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::INFINITY, [-1.0], "and back"),
            Edge::point(Self, [0.0], -0.0, [-1.0], "0 has a slope too"),
            Edge::point(Self, [5e-324], -5e-324, [-1.0], "the smallest number has its opposite"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Neg>();
    }
}
