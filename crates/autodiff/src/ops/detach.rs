//! # detach
//!
//! ```text
//! y = x
//! ```
//!
//! Nothing flows back: to whoever uses y it is a constant that happens to have the value of x. No cotangent of y is computed,
//! nor any that only y would have asked for. On dual numbers y has tangent 0, so that forward mode says the same.
//!
//! This is the one op whose gradient is not the derivative of its value; that is what it is for. Differences of its value see
//! the slope 1 that is cut off here, and are not asked.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, Rule, Scalar, Source, map};

use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// The value of a tensor, without where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Detach;

impl Detach {
    const CARD: Card = Card {
        name: "detach",
        forward: "y = x",
        backward: &[],
        latex: r"y = x, \qquad \bar x = 0",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Detach {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(x.shape(0))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        map(Constant, [Source::Whole(x.value(0))], [], y);
    }

    fn vjp(&self, _: Inputs<'_, S>, _: &[S], _: &[S], _: &[S], _: &mut Cotangents<'_, S>) {}
}

/// x without its tangent, if it has one.
#[derive(Clone, Copy)]
struct Constant;

impl<S: Scalar> Rule<S, 1, 0> for Constant {
    #[inline(always)]
    fn apply(self, [x]: [S; 1], []: [S; 0]) -> S {
        S::of(x.to_f64())
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The same value as a constant: no gradient reaches this variable through it, and no work is done for one.
    ///
    /// ```
    /// use diabolo_autodiff::{Gradients, Tape};
    /// use ndarray::arr0;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&arr0(3.0));
    /// let mut gradients = Gradients::new();
    /// (x * x.detach()).backward(&mut gradients);
    /// assert_eq!(gradients.of(x).unwrap()[[]], 3.0); // and not 6, the slope of x²
    /// ```
    #[must_use]
    #[track_caller]
    pub fn detach(self) -> Self {
        self.tape.record(Detach, &[self])
    }
}

impl Case for Detach {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].detach()
    }

    fn samples() -> Vec<Sample<Self>> {
        let shapes: [&[usize]; 2] = [&[3, 4], &[]];
        shapes.map(|shape| Sample::new(Self).input(shape, Domain::REAL)).to_vec()
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [2.0], 2.0, [0.0], "the value passes, the gradient does not"),
            Edge::point(Self, [-0.0], -0.0, [0.0], "every bit of the value"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [0.0], "∞ passes"),
            Edge::point(Self, [f64::NEG_INFINITY], f64::NEG_INFINITY, [0.0], "−∞ passes"),
            Edge::point(Self, [5e-324], 5e-324, [0.0], "so does the smallest number"),
            Edge::no_elements(Self, [&[0]], &[], "nothing passes as nothing"),
            Edge::point(Self, [f64::NAN], f64::NAN, [0.0], "NaN passes"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use ndarray::arr1;

    use crate::{Dual, Gradients, Tape};

    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Detach>();
    }

    #[test]
    fn nothing_that_only_a_detached_value_needs_is_computed() {
        let tape = Tape::<f64>::new();
        let x = tape.variable(&arr1(&[1.0, 2.0]));
        let hidden = x.tanh();
        let detached = hidden.detach();
        let mut gradients = Gradients::new();
        (detached.exp() * x).sum_all().backward(&mut gradients);
        assert!(gradients.of(hidden).is_none() && gradients.of(detached).is_none());
        assert_eq!(gradients.of(x).unwrap(), detached.exp().value());
    }

    #[test]
    fn tangents_are_cut_off_too() {
        let tape = Tape::new();
        let y = tape.variable(&arr1(&[Dual::new(2.0, 1.0)])).detach();
        assert_eq!(y.value()[[0]], Dual::new(2.0, 0.0));
    }
}
