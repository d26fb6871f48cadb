//! # stack
//!
//! ```text
//! y = x₁ … xₙ side by side along a new axis
//! x̄ᵢ = ȳ at i of the new axis
//! ```
//!
//! Every element of an input stands at one place of y, with slope 1, so it takes the cotangent of that place.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, MAX_RANK, Scalar};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Tensors of one shape side by side along a new axis.
#[derive(Clone, Copy, Debug)]
pub struct Stack {
    /// The place of the new axis among those of the output.
    pub axis: usize,
}

impl Stack {
    const CARD: Card = Card {
        name: "stack",
        forward: "y = x₁ … xₙ side by side along a new axis",
        backward: &["x̄ᵢ = ȳ at i of the new axis"],
        latex: r"y_{\ldots i \ldots} = (x_i)_{\ldots\,\ldots}, \qquad (\bar x_i)_{\ldots\,\ldots} = \bar y_{\ldots i \ldots}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    /// Row-major, everything behind the new axis is contiguous: the length of that stretch.
    fn stretch(&self, shape: Shape) -> usize {
        shape[self.axis..].iter().product()
    }
}

impl<S: Scalar> Op<S> for Stack {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let first = x.shape(0);
        if self.axis > first.len() {
            return Err(format!("there is no place {} for a new axis among {}", self.axis, first.len()));
        }
        if first.len() == MAX_RANK {
            return Err(format!("a tensor of {MAX_RANK} axes takes no other"));
        }
        match (1..x.len()).find(|&i| x.shape(i) != first) {
            None => Ok(first.with_axis(self.axis, x.len())),
            Some(i) => Err(format!("{first} and {} differ", x.shape(i))),
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let part = self.stretch(x.shape(0));
        if part == 0 {
            return;
        }
        for i in 0..x.len() {
            let places = y.chunks_exact_mut(part).skip(i).step_by(x.len());
            places.zip(x.value(i).chunks_exact(part)).for_each(|(to, from)| to.copy_from_slice(from));
        }
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let part = self.stretch(x.shape(0)).max(1);
        for i in 0..x.len() {
            gx.give(i, |g| {
                let places = gy.chunks_exact(part).skip(i).step_by(x.len());
                g.chunks_exact_mut(part).zip(places).for_each(|(to, from)| to.copy_from_slice(from));
            });
        }
    }
}

impl<'t, S: Scalar> Var<'t, S> {
    /// Tensors of one shape side by side along a new axis, which becomes axis `axis` of the result.
    ///
    /// Two rows (3) stacked at axis 0 become a matrix (2, 3), at axis 1 a matrix (3, 2).
    ///
    /// # Panics
    /// If there is no tensor or more than 64, their shapes differ or have six axes, or there is no such place for an axis.
    #[must_use]
    #[track_caller]
    pub fn stack(parts: &[Self], axis: usize) -> Self {
        let first = parts.first().expect("stack needs at least one tensor");
        first.tape.record(Stack { axis }, parts)
    }
}

impl Case for Stack {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        Var::stack(x, self.axis)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |axis, count, shape: &[usize]| {
            (0..count).fold(Sample::new(Self { axis }), |sample, _| sample.input(shape, Domain::REAL))
        };
        vec![
            sample(0, 3, &[2, 3]),
            sample(1, 3, &[2, 3]),
            sample(2, 3, &[2, 3]),
            sample(0, 4, &[]),
            sample(1, 1, &[3]),
            sample(5, 2, &[1, 2, 1, 2, 1]),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(0..=4);
        let (axis, parts) = (dice.below(shape.len() + 1), 1 + dice.below(4));
        (0..parts).fold(Sample::new(Self { axis }), |sample, _| sample.input(&shape, Domain::REAL))
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |axis, shape: &[usize], parts: [&[f64]; 2], value: &[f64], why| Edge {
            op: Self { axis },
            inputs: parts.map(|part| (shape.to_vec(), part.to_vec())).to_vec(),
            value: value.to_vec(),
            gradients: parts.map(|part| vec![1.0; part.len()]).to_vec(),
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(0, &[2], [&[1.0, 2.0], &[3.0, 4.0]], &[1.0, 2.0, 3.0, 4.0], "in front, the parts are rows"),
            edge(
                1,
                &[2],
                [&[1.0, 2.0], &[3.0, nan]],
                &[1.0, 3.0, 2.0, nan],
                "behind, they are columns, and NaN goes along",
            ),
            edge(0, &[2], [&[inf, -inf], &[0.0, 5e-324]], &[inf, -inf, 0.0, 5e-324], "every bit arrives"),
            edge(0, &[], [&[1.0], &[2.0]], &[1.0, 2.0], "numbers become a row"),
            edge(1, &[0], [&[], &[]], &[], "nothing stacked is nothing"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Stack>();
    }
}
