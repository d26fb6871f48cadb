//! # clamp
//!
//! ```text
//! y = min(max(x, low), high)
//! x̄ = ȳ · [low ≤ x ≤ high]
//! ```
//!
//! Between the bounds y = x, with slope 1; outside y does not depend on x.
//!
//! Kinks: 1 at the bounds. There y is still x, and a number that was put exactly on a bound (a probability of 0, a weight that was
//! clipped) must be able to move back inside; with slope 0 it would stay for ever. NaN is on no side and stays NaN.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// x brought between two bounds, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Clamp {
    /// What is below becomes this.
    pub low: f64,
    /// What is above becomes this.
    pub high: f64,
}

impl Elementwise<1> for Clamp {
    const CARD: Card = Card {
        name: "clamp",
        forward: "y = min(max(x, low), high)",
        backward: &["x̄ = ȳ · [low ≤ x ≤ high]"],
        latex: r"y = \min(\max(x, l), h), \qquad \bar x = \bar y\,[l \le x \le h]",
        reads: Reads::X,
        kinks: "slope 1 at both bounds",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        if x < S::of(self.low) {
            S::of(self.low)
        } else if x > S::of(self.high) {
            S::of(self.high)
        } else {
            x
        }
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [if x < S::of(self.low) || x > S::of(self.high) {
            S::zero()
        } else if x.is_nan() {
            x
        } else {
            gy
        }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x between `low` and `high`, and the nearer of the two outside, elementwise. A bound may be infinite.
    ///
    /// # Panics
    /// If `low` is larger than `high`, or one of them is NaN.
    #[must_use]
    #[track_caller]
    pub fn clamp(self, low: f64, high: f64) -> Self {
        assert!(low <= high, "clamp: the lower bound {low} must not be above the upper bound {high}");
        self.tape.record(Map(Clamp { low, high }), &[self])
    }
}

impl Case for Clamp {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].clamp(self.low, self.high)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |low, high, domain| Sample::new(Self { low, high }).input(&[4, 3], domain);
        vec![
            sample(-0.125, 10.0, Domain::AwayFromZero(0.3)),
            sample(-10.0, 0.125, Domain::AwayFromZero(0.3)),
            sample(-10.0, 10.0, Domain::REAL),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        let op = Self { low: -1.0, high: 2.0 };
        vec![
            Edge::point(op, [0.5], 0.5, [1.0], "inside"),
            Edge::point(op, [-1.0], -1.0, [1.0], "the documented slope at the lower bound"),
            Edge::point(op, [2.0], 2.0, [1.0], "the documented slope at the upper bound"),
            Edge::point(op, [2.000_000_000_000_000_4], 2.0, [0.0], "the next number is outside"),
            Edge::point(op, [f64::NEG_INFINITY], -1.0, [0.0], "−∞ is cut off"),
            Edge::point(op, [f64::INFINITY], 2.0, [0.0], "∞ is cut off"),
            Edge::point(
                Self { low: 0.0, high: f64::INFINITY },
                [f64::INFINITY],
                f64::INFINITY,
                [1.0],
                "without a bound ∞ passes",
            ),
            Edge::point(op, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self { low: 0.0, high: 1.0 }, [-0.0], 0.0, [1.0], "both zeros are on a bound of 0"),
            Edge::point(
                Self { low: 0.0, high: 1.0 },
                [-5e-324],
                0.0,
                [0.0],
                "the smallest number below a bound is outside",
            ),
            Edge::empty(op, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Clamp>();
    }

    #[test]
    #[should_panic(expected = "the lower bound 1 must not be above the upper bound 0")]
    fn bounds_in_the_wrong_order() {
        let _ = crate::Tape::<f64>::new().scalar(0.5).clamp(1.0, 0.0);
    }
}
