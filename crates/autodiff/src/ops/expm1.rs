//! # expm1
//!
//! ```text
//! y = eˣ − 1
//! x̄ = ȳ · eˣ
//! ```
//!
//! (eˣ)′ = eˣ, and the constant has no slope.
//!
//! Kinks: none. Why not ȳ · (y + 1), which needs no x: where y is close to −1, the sum is lost to rounding, and the left tail of
//! the slope with it.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// eˣ − 1, elementwise, without cancellation near 0.
#[derive(Clone, Copy, Debug)]
pub struct Expm1;

impl Elementwise<1> for Expm1 {
    const CARD: Card = Card {
        name: "expm1",
        forward: "y = eˣ − 1",
        backward: &["x̄ = ȳ · eˣ"],
        latex: r"y = e^x - 1, \qquad \bar x = \bar y\, e^x",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.exp_m1()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.exp()]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// eˣ − 1, elementwise, without cancellation near 0.
    #[must_use]
    #[track_caller]
    pub fn expm1(self) -> Self {
        self.tape.record(Map(Expm1), &[self])
    }
}

impl Case for Expm1 {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].expm1()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-1e-3, 1e-3)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-750.0, 710.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [1.0], "slope 1 at the origin"),
            Edge::point(Self, [1e-20], 1e-20, [1.0], "eˣ is 1 here, eˣ − 1 is not 0"),
            Edge::point(Self, [-50.0], -1.0, [1.928_749_847_963_917_8e-22], "the left tail of the slope survives"),
            Edge::point(Self, [f64::NEG_INFINITY], -1.0, [0.0], "the limit on the left"),
            Edge::point(Self, [1000.0], f64::INFINITY, [f64::INFINITY], "overflows as the function does"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], 1e-310, [1.0], "subnormal numbers are on a line"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [f64::INFINITY], "the limit on the right"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Expm1>();
    }
}
