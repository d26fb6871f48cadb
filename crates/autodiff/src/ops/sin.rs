//! # sin
//!
//! ```text
//! y = sin x
//! x̄ = ȳ · cos x
//! ```
//!
//! sin(x + h) = sin x · cos h + cos x · sin h, and with cos h → 1 and sin h / h → 1: sin′ = cos.
//!
//! Kinks: none. Angles are in radians and are reduced without loss however large they are.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Sine, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Sin;

impl Elementwise<1> for Sin {
    const CARD: Card = Card {
        name: "sin",
        forward: "y = sin x",
        backward: &["x̄ = ȳ · cos x"],
        latex: r"y = \sin x, \qquad \bar x = \bar y \cos x",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.sin()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.cos()]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// sin x, elementwise, for x in radians.
    #[must_use]
    #[track_caller]
    pub fn sin(self) -> Self {
        self.tape.record(Map(Sin), &[self])
    }
}

impl Case for Sin {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].sin()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [1.0], "slope 1 at the origin"),
            Edge::point(Self, [1e-200], 1e-200, [1.0], "small angles are their own sines"),
            Edge::point(
                Self,
                [1e22],
                -0.852_200_849_767_188_8,
                [0.523_214_785_395_138_9],
                "far out the angle is still exact",
            ),
            Edge::point(Self, [f64::INFINITY], f64::NAN, [f64::NAN], "no angle"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [5e-324], 5e-324, [1.0], "the smallest angle is its own sine"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::NAN, [f64::NAN], "no angle"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Sin>();
    }
}
