//! # sub
//!
//! ```text
//! y = a − b
//! ā = ȳ
//! b̄ = −ȳ
//! ```
//!
//! Slope 1 in a and −1 in b. What is repeated to a common shape is added up by the driver.
//!
//! Kinks: none.

use std::ops;

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// a − b, elementwise, with broadcasting.
#[derive(Clone, Copy, Debug)]
pub struct Sub;

impl Elementwise<2> for Sub {
    const CARD: Card = Card {
        name: "sub",
        forward: "y = a − b",
        backward: &["ā = ȳ", "b̄ = −ȳ"],
        latex: r"y = a - b, \qquad \bar a = \bar y, \quad \bar b = -\bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a - b
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 2], _: S, gy: S) -> [S; 2] {
        [gy, -gy]
    }
}

impl<S: Scalar> ops::Sub for Var<'_, S> {
    type Output = Self;

    /// a − b, elementwise; shapes are repeated to a common one.
    ///
    /// # Panics
    /// If there is no common shape.
    #[track_caller]
    fn sub(self, other: Self) -> Self {
        self.tape.record(Map(Sub), &[self, other])
    }
}

impl<S: Scalar> ops::Sub<f64> for Var<'_, S> {
    type Output = Self;

    #[track_caller]
    fn sub(self, other: f64) -> Self {
        self - self.tape.scalar(other)
    }
}

impl Case for Sub {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0] - x[1]
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[2, 3, 1], Domain::REAL).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[], Domain::REAL).input(&[2, 2], Domain::REAL),
            Sample::new(Self).input(&[2, 2], Domain::REAL).input(&[], Domain::REAL),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [1.0, 2.0], -1.0, [1.0, -1.0], "slopes 1 and −1"),
            Edge::point(Self, [f64::INFINITY, f64::INFINITY], f64::NAN, [1.0, -1.0], "∞ − ∞ has no value"),
            Edge::point(Self, [1.0, f64::NAN], f64::NAN, [1.0, -1.0], "NaN in, NaN out"),
            Edge::point(Self, [0.0, 0.0], 0.0, [1.0, -1.0], "equal numbers have slopes too"),
            Edge::point(
                Self,
                [1e-310, 5e-324],
                9.999_999_999_999_5e-311,
                [1.0, -1.0],
                "subnormal numbers are subtracted without rounding",
            ),
            Edge::point(Self, [1.0, f64::NEG_INFINITY], f64::INFINITY, [1.0, -1.0], "−∞ taken away"),
            Edge::empty(Self, 2),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Sub>();
    }
}
