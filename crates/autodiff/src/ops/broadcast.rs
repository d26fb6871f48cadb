//! # broadcast
//!
//! ```text
//! y = x repeated to a shape
//! x̄ = Σ ȳ over what was repeated
//! ```
//!
//! One element of x stands at many places of y, with slope 1 at each, so their cotangents add up. The driver does that, for this
//! op as for every other.
//!
//! Ulps: partial sums of ȳ may outgrow its terms, and round at their own size. The bound is for sums of 25 terms.
//!
//! Kinks: none. What is repeated no times gets the empty sum, 0.

use diabolo_kernels::{Buffer, Layout, Scalar};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Repetition along new axes in front and along axes of extent 1.
#[derive(Clone, Copy, Debug)]
pub struct Broadcast {
    /// The shape to repeat to.
    pub shape: Shape,
}

impl Broadcast {
    const CARD: Card = Card {
        name: "broadcast",
        forward: "y = x repeated to a shape",
        backward: &["x̄ = Σ ȳ over what was repeated"],
        latex: r"y_{\ldots ij} = x_j, \qquad \bar x_j = \sum_{\ldots i} \bar y_{\ldots ij}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

impl<S: Scalar> Op<S> for Broadcast {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        match x.shape(0).broadcast(&self.shape) {
            Some(common) if common == self.shape => Ok(common),
            _ => Err(format!("the input cannot be repeated to {}", self.shape)),
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        Layout::broadcast(&x.shape(0), &self.shape).read(x.value(0), 0, y);
    }

    fn vjp(&self, _: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give_repeated(0, |g| g.copy_from_slice(gy));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// This tensor repeated to `shape`: aligned at the last axis, an axis that is missing or has extent 1 is repeated.
    ///
    /// Arithmetic does this by itself; call it where an op wants equal shapes.
    ///
    /// # Panics
    /// If the tensor cannot be repeated to this shape.
    #[must_use]
    #[track_caller]
    pub fn broadcast_to(self, shape: &[usize]) -> Self {
        self.tape.record(Broadcast { shape: Shape::new(shape) }, &[self])
    }
}

impl Case for Broadcast {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].broadcast_to(&self.shape)
    }

    fn samples() -> Vec<Sample<Self>> {
        let to = |shape: &[usize]| Sample::new(Self { shape: Shape::new(shape) });
        vec![
            to(&[2, 3]).input(&[3], Domain::REAL),
            to(&[2, 3]).input(&[2, 1], Domain::REAL),
            to(&[2, 3, 4]).input(&[3, 1], Domain::REAL),
            to(&[2, 3]).input(&[], Domain::REAL),
            to(&[2, 3]).input(&[2, 3], Domain::REAL),
            to(&[1, 3]).input(&[3], Domain::REAL),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let to = dice.tensor(0..=4);
        let from: Vec<usize> =
            to[dice.below(to.len() + 1)..].iter().map(|&extent| if dice.below(2) == 0 { 1 } else { extent }).collect();
        Sample::new(Self { shape: Shape::new(&to) }).input(&from, Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-60.0, 60.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |from: &[usize], to: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { shape: Shape::new(to) },
            inputs: vec![(from.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let inf = f64::INFINITY;
        vec![
            edge(&[2, 1], &[2, 2], &[1.0, 2.0], &[1.0, 1.0, 2.0, 2.0], &[2.0, 2.0], "each element counts twice"),
            edge(&[1], &[0], &[1.0], &[], &[0.0], "repeated no times, it does not matter"),
            edge(&[], &[2], &[f64::NAN], &[f64::NAN; 2], &[2.0], "NaN is repeated like any number"),
            edge(&[2, 1], &[2, 2], &[inf, -inf], &[inf, inf, -inf, -inf], &[2.0; 2], "and so are infinities"),
            edge(&[2], &[2, 2], &[0.0, 5e-324], &[0.0, 5e-324, 0.0, 5e-324], &[2.0; 2], "and the smallest numbers"),
            edge(&[0], &[2, 0], &[], &[], &[], "nothing repeated is nothing"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Broadcast>();
    }
}
