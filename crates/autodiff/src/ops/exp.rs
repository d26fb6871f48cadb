//! # exp
//!
//! ```text
//! y = eˣ
//! x̄ = ȳ · y
//! ```
//!
//! eˣ is its own derivative, so the output is all that the backward rule needs.
//!
//! Kinks: none. From x ≈ 709.8 on (88.7 in `f32`) value and slope are ∞; far below 0 both fade to 0.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// Exponential function, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Exp;

impl Elementwise<1> for Exp {
    const CARD: Card = Card {
        name: "exp",
        forward: "y = eˣ",
        backward: &["x̄ = ȳ · y"],
        latex: r"y = e^x, \qquad \bar x = \bar y\, y",
        reads: Reads::Y,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.exp()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, _: [S; 1], y: S, gy: S) -> [S; 1] {
        [gy * y]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// eˣ, elementwise.
    #[must_use]
    #[track_caller]
    pub fn exp(self) -> Self {
        self.tape.record(Map(Exp), &[self])
    }
}

impl Case for Exp {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].exp()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[3, 4], Domain::REAL)]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-750.0, 710.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 1.0, [1.0], "value and slope 1 at the origin"),
            Edge::point(Self, [1.0], std::f64::consts::E, [std::f64::consts::E], "e"),
            Edge::point(
                Self,
                [-700.0],
                9.859_676_543_759_77e-305,
                [9.859_676_543_759_77e-305],
                "a small value is not flushed to 0",
            ),
            Edge::point(Self, [710.0], f64::INFINITY, [f64::INFINITY], "overflow"),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "the limit on the left"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [f64::INFINITY], "the limit on the right"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [1e-310], 1.0, [1.0], "a subnormal number is nothing to an exponent"),
            Edge::point(Self, [-745.0], 5e-324, [5e-324], "the last value before 0"),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Exp>();
    }
}
