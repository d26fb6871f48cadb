//! # tanh
//!
//! ```text
//! y = tanh x
//! x̄ = ȳ · sech² x
//! ```
//!
//! With tanh = sinh / cosh, sinh′ = cosh and cosh′ = sinh:
//! tanh′ = (cosh² − sinh²) / cosh² = 1 / cosh² = sech².
//!
//! Kinks: none. Why not 1 − y²: in `f32` that is exactly 0 from |x| ≈ 9 on, while sech² x is not. It may be 5 ulps off and not 4,
//! since squaring doubles what the exponential in sech has lost: among 10⁵ points some are 4.4 off.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Hyperbolic tangent, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

impl Elementwise<1> for Tanh {
    const CARD: Card = Card {
        name: "tanh",
        forward: "y = tanh x",
        backward: &["x̄ = ȳ · sech² x"],
        latex: r"y = \tanh x, \qquad \bar x = \bar y\, \mathrm{sech}^2\, x",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 5, f32: 5 },
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.tanh()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.sech().square()]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// tanh x, elementwise.
    #[must_use]
    #[track_caller]
    pub fn tanh(self) -> Self {
        self.tape.record(Map(Tanh), &[self])
    }
}

impl Case for Tanh {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tanh()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-400.0, 400.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [1.0], "slope 1 at the origin"),
            Edge::point(Self, [20.0], 1.0, [1.699_341_702_116_635_5e-17], "the tail survives"),
            Edge::point(Self, [f64::NEG_INFINITY], -1.0, [0.0], "saturates without NaN"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], 1e-310, [1.0], "subnormal numbers are on a line"),
            Edge::point(Self, [f64::INFINITY], 1.0, [0.0], "saturates on the right too"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Tanh>();
    }
}
