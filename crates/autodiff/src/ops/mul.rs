//! # mul
//!
//! ```text
//! y = a · b
//! ā = ȳ · b
//! b̄ = ȳ · a
//! ```
//!
//! d(a·b) = b·da + a·db. What is repeated to a common shape is added up by the driver.
//!
//! Kinks: none.

use std::ops;

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// a · b, elementwise, with broadcasting.
#[derive(Clone, Copy, Debug)]
pub struct Mul;

impl Elementwise<2> for Mul {
    const CARD: Card = Card {
        name: "mul",
        forward: "y = a · b",
        backward: &["ā = ȳ · b", "b̄ = ȳ · a"],
        latex: r"y = a b, \qquad \bar a = \bar y\, b, \quad \bar b = \bar y\, a",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a * b
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [a, b]: [S; 2], _: S, gy: S) -> [S; 2] {
        [gy * b, gy * a]
    }
}

impl<S: Scalar> ops::Mul for Var<'_, S> {
    type Output = Self;

    /// a · b, elementwise; shapes are repeated to a common one.
    ///
    /// # Panics
    /// If there is no common shape.
    #[track_caller]
    fn mul(self, other: Self) -> Self {
        self.tape.record(Map(Mul), &[self, other])
    }
}

impl<S: Scalar> ops::Mul<f64> for Var<'_, S> {
    type Output = Self;

    #[track_caller]
    fn mul(self, other: f64) -> Self {
        self * self.tape.scalar(other)
    }
}

impl Case for Mul {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0] * x[1]
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[2, 3, 1], Domain::REAL).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[], Domain::REAL).input(&[2, 2], Domain::REAL),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0, 2.0], 0.0, [2.0, 0.0], "a zero factor still has a slope"),
            Edge::point(Self, [0.0, f64::INFINITY], f64::NAN, [f64::INFINITY, 0.0], "0 · ∞ has no value"),
            Edge::point(Self, [f64::NAN, 1.0], f64::NAN, [1.0, f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [f64::NEG_INFINITY, 2.0], f64::NEG_INFINITY, [2.0, f64::NEG_INFINITY], "−∞ stays −∞"),
            Edge::point(Self, [5e-324, 0.25], 0.0, [0.25, 5e-324], "the value underflows, the slopes do not"),
            Edge::empty(Self, 2),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Mul>();
    }
}
