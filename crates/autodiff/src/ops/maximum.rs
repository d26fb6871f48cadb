//! # maximum
//!
//! ```text
//! y = max(a, b)
//! ā = ȳ · [a > b], ½ · ȳ at a tie
//! b̄ = ȳ · [b > a], ½ · ȳ at a tie
//! ```
//!
//! The larger of the two is y, with slope 1; the other does not matter. What is repeated to a common shape is added up by the driver.
//!
//! Kinks: at a tie, ½ to each: the middle of the slopes 0 and 1, and together they are ȳ, as everywhere else. NaN is neither larger
//! nor equal: if one input is NaN, so are y and both gradients.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// The larger of two numbers, elementwise, with broadcasting.
#[derive(Clone, Copy, Debug)]
pub struct Maximum;

impl Elementwise<2> for Maximum {
    const CARD: Card = Card {
        name: "maximum",
        forward: "y = max(a, b)",
        backward: &["ā = ȳ · [a > b], ½ · ȳ at a tie", "b̄ = ȳ · [b > a], ½ · ȳ at a tie"],
        latex: r"y = \max(a, b), \qquad \bar a = \bar y\,([a > b] + \tfrac12 [a = b]), \quad
            \bar b = \bar y\,([b > a] + \tfrac12 [a = b])",
        reads: Reads::X,
        kinks: "½ to each at a tie",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a.max(b)
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [a, b]: [S; 2], _: S, gy: S) -> [S; 2] {
        if a > b {
            [gy, S::zero()]
        } else if b > a {
            [S::zero(), gy]
        } else {
            let half = S::of(if a.is_nan() || b.is_nan() { f64::NAN } else { 0.5 });
            [gy * half; 2]
        }
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The larger of a and b, elementwise; shapes are repeated to a common one. For a constant bound there is
    /// [`clamp`](Self::clamp).
    ///
    /// # Panics
    /// If there is no common shape.
    #[must_use]
    #[track_caller]
    pub fn maximum(self, other: Self) -> Self {
        self.tape.record(Map(Maximum), &[self, other])
    }
}

impl Case for Maximum {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].maximum(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        let (outer, inner) = (Domain::AwayFromZero(0.6), Domain::Between(-0.3, 0.3));
        vec![
            Sample::new(Self).input(&[3, 4], outer).input(&[3, 4], inner),
            Sample::new(Self).input(&[2, 3, 1], inner).input(&[3, 4], outer),
            Sample::new(Self).input(&[], inner).input(&[2, 2], outer),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [1.0, 2.0], 2.0, [0.0, 1.0], "the larger passes"),
            Edge::point(Self, [3.0, 3.0], 3.0, [0.5, 0.5], "the documented slopes at a tie"),
            Edge::point(Self, [0.0, -0.0], 0.0, [0.5, 0.5], "both zeros are equal"),
            Edge::point(
                Self,
                [f64::INFINITY, f64::NEG_INFINITY],
                f64::INFINITY,
                [1.0, 0.0],
                "infinities are numbers here",
            ),
            Edge::point(Self, [f64::NAN, 1.0], f64::NAN, [f64::NAN, f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1.0, f64::NAN], f64::NAN, [f64::NAN, f64::NAN], "from either side"),
            Edge::point(Self, [5e-324, 0.0], 5e-324, [1.0, 0.0], "the smallest number is larger than 0"),
            Edge::empty(Self, 2),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Maximum>();
    }
}
