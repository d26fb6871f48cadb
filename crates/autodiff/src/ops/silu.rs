//! # silu
//!
//! ```text
//! y = x · σ(x)
//! x̄ = ȳ · σ(x) · (1 + x · σ(−x))
//! ```
//!
//! Sigmoid linear unit, also called swish (Elfwing, Uchibe and Doya, *Sigmoid-weighted linear units for neural network function
//! approximation in reinforcement learning*, 2018). dy = σ(x)·dx + x·σ′(x)·dx with σ′(x) = σ(x)·σ(−x).
//!
//! Kinks: none. Why σ(−x) and not 1 − σ(x): on the right that is exactly 0 while the slope is not yet 1, and the factor σ(x) outside
//! keeps the left tail. There σ(x) = eˣ · σ(|x|), and what falls is multiplied last: from −708 on (−87 in `f32`) eˣ is subnormal, and x
//! times it would have no more digits than it has. At −∞ and ∞ σ falls faster than x grows: no 0 · ∞.

use diabolo_kernels::Scalar;

use crate::elementwise::weighted;
use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// x · σ(x), elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Silu;

impl Elementwise<1> for Silu {
    const CARD: Card = Card {
        name: "silu",
        forward: "y = x · σ(x)",
        backward: &["x̄ = ȳ · σ(x) · (1 + x · σ(−x))"],
        latex: r"y = x\, \sigma(x), \qquad \bar x = \bar y\, \sigma(x)\,(1 + x\, \sigma(-x))",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        let size = if x < S::zero() { -x } else { x };
        let y = x * size.sigmoid();
        let fallen = (-size.abs()).exp_times(y);
        if x < S::zero() { fallen } else { y }
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        let size = if x < S::zero() { -x } else { x };
        let near = size.sigmoid();
        let (above, below) = (S::one() + weighted(x, (-size.abs()).exp_times(near)), S::one() + x * near);
        let fallen = (-size.abs()).exp_times(below * near);
        [gy * if x < S::zero() { fallen } else { above * near }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x · σ(x), elementwise.
    #[must_use]
    #[track_caller]
    pub fn silu(self) -> Self {
        self.tape.record(Map(Silu), &[self])
    }
}

impl Case for Silu {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].silu()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
            Sample::new(Self).input(&[1], Domain::Between(0.0, 0.0)), // where the sides meet, for second derivatives
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-760.0, 760.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [0.5], "half the slope of a line"),
            Edge::point(Self, [1.0], 0.731_058_578_630_004_9, [0.927_670_511_871_486_7], "an ordinary point"),
            Edge::point(
                Self,
                [-50.0],
                -9.643_749_239_819_589e-21,
                [-9.450_874_255_023_197e-21],
                "the left tail survives",
            ),
            Edge::point(
                Self,
                [-700.0],
                -6.901_773_580_631_84e-302,
                [-6.891_913_904_088_08e-302],
                "to the end of the range",
            ),
            Edge::point(Self, [1e4], 1e4, [1.0], "saturates on the right"),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "the limit on the left"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [1.0], "the limit on the right"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [-1e-310], -5e-311, [0.5], "subnormal numbers are on a line"),
            Edge::point(
                Self,
                [-740.0],
                -3.099_67e-319,
                [-3.095_47e-319],
                "σ has two digits left here, value and slope have all that they can have",
            ),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Silu>();
    }
}
