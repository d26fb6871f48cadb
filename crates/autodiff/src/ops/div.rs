//! # div
//!
//! ```text
//! y = a / b
//! ā = ȳ / b
//! b̄ = −ȳ / b · y
//! ```
//!
//! y·b = a, so dy·b + y·db = da and dy = (da − y·db) / b. What is repeated to a common shape is added up by the driver.
//!
//! Kinks: none; no slope at b = 0 but what the formula gives. Why not −ȳ·a/b²: b² underflows or overflows long before b does.
//! Nor is y / b enough where both numbers are small: y may be subnormal, and what it lost is magnified. There y and b are taken 2⁶⁰ times
//! as large.

use std::ops;

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// 2⁻⁹⁰
const TINY: f64 = 8.077_935_669_463_161e-28;
/// 2⁶⁰
const LARGE: f64 = 1_152_921_504_606_846_976.0;

/// a / b, elementwise, with broadcasting.
#[derive(Clone, Copy, Debug)]
pub struct Div;

impl Elementwise<2> for Div {
    const CARD: Card = Card {
        name: "div",
        forward: "y = a / b",
        backward: &["ā = ȳ / b", "b̄ = −ȳ / b · y"],
        latex: r"y = a / b, \qquad \bar a = \bar y / b, \quad \bar b = -\bar y\, y / b",
        reads: Reads::XY,
        kinks: "none",
        linear: Linearity::In(&[0]),
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a / b
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [a, b]: [S; 2], y: S, gy: S) -> [S; 2] {
        let small = a.abs() < S::of(TINY) && b.abs() < S::one();
        let (y, divisor) = if small { (a * S::of(LARGE) / b, b * S::of(LARGE)) } else { (y, b) };
        [gy / b, -(gy * (y / divisor))]
    }
}

impl<S: Scalar> ops::Div for Var<'_, S> {
    type Output = Self;

    /// a / b, elementwise; shapes are repeated to a common one.
    ///
    /// # Panics
    /// If there is no common shape.
    #[track_caller]
    fn div(self, other: Self) -> Self {
        self.tape.record(Map(Div), &[self, other])
    }
}

impl<S: Scalar> ops::Div<f64> for Var<'_, S> {
    type Output = Self;

    #[track_caller]
    fn div(self, other: f64) -> Self {
        self / self.tape.scalar(other)
    }
}

impl Case for Div {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0] / x[1]
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL).input(&[3, 4], Domain::AwayFromZero(0.3)),
            Sample::new(Self).input(&[2, 3, 1], Domain::REAL).input(&[3, 4], Domain::AwayFromZero(0.3)),
            Sample::new(Self).input(&[], Domain::REAL).input(&[2, 2], Domain::AwayFromZero(0.3)),
            Sample::new(Self).input(&[2, 2], Domain::REAL).input(&[], Domain::AwayFromZero(0.3)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [1.0, 4.0], 0.25, [0.25, -0.0625], "1/4 and −1/4²"),
            Edge::point(Self, [1e-200, 1e-200], 1.0, [1e200, -1e200], "b² underflows, the slope does not need it"),
            Edge::point(Self, [1.0, 0.0], f64::INFINITY, [f64::INFINITY, f64::NEG_INFINITY], "division by 0"),
            Edge::point(Self, [0.0, 0.0], f64::NAN, [f64::INFINITY, f64::NAN], "0 / 0 has no value"),
            Edge::point(Self, [1.0, f64::INFINITY], 0.0, [0.0, 0.0], "division by ∞"),
            Edge::point(Self, [f64::NAN, 2.0], f64::NAN, [0.5, f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [f64::INFINITY, f64::NEG_INFINITY], f64::NAN, [0.0, f64::NAN], "∞ / ∞ has no value"),
            Edge::point(Self, [f64::NEG_INFINITY, 2.0], f64::NEG_INFINITY, [0.5, f64::INFINITY], "−∞ stays −∞"),
            Edge::point(
                Self,
                [5e-324, 0.125],
                4e-323,
                [8.0, -3.16e-322],
                "a subnormal quotient is divided once more without loss",
            ),
            Edge::point(
                Self,
                [1e-310, 1e-310],
                1.0,
                [f64::INFINITY, f64::NEG_INFINITY],
                "the quotient is a number, its slopes are too large for one",
            ),
            Edge::point(
                Self,
                [1e-320, 1e-200],
                9.999_888_671_826_83e-121,
                [1e200, -9.999_888_671_826_831e79],
                "ȳ / b and y are far apart, their product is not",
            ),
            Edge::empty(Self, 2),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Div>();
    }
}
