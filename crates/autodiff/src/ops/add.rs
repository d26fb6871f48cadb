//! # add
//!
//! ```text
//! y = a + b
//! ā = ȳ
//! b̄ = ȳ
//! ```
//!
//! A sum has slope 1 in each term. What is repeated to a common shape is added up by the driver.
//!
//! Kinks: none.

use std::ops;

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// a + b, elementwise, with broadcasting.
#[derive(Clone, Copy, Debug)]
pub struct Add;

impl Elementwise<2> for Add {
    const CARD: Card = Card {
        name: "add",
        forward: "y = a + b",
        backward: &["ā = ȳ", "b̄ = ȳ"],
        latex: r"y = a + b, \qquad \bar a = \bar b = \bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a + b
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 2], _: S, gy: S) -> [S; 2] {
        [gy, gy]
    }
}

impl<S: Scalar> ops::Add for Var<'_, S> {
    type Output = Self;

    /// a + b, elementwise; shapes are repeated to a common one.
    ///
    /// # Panics
    /// If there is no common shape.
    #[track_caller]
    fn add(self, other: Self) -> Self {
        self.tape.record(Map(Add), &[self, other])
    }
}

impl<S: Scalar> ops::Add<f64> for Var<'_, S> {
    type Output = Self;

    #[track_caller]
    fn add(self, other: f64) -> Self {
        self + self.tape.scalar(other)
    }
}

impl Case for Add {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0] + x[1]
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
            Edge::point(Self, [1.0, 2.0], 3.0, [1.0, 1.0], "slope 1 in both terms"),
            Edge::point(Self, [f64::INFINITY, f64::NEG_INFINITY], f64::NAN, [1.0, 1.0], "∞ − ∞ has no value"),
            Edge::point(Self, [f64::NAN, 1.0], f64::NAN, [1.0, 1.0], "NaN in, NaN out"),
            Edge::point(Self, [0.0, -0.0], 0.0, [1.0, 1.0], "both zeros are nothing to add"),
            Edge::point(
                Self,
                [1e-310, -5e-324],
                9.999_999_999_999_5e-311,
                [1.0, 1.0],
                "subnormal numbers add without rounding",
            ),
            Edge::point(Self, [f64::NEG_INFINITY, 1.0], f64::NEG_INFINITY, [1.0, 1.0], "−∞ swallows the other"),
            Edge::empty(Self, 2),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Add>();
    }
}
