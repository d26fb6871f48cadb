//! # sqrt
//!
//! ```text
//! y = √x
//! x̄ = ȳ / (2 · y)
//! ```
//!
//! y² = x, so 2·y·dy = dx.
//!
//! Kinks: slope ∞ at x = 0, unless the cotangent is 0: then nothing flowed, and the gradient is 0. Below 0 all is NaN.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Square root, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Sqrt;

impl Elementwise<1> for Sqrt {
    const CARD: Card = Card {
        name: "sqrt",
        forward: "y = √x",
        backward: &["x̄ = ȳ / (2 · y)"],
        latex: r"y = \sqrt x, \qquad \bar x = \frac{\bar y}{2 y}",
        reads: Reads::Y,
        kinks: "slope ∞ at x = 0; a zero cotangent stays 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.sqrt()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 1], y: S, gy: S) -> [S; 1] {
        // Not y + y, which at −0 is −0.
        [gy / (y + y.abs())]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// √x, elementwise; NaN below 0.
    #[must_use]
    #[track_caller]
    pub fn sqrt(self) -> Self {
        self.tape.record(Map(Sqrt), &[self])
    }
}

impl Case for Sqrt {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].sqrt()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::POSITIVE)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::PositivePowers(-1074.0, 1024.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [4.0], 2.0, [0.25], "1 / (2·2)"),
            Edge::point(Self, [0.0], 0.0, [f64::INFINITY], "the tangent is upright"),
            Edge::point(Self, [1e-300], 1e-150, [5e149], "far from overflow where 1/x is near it"),
            Edge::point(Self, [-1.0], f64::NAN, [f64::NAN], "no real value below 0"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [0.0], "grows ever more slowly"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [-0.0], -0.0, [f64::INFINITY], "both zeros have the upright tangent"),
            Edge::point(
                Self,
                [1e-310],
                9.999_999_999_999_986e-156,
                [5.000_000_000_000_008e154],
                "the root of a subnormal number is an ordinary one",
            ),
            Edge::point(Self, [f64::NEG_INFINITY], f64::NAN, [f64::NAN], "no real value"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Sqrt>();
    }
}
