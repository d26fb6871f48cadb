//! # sigmoid
//!
//! ```text
//! y = σ(x) = 1 / (1 + e⁻ˣ)
//! x̄ = ȳ · σ(x) · σ(−x)
//! ```
//!
//! With u = 1 + e⁻ˣ: y = 1/u and dy = −du/u² = e⁻ˣ/u² · dx = (1/u) · (e⁻ˣ/u) · dx, and e⁻ˣ/u = 1/(eˣ + 1) = σ(−x).
//!
//! With e = e^−|x|, so that nothing overflows, the slope is e/(1 + e)² on both sides, and (1 + e)² = 1 + e·(e + 2).
//!
//! Kinks: none. Why not y·(1 − y): from x ≈ 37 on (17 in `f32`) y rounds to 1 and 1 − y to 0, while σ(−x) stays exact.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Logistic function, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Sigmoid;

impl Elementwise<1> for Sigmoid {
    const CARD: Card = Card {
        name: "sigmoid",
        forward: "y = σ(x) = 1 / (1 + e⁻ˣ)",
        backward: &["x̄ = ȳ · σ(x) · σ(−x)"],
        latex: r"y = \sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \bar x = \bar y\, \sigma(x)\, \sigma(-x)",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.sigmoid()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        let e = (-x.abs()).exp();
        [gy * (e / e.mul_add(e + S::of(2.0), S::one()))]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// σ(x) = 1 / (1 + e⁻ˣ), elementwise.
    #[must_use]
    #[track_caller]
    pub fn sigmoid(self) -> Self {
        self.tape.record(Map(Sigmoid), &[self])
    }
}

impl Case for Sigmoid {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].sigmoid()
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
            Edge::point(Self, [0.0], 0.5, [0.25], "steepest at the origin"),
            Edge::point(Self, [50.0], 1.0, [1.928_749_847_963_917_8e-22], "the right tail of the slope survives"),
            Edge::point(
                Self,
                [-50.0],
                1.928_749_847_963_917_8e-22,
                [1.928_749_847_963_917_8e-22],
                "the left tail survives",
            ),
            Edge::point(Self, [-1e4], 0.0, [0.0], "e⁻ˣ alone would overflow"),
            Edge::point(Self, [f64::INFINITY], 1.0, [0.0], "saturates without NaN"),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "saturates without NaN"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], 0.5, [0.25], "a subnormal number is nothing to an exponent"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Sigmoid>();
    }
}
