//! # ln
//!
//! ```text
//! y = ln x
//! x̄ = ȳ / x
//! ```
//!
//! x = eʸ, so dx = eʸ·dy = x·dy.
//!
//! Kinks: none inside the domain x > 0. At 0 the value is −∞ and the slope ∞. Below 0 there is no real value: y is NaN, and the
//! slope is what the formula gives.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Natural logarithm, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Ln;

impl Elementwise<1> for Ln {
    const CARD: Card = Card {
        name: "ln",
        forward: "y = ln x",
        backward: &["x̄ = ȳ / x"],
        latex: r"y = \ln x, \qquad \bar x = \bar y / x",
        reads: Reads::X,
        kinks: "slope ∞ at x = 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.ln()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy / x]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// ln x, elementwise; −∞ at 0, NaN below.
    #[must_use]
    #[track_caller]
    pub fn ln(self) -> Self {
        self.tape.record(Map(Ln), &[self])
    }
}

impl Case for Ln {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].ln()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::POSITIVE)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::PositivePowers(-1074.0, 1024.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [1.0], 0.0, [1.0], "slope 1 where the value is 0"),
            Edge::point(Self, [0.0], f64::NEG_INFINITY, [f64::INFINITY], "the end of the domain"),
            Edge::point(
                Self,
                [f64::MIN_POSITIVE],
                -708.396_418_532_264_1,
                [1.0 / f64::MIN_POSITIVE],
                "the smallest normal number has a finite slope",
            ),
            Edge::point(Self, [-1.0], f64::NAN, [-1.0], "no real value below 0"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [0.0], "grows without bound and ever more slowly"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(
                Self,
                [5e-324],
                -744.440_071_921_381_2,
                [f64::INFINITY],
                "the smallest number has a logarithm, but no slope that is a number",
            ),
            Edge::point(
                Self,
                [f64::NEG_INFINITY],
                f64::NAN,
                [0.0],
                "no real value; the slope is what the formula gives",
            ),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Ln>();
    }
}
