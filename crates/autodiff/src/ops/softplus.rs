//! # softplus
//!
//! ```text
//! y = ln(1 + eˣ)
//! x̄ = ȳ · σ(x)
//! ```
//!
//! dy = eˣ/(1 + eˣ) · dx = σ(x) · dx.
//!
//! Kinks: none. Computed as max(x, 0) + ln(1 + e^−|x|), which neither overflows on the right nor loses the tail on the left.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// ln(1 + eˣ), the smooth form of relu, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Softplus;

impl Elementwise<1> for Softplus {
    const CARD: Card = Card {
        name: "softplus",
        forward: "y = ln(1 + eˣ)",
        backward: &["x̄ = ȳ · σ(x)"],
        latex: r"y = \ln(1 + e^x), \qquad \bar x = \bar y\, \sigma(x)",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.softplus()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.sigmoid()]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// ln(1 + eˣ), elementwise.
    #[must_use]
    #[track_caller]
    pub fn softplus(self) -> Self {
        self.tape.record(Map(Softplus), &[self])
    }
}

impl Case for Softplus {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].softplus()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-750.0, 750.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], std::f64::consts::LN_2, [0.5], "ln 2"),
            Edge::point(
                Self,
                [-50.0],
                1.928_749_847_963_917_8e-22,
                [1.928_749_847_963_917_8e-22],
                "the left tail is eˣ",
            ),
            Edge::point(Self, [1e4], 1e4, [1.0], "eˣ alone would overflow"),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "the limit on the left"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [1.0], "the limit on the right"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], std::f64::consts::LN_2, [0.5], "a subnormal number is nothing to an exponent"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Softplus>();
    }
}
