//! # square
//!
//! ```text
//! y = x²
//! x̄ = ȳ · 2 · x
//! ```
//!
//! (x + dx)² = x² + 2·x·dx, but for a term of second order.
//!
//! Kinks: none.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Square, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Square;

impl Elementwise<1> for Square {
    const CARD: Card = Card {
        name: "square",
        forward: "y = x²",
        backward: &["x̄ = ȳ · 2 · x"],
        latex: r"y = x^2, \qquad \bar x = 2 \bar y\, x",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.square()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * (x + x)]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x², elementwise.
    #[must_use]
    #[track_caller]
    pub fn square(self) -> Self {
        self.tape.record(Map(Square), &[self])
    }
}

impl Case for Square {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].square()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::REAL)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [3.0], 9.0, [6.0], "2·3"),
            Edge::point(Self, [0.0], 0.0, [0.0], "the bottom of the parabola"),
            Edge::point(Self, [1e-200], 0.0, [2e-200], "the value underflows, the slope does not"),
            Edge::point(Self, [-1e200], f64::INFINITY, [-2e200], "the value overflows, the slope does not"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [5e-324], 0.0, [1e-323], "even the slope of the smallest number is one"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [f64::INFINITY], "∞ on the right"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::INFINITY, [f64::NEG_INFINITY], "∞ on the left, and downhill"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Square>();
    }
}
