//! # erf
//!
//! ```text
//! y = erf x
//! x̄ = ȳ · 2/√π · e^(−x²)
//! ```
//!
//! erf x = 2/√π · ∫₀ˣ e^(−t²) dt, so the slope is the integrand at x.
//!
//! Kinks: none. x² is rounded, and far out that would cost the slope x² times as much: `Scalar::gaussian` makes it good.

use std::f64::consts::FRAC_2_SQRT_PI;

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Error function, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Erf;

impl Elementwise<1> for Erf {
    const CARD: Card = Card {
        name: "erf",
        forward: "y = erf x",
        backward: &["x̄ = ȳ · 2/√π · e^(−x²)"],
        latex: r"y = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2} dt, \qquad \bar x = \bar y\, \frac{2}{\sqrt\pi} e^{-x^2}",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.erf()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * S::of(FRAC_2_SQRT_PI) * x.gaussian(1.0)]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// erf x = 2/√π · ∫₀ˣ e^(−t²) dt, elementwise.
    #[must_use]
    #[track_caller]
    pub fn erf(self) -> Self {
        self.tape.record(Map(Erf), &[self])
    }
}

impl Case for Erf {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].erf()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [FRAC_2_SQRT_PI], "slope 2/√π at the origin"),
            Edge::point(Self, [1e-300], 1.128_379_167_095_512_6e-300, [FRAC_2_SQRT_PI], "a straight line near 0"),
            Edge::point(Self, [2.0], 0.995_322_265_018_952_7, [2.066_698_535_409_205_4e-2], "an ordinary point"),
            Edge::point(Self, [-6.0], -1.0, [2.617_301_239_249_265e-16], "the tail of the slope survives"),
            Edge::point(Self, [26.0], 1.0, [2.947_034_993_266_269_5e-294], "far out it has all its digits"),
            Edge::point(Self, [f64::NEG_INFINITY], -1.0, [0.0], "saturates without NaN"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(
                Self,
                [1e-310],
                1.128_379_167_095_5e-310,
                [FRAC_2_SQRT_PI],
                "subnormal numbers are on the same line",
            ),
            Edge::point(Self, [f64::INFINITY], 1.0, [0.0], "saturates on the right too"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Erf>();
    }
}
