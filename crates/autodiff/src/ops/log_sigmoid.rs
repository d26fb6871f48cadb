//! # log_sigmoid
//!
//! ```text
//! y = ln σ(x)
//! x̄ = ȳ · σ(−x)
//! ```
//!
//! ln σ(x) = −ln(1 + e⁻ˣ), so dy = e⁻ˣ/(1 + e⁻ˣ) · dx = σ(−x) · dx.
//!
//! Kinks: none. Computed as −softplus(−x): on the left σ(x) becomes 0 and its logarithm −∞ while y is x, and on the right it
//! becomes 1 and its logarithm 0 while y is −e⁻ˣ. For the same reason the slope is not 1 − σ(x).

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// ln σ(x), the logarithm of the logistic function, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct LogSigmoid;

impl Elementwise<1> for LogSigmoid {
    const CARD: Card = Card {
        name: "log_sigmoid",
        forward: "y = ln σ(x)",
        backward: &["x̄ = ȳ · σ(−x)"],
        latex: r"y = \ln \sigma(x), \qquad \bar x = \bar y\, \sigma(-x)",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        -(-x).softplus()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * (-x).sigmoid()]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// ln σ(x), elementwise, without loss on either side.
    #[must_use]
    #[track_caller]
    pub fn log_sigmoid(self) -> Self {
        self.tape.record(Map(LogSigmoid), &[self])
    }
}

impl Case for LogSigmoid {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].log_sigmoid()
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
            Edge::point(Self, [0.0], -std::f64::consts::LN_2, [0.5], "−ln 2"),
            Edge::point(
                Self,
                [50.0],
                -1.928_749_847_963_917_8e-22,
                [1.928_749_847_963_917_8e-22],
                "the right tail survives",
            ),
            Edge::point(Self, [-1e4], -1e4, [1.0], "σ(x) alone would be 0"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::NEG_INFINITY, [1.0], "the limit on the left"),
            Edge::point(Self, [f64::INFINITY], 0.0, [0.0], "the limit on the right"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], -std::f64::consts::LN_2, [0.5], "a subnormal number is nothing to an exponent"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::LogSigmoid>();
    }
}
