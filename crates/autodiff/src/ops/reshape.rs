//! # reshape
//!
//! ```text
//! y = x in another shape
//! x̄ = ȳ in the shape of x
//! ```
//!
//! The elements keep their row-major order, so the slope of each is 1 at its own place.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, Scalar};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// The same elements in another shape.
#[derive(Clone, Copy, Debug)]
pub struct Reshape {
    /// The new shape.
    pub shape: Shape,
}

impl Reshape {
    const CARD: Card = Card {
        name: "reshape",
        forward: "y = x in another shape",
        backward: &["x̄ = ȳ in the shape of x"],
        latex: r"\operatorname{vec} y = \operatorname{vec} x, \qquad \operatorname{vec} \bar x = \operatorname{vec} \bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Reshape {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let (from, to) = (x.shape(0).size(), self.shape.size());
        if from == to { Ok(self.shape) } else { Err(format!("{from} elements do not fill the shape {}", self.shape)) }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        y.copy_from_slice(x.value(0));
    }

    fn vjp(&self, _: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| g.copy_from_slice(gy));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The same elements, in row-major order, in another shape.
    ///
    /// # Panics
    /// If the shape has another number of elements.
    #[must_use]
    #[track_caller]
    pub fn reshape(self, shape: &[usize]) -> Self {
        self.tape.record(Reshape { shape: Shape::new(shape) }, &[self])
    }
}

impl Case for Reshape {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].reshape(&self.shape)
    }

    fn samples() -> Vec<Sample<Self>> {
        let to = |shape: &[usize]| Sample::new(Self { shape: Shape::new(shape) });
        vec![
            to(&[4, 3]).input(&[2, 6], Domain::REAL),
            to(&[12]).input(&[2, 3, 2], Domain::REAL),
            to(&[]).input(&[1, 1], Domain::REAL),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let from = dice.tensor(1..=4);
        let axes = 1 + dice.below(4);
        let mut to = vec![1; axes];
        from.iter().for_each(|extent| to[dice.below(axes)] *= extent);
        let (from, to) = if dice.below(2) == 0 { (from, to) } else { (to, from) };
        Sample::new(Self { shape: Shape::new(&to) }).input(&from, Domain::REAL)
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |from: &[usize], to: &[usize], x: &[f64], why| Edge {
            op: Self { shape: Shape::new(to) },
            inputs: vec![(from.to_vec(), x.to_vec())],
            value: x.to_vec(),
            gradients: vec![vec![1.0; x.len()]],
            why,
        };
        vec![
            edge(&[2, 2], &[4], &[1.0, 2.0, 3.0, f64::NAN], "the order stays, and NaN with it"),
            edge(&[4], &[2, 2], &[f64::INFINITY, f64::NEG_INFINITY, 0.0, 5e-324], "every bit arrives"),
            edge(&[1, 1], &[], &[5.0], "one element needs no axes"),
            edge(&[0, 3], &[2, 0], &[], "all shapes without elements hold the same"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Reshape>();
    }
}
