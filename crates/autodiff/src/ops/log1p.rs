//! # log1p
//!
//! ```text
//! y = ln(1 + x)
//! x̄ = ȳ / (1 + x)
//! ```
//!
//! With u = 1 + x: dy = du / u = dx / (1 + x). What rounding takes from 1 + x matters to ln(1 + x) where x is small, not to the
//! slope.
//!
//! Kinks: none inside the domain x > −1. At −1 the value is −∞ and the slope ∞. Below there is no real value: y is NaN, and the
//! slope is what the formula gives.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// ln(1 + x), elementwise, without cancellation near 0.
#[derive(Clone, Copy, Debug)]
pub struct Log1p;

impl Elementwise<1> for Log1p {
    const CARD: Card = Card {
        name: "log1p",
        forward: "y = ln(1 + x)",
        backward: &["x̄ = ȳ / (1 + x)"],
        latex: r"y = \ln(1 + x), \qquad \bar x = \frac{\bar y}{1 + x}",
        reads: Reads::X,
        kinks: "slope ∞ at x = −1",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.ln_1p()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy / (S::one() + x)]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// ln(1 + x), elementwise, without cancellation near 0; NaN below −1.
    #[must_use]
    #[track_caller]
    pub fn log1p(self) -> Self {
        self.tape.record(Map(Log1p), &[self])
    }
}

impl Case for Log1p {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].log1p()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::Between(-0.9, 3.0)),
            Sample::new(Self).input(&[5], Domain::Between(-1e-3, 1e-3)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [1.0], "slope 1 at the origin"),
            Edge::point(Self, [1e-20], 1e-20, [1.0], "1 + x is 1 here, its logarithm is not 0"),
            Edge::point(Self, [-1.0], f64::NEG_INFINITY, [f64::INFINITY], "the border of the domain"),
            Edge::point(Self, [-2.0], f64::NAN, [-1.0], "no real value below −1"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [0.0], "grows ever more slowly"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], 1e-310, [1.0], "subnormal numbers are on a line"),
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
        crate::finite_difference::check::<super::Log1p>();
    }
}
