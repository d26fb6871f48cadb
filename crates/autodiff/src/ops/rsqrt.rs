//! # rsqrt
//!
//! ```text
//! y = 1 / √x
//! x̄ = −½ · ȳ · y / x
//! ```
//!
//! y = x^(−½), so dy = −½ · x^(−3/2) · dx = −½ · y / x · dx.
//!
//! Why not −½ · ȳ · y³, which is the same: y is rounded, and its cube has three times its error. ȳ · y / x leaves the range of
//! numbers only where the gradient does: where y is large x is small, and the two factors of ȳ push in the same direction.
//!
//! Kinks: value ∞ and slope −∞ at x = 0, unless the cotangent is 0: then nothing flowed, and the gradient is 0. Below 0 all is
//! NaN.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Reciprocal of the square root, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Rsqrt;

impl Elementwise<1> for Rsqrt {
    const CARD: Card = Card {
        name: "rsqrt",
        forward: "y = 1 / √x",
        backward: &["x̄ = −½ · ȳ · y / x"],
        latex: r"y = \frac{1}{\sqrt x}, \qquad \bar x = -\frac{\bar y\, y}{2 x}",
        reads: Reads::XY,
        kinks: "slope −∞ at x = 0; a zero cotangent stays 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        S::one() / x.sqrt()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], y: S, gy: S) -> [S; 1] {
        [S::of(-0.5) * gy * y / x]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// 1 / √x, elementwise; NaN below 0.
    #[must_use]
    #[track_caller]
    pub fn rsqrt(self) -> Self {
        self.tape.record(Map(Rsqrt), &[self])
    }
}

impl Case for Rsqrt {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].rsqrt()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::POSITIVE)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::PositivePowers(-1074.0, 1024.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [4.0], 0.5, [-0.0625], "−½ · ½ / 4"),
            Edge::point(Self, [0.0], f64::INFINITY, [f64::NEG_INFINITY], "the pole"),
            Edge::point(Self, [1e-200], 1e100, [-5e299], "near overflow and not over it"),
            Edge::point(Self, [1e200], 1e-100, [-5e-301], "near underflow and not under it"),
            Edge::point(Self, [-1.0], f64::NAN, [f64::NAN], "no real value below 0"),
            Edge::point(Self, [f64::INFINITY], 0.0, [0.0], "falls ever more slowly"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(
                Self,
                [1e-310],
                1.000_000_000_000_001_6e155,
                [f64::NEG_INFINITY],
                "the value is an ordinary number, the slope too large for one",
            ),
            Edge::point(
                Self,
                [-0.0],
                f64::NEG_INFINITY,
                [f64::NEG_INFINITY],
                "IEEE 754 has it so: the root of −0 is −0",
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
        crate::finite_difference::check::<super::Rsqrt>();
    }
}
