//! # elu
//!
//! ```text
//! y = x where x > 0, else α · (eˣ − 1)
//! x̄ = ȳ where x > 0, else ȳ · α · eˣ
//! ```
//!
//! A straight line on the right, an exponential that saturates at −α on the left (Clevert, Unterthiner and Hochreiter, *Fast and
//! accurate deep network learning by exponential linear units*, 2016).
//!
//! Kinks: slope α at x = 0, that of the negative side; with α = 1 both sides agree and there is no kink. Why not ȳ · (y + α) on the
//! left, which needs no x: where y is close to −α the sum is lost to rounding, while eˣ is not.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Exponential linear unit, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Elu {
    /// Minus the value that is approached on the left.
    pub alpha: f64,
}

impl Elementwise<1> for Elu {
    const CARD: Card = Card {
        name: "elu",
        forward: "y = x where x > 0, else α · (eˣ − 1)",
        backward: &["x̄ = ȳ where x > 0, else ȳ · α · eˣ"],
        latex: r"y = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & \text{else} \end{cases}, \qquad
            \bar x = \begin{cases} \bar y & x > 0 \\ \bar y\, \alpha e^x & \text{else} \end{cases}",
        reads: Reads::X,
        kinks: "slope α at x = 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        if x > S::zero() { x } else { S::of(self.alpha) * x.exp_m1() }
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [if x > S::zero() { gy } else { gy * (S::of(self.alpha) * x.exp()) }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x where it is positive, else `alpha` · (eˣ − 1), elementwise.
    #[must_use]
    #[track_caller]
    pub fn elu(self, alpha: f64) -> Self {
        self.tape.record(Map(Elu { alpha }), &[self])
    }
}

impl Case for Elu {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].elu(self.alpha)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |alpha| Sample::new(Self { alpha }).input(&[4, 3], Domain::AwayFromZero(0.1));
        vec![sample(1.0), sample(0.3)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-750.0, 750.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let op = Self { alpha: 0.5 };
        vec![
            Edge::point(op, [2.0], 2.0, [1.0], "the positive side passes"),
            Edge::point(op, [0.0], 0.0, [0.5], "the documented slope at the kink"),
            Edge::point(Self { alpha: 1.0 }, [0.0], 0.0, [1.0], "with α = 1 there is no kink"),
            Edge::point(op, [-1e-20], -5e-21, [0.5], "eˣ is 1 here, eˣ − 1 is not 0"),
            Edge::point(op, [-50.0], -0.5, [9.643_749_239_819_589e-23], "the tail of the slope survives"),
            Edge::point(op, [f64::NEG_INFINITY], -0.5, [0.0], "saturates without NaN"),
            Edge::point(op, [f64::INFINITY], f64::INFINITY, [1.0], "∞ passes"),
            Edge::point(op, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(op, [-1e-310], -5e-311, [0.5], "subnormal numbers are on a line"),
            Edge::empty(op, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Elu>();
    }
}
