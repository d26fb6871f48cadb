//! # leaky_relu
//!
//! ```text
//! y = x where x > 0, else slope · x
//! x̄ = ȳ where x > 0, else slope · ȳ
//! ```
//!
//! Two straight lines through the origin (Maas, Hannun and Ng, *Rectifier nonlinearities improve neural network acoustic models*,
//! 2013). The input says which; the output would say it too, but only for slopes that are not negative.
//!
//! Kinks: the slope of the negative side at x = 0, as in `linear`; with slope 0 this is relu. NaN is neither side and stays NaN.

use diabolo_kernels::Scalar;

use crate::elementwise::weighted;
use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Rectified linear unit that leaks, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu {
    /// The slope where x is not positive.
    pub slope: f64,
}

impl Elementwise<1> for LeakyRelu {
    const CARD: Card = Card {
        name: "leaky_relu",
        forward: "y = x where x > 0, else slope · x",
        backward: &["x̄ = ȳ where x > 0, else slope · ȳ"],
        latex: r"y = \begin{cases} x & x > 0 \\ s x & \text{else} \end{cases}, \qquad
            \bar x = \begin{cases} \bar y & x > 0 \\ s \bar y & \text{else} \end{cases}",
        reads: Reads::X,
        kinks: "the slope of the negative side at x = 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        if x <= S::zero() { weighted(x, S::of(self.slope)) } else { x }
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [if x > S::zero() {
            gy
        } else if x.is_nan() {
            x
        } else {
            weighted(gy, S::of(self.slope))
        }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x where it is positive, else `slope` · x, elementwise.
    #[must_use]
    #[track_caller]
    pub fn leaky_relu(self, slope: f64) -> Self {
        self.tape.record(Map(LeakyRelu { slope }), &[self])
    }
}

impl Case for LeakyRelu {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].leaky_relu(self.slope)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |slope| Sample::new(Self { slope }).input(&[4, 3], Domain::AwayFromZero(0.1));
        vec![sample(0.01), sample(-0.5), sample(0.0)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        let op = Self { slope: 0.1 };
        vec![
            Edge::point(op, [2.0], 2.0, [1.0], "the positive side passes"),
            Edge::point(op, [-2.0], -0.2, [0.1], "the negative side leaks"),
            Edge::point(op, [0.0], 0.0, [0.1], "the documented slope at the kink"),
            Edge::point(op, [5e-324], 5e-324, [1.0], "the smallest subnormal number is positive"),
            Edge::point(op, [f64::NEG_INFINITY], f64::NEG_INFINITY, [0.1], "the leak of −∞"),
            Edge::point(
                Self { slope: 0.0 },
                [f64::NEG_INFINITY],
                0.0,
                [0.0],
                "without a leak −∞ is cut off, not multiplied by 0",
            ),
            Edge::point(op, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(op, [f64::INFINITY], f64::INFINITY, [1.0], "∞ passes"),
            Edge::empty(op, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::LeakyRelu>();
    }
}
