//! # where
//!
//! ```text
//! y = a where m > 0, else b
//! m̄ = 0
//! ā = ȳ where m > 0, else 0
//! b̄ = 0 where m > 0, else ȳ
//! ```
//!
//! A selection, not the sum m·a + (1 − m)·b: there a NaN or an infinity in the branch that is not taken meets a factor 0, and 0 · NaN
//! = NaN gets into y and into both gradients. Here it gets nowhere: of a and b only the one that is taken is looked at, forward, and
//! none backward. The other receives a cotangent of exactly 0, which a rule with an infinite slope further back leaves at 0.
//!
//! The mask m is 0 and 1, or any score: what is above 0 takes a. It is a constant; as a function of m, y is a step.
//!
//! Kinks: none in a and b. In m there is a step at 0, and slope 0 is taken everywhere. A mask of NaN takes neither: y is NaN, and so
//! are the gradients of a and b.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// One of two numbers, chosen by a mask, elementwise, with broadcasting.
#[derive(Clone, Copy, Debug)]
pub struct Where;

impl Elementwise<3> for Where {
    const CARD: Card = Card {
        name: "where",
        forward: "y = a where m > 0, else b",
        backward: &["m̄ = 0", "ā = ȳ where m > 0, else 0", "b̄ = 0 where m > 0, else ȳ"],
        latex: r"y = \begin{cases} a & m > 0 \\ b & \text{else} \end{cases}, \qquad
            \bar m = 0, \quad \bar a = \bar y\,[m > 0], \quad \bar b = \bar y\,[m \le 0]",
        reads: Reads::X,
        kinks: "a step in m, whose slope is taken as 0",
        linear: Linearity::In(&[1, 2]),
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [m, a, b]: [S; 3]) -> S {
        if m > S::zero() {
            a
        } else if m.is_nan() {
            m
        } else {
            b
        }
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [m, _, _]: [S; 3], _: S, gy: S) -> [S; 3] {
        let zero = S::zero();
        if m > zero {
            [zero, gy, zero]
        } else if m.is_nan() {
            [zero, m, m]
        } else {
            [zero, zero, gy]
        }
    }
}

impl<S: Scalar> Var<'_, S> {
    /// `a` where this mask is above 0, else `b`, elementwise; shapes are repeated to a common one. (The op is called `where`, as
    /// elsewhere; in Rust that is a keyword.) The mask receives no gradient.
    ///
    /// ```
    /// use diabolo_autodiff::{Gradients, Tape};
    /// use ndarray::array;
    ///
    /// // √x where that exists, else 0. The NaN that √ makes of −1 gets neither into the value nor into the gradient.
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![4.0, 0.0, -1.0]);
    /// let y = x.select(x.sqrt(), tape.scalar(0.0));
    /// let mut gradients = Gradients::new();
    /// y.sum_all().backward(&mut gradients);
    /// assert_eq!(y.value(), array![2.0, 0.0, 0.0].into_dyn());
    /// assert_eq!(gradients.of(x).unwrap(), array![0.25, 0.0, 0.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no common shape.
    #[must_use]
    #[track_caller]
    pub fn select(self, a: Self, b: Self) -> Self {
        self.tape.record(Map(Where), &[self, a, b])
    }
}

impl Case for Where {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].select(x[1], x[2])
    }

    fn samples() -> Vec<Sample<Self>> {
        let mask = Domain::AwayFromZero(0.1);
        vec![
            Sample::new(Self).input(&[3, 4], mask).input(&[3, 4], Domain::REAL).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[4, 1], mask).input(&[2, 1, 3], Domain::REAL).input(&[], Domain::REAL),
            Sample::new(Self).input(&[], mask).input(&[2, 2], Domain::REAL).input(&[2], Domain::REAL),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            Edge::point(Self, [1.0, 2.0, 3.0], 2.0, [0.0, 1.0, 0.0], "a mask of 1 takes the first"),
            Edge::point(Self, [0.0, 2.0, 3.0], 3.0, [0.0, 0.0, 1.0], "a mask of 0 takes the second"),
            Edge::point(Self, [5e-324, 2.0, 3.0], 2.0, [0.0, 1.0, 0.0], "the smallest number above 0 is above 0"),
            Edge::point(Self, [1.0, 2.0, nan], 2.0, [0.0, 1.0, 0.0], "NaN that is not taken does not matter"),
            Edge::point(Self, [0.0, inf, 3.0], 3.0, [0.0, 0.0, 1.0], "nor does ∞: it is not multiplied by 0"),
            Edge::point(Self, [1.0, nan, 3.0], nan, [0.0, 1.0, 0.0], "NaN that is taken passes"),
            Edge::point(Self, [nan, 2.0, 3.0], nan, [0.0, nan, nan], "NaN chooses neither"),
            Edge::point(Self, [-inf, 2.0, 3.0], 3.0, [0.0, 0.0, 1.0], "−∞ is not above 0"),
            Edge::empty(Self, 3),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Where>();
    }
}
