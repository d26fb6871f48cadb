//! # cumsum
//!
//! ```text
//! yᵢ = Σⱼ xⱼ over j ≤ i along axis
//! x̄ⱼ = Σᵢ ȳᵢ over i ≥ j along axis
//! ```
//!
//! Every term has slope 1, and x at j is a term of all sums from j on: its cotangent is the running sum of ȳ from the far end.
//!
//! Kinks: none. Sums begin anew every 64 terms and are added to what came before, so that rounding grows slowly.

use diabolo_kernels::fold::Add;
use diabolo_kernels::{Buffer, Direction, Scalar, cumulate};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Running sums along an axis.
#[derive(Clone, Copy, Debug)]
pub struct Cumsum {
    /// The axis along which sums run.
    pub axis: usize,
}

impl Cumsum {
    const CARD: Card = Card {
        name: "cumsum",
        forward: "yᵢ = Σⱼ xⱼ over j ≤ i along axis",
        backward: &["x̄ⱼ = Σᵢ ȳᵢ over i ≥ j along axis"],
        latex: r"y_i = \sum_{j \le i} x_j, \qquad \bar x_j = \sum_{i \ge j} \bar y_i",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Cumsum {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let shape = x.shape(0);
        if self.axis >= shape.len() {
            return Err(format!("there is no axis {} in a tensor of {} axes", self.axis, shape.len()));
        }
        Ok(shape)
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        cumulate(Add, Direction::Forwards, x.value(0), &x.shape(0), self.axis, y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| cumulate(Add, Direction::Backwards, gy, &x.shape(0), self.axis, g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The sums of all elements up to and with each one, along `axis`.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![[1.0, 2.0, 4.0], [0.0, 1.0, 1.0]]);
    /// assert_eq!(x.cumsum(1).value(), array![[1.0, 3.0, 7.0], [0.0, 1.0, 2.0]].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis.
    #[must_use]
    #[track_caller]
    pub fn cumsum(self, axis: usize) -> Self {
        self.tape.record(Cumsum { axis }, &[self])
    }
}

impl Case for Cumsum {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].cumsum(self.axis)
    }

    fn samples() -> Vec<Sample<Self>> {
        let along = |axis| Sample::new(Self { axis }).input(&[2, 3, 4], Domain::REAL);
        vec![along(0), along(1), along(2)]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(1..=4);
        Sample::new(Self { axis: dice.below(shape.len()) }).input(&shape, Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-60.0, 60.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |shape: &[usize], axis, x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { axis },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(&[3], 0, &[1.0, 2.0, 4.0], &[1.0, 3.0, 7.0], &[3.0, 2.0, 1.0], "the first is a term of all three"),
            edge(&[2, 2], 0, &[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 4.0, 6.0], &[2.0, 2.0, 1.0, 1.0], "down the columns"),
            edge(&[0, 2], 0, &[], &[], &[], "no terms"),
            edge(&[1], 0, &[5.0], &[5.0], &[1.0], "the only one"),
            edge(&[3], 0, &[0.0, 5e-324, -5e-324], &[0.0, 5e-324, 0.0], &[3.0, 2.0, 1.0], "subnormal numbers add up"),
            edge(&[3], 0, &[1.0, nan, 2.0], &[1.0, nan, nan], &[3.0, 2.0, 1.0], "NaN stays from its place on"),
            edge(&[3], 0, &[inf, 1.0, -inf], &[inf, inf, nan], &[3.0, 2.0, 1.0], "∞ − ∞ has no value"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Cumsum>();
    }
}
