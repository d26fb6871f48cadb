//! # concat
//!
//! ```text
//! y = x₁ … xₙ one behind the other along axis
//! x̄ᵢ = the part of ȳ that xᵢ became
//! ```
//!
//! Every element of an input stands at one place of y, with slope 1, so it takes the cotangent of that place.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, Scalar};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Tensors one behind the other along an axis.
#[derive(Clone, Copy, Debug)]
pub struct Concat {
    /// The axis along which extents add up; all others are equal.
    pub axis: usize,
}

impl Concat {
    const CARD: Card = Card {
        name: "concat",
        forward: "y = x₁ … xₙ one behind the other along axis",
        backward: &["x̄ᵢ = the part of ȳ that xᵢ became"],
        latex: r"y = (x_1, \ldots, x_n), \qquad (\bar x_1, \ldots, \bar x_n) = \bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    /// Row-major, everything from `axis` on is contiguous: the length of that stretch.
    fn stretch(&self, shape: Shape) -> usize {
        shape[self.axis..].iter().product()
    }
}

impl<S: Scalar> Op<S> for Concat {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let first = x.shape(0);
        if self.axis >= first.len() {
            return Err(format!("there is no axis {} in a tensor of {} axes", self.axis, first.len()));
        }
        let together = (0..x.len()).map(|i| x.shape(i).get(self.axis).copied().unwrap_or(0)).sum();
        let fits = |i: usize| x.shape(i).with_extent(self.axis, together) == first.with_extent(self.axis, together);
        match (1..x.len()).find(|&i| x.shape(i).len() != first.len() || !fits(i)) {
            None => Ok(first.with_extent(self.axis, together)),
            Some(i) => Err(format!("{first} and {} differ in more than axis {}", x.shape(i), self.axis)),
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let whole = (0..x.len()).map(|i| self.stretch(x.shape(i))).sum();
        let mut start = 0;
        for i in 0..x.len() {
            let part = self.stretch(x.shape(i));
            if part > 0 {
                for (to, from) in y.chunks_exact_mut(whole).zip(x.value(i).chunks_exact(part)) {
                    to[start..start + part].copy_from_slice(from);
                }
            }
            start += part;
        }
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let whole = (0..x.len()).map(|i| self.stretch(x.shape(i))).sum();
        let mut start = 0;
        for i in 0..x.len() {
            let part = self.stretch(x.shape(i));
            gx.give(i, |g| {
                if part > 0 {
                    for (to, from) in g.chunks_exact_mut(part).zip(gy.chunks_exact(whole)) {
                        to.copy_from_slice(&from[start..start + part]);
                    }
                }
            });
            start += part;
        }
    }
}

impl<'t, S: Scalar> Var<'t, S> {
    /// The tensors one behind the other along `axis`, whose extents add up.
    ///
    /// # Panics
    /// If there is no tensor or more than 64, they lack the axis, or another axis differs.
    #[must_use]
    #[track_caller]
    pub fn concat(parts: &[Self], axis: usize) -> Self {
        let first = parts.first().expect("concat needs at least one tensor");
        first.tape.record(Concat { axis }, parts)
    }
}

impl Case for Concat {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        Var::concat(x, self.axis)
    }

    fn samples() -> Vec<Sample<Self>> {
        let along = |axis, shapes: &[[usize; 3]]| {
            shapes.iter().fold(Sample::new(Self { axis }), |sample, shape| sample.input(shape, Domain::REAL))
        };
        vec![
            along(0, &[[1, 2, 3], [2, 2, 3]]),
            along(1, &[[2, 1, 3], [2, 4, 3], [2, 2, 3]]),
            along(2, &[[2, 2, 1], [2, 2, 3]]),
            along(1, &[[2, 3, 2]]),
            Sample::new(Self { axis: 0 }).input(&[2], Domain::REAL).input(&[3], Domain::REAL),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = Shape::new(&dice.tensor(1..=4));
        let (axis, parts) = (dice.below(shape.len()), 1 + dice.below(4));
        (0..parts).fold(Sample::new(Self { axis }), |sample, _| {
            sample.input(&shape.with_extent(axis, dice.extent()), Domain::REAL)
        })
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |axis, inputs: Vec<(Vec<usize>, Vec<f64>)>, value: &[f64], why| Edge {
            op: Self { axis },
            gradients: inputs.iter().map(|(_, x)| vec![1.0; x.len()]).collect(),
            inputs,
            value: value.to_vec(),
            why,
        };
        let columns = vec![(vec![2, 1], vec![1.0, 4.0]), (vec![2, 2], vec![2.0, 3.0, 5.0, f64::NAN])];
        let with_nothing = vec![(vec![1, 0], vec![]), (vec![1, 2], vec![7.0, 8.0])];
        let nothing = vec![(vec![0, 1], vec![]), (vec![0, 2], vec![])];
        let (inf, tiny) = (f64::INFINITY, 5e-324);
        let extremes = vec![(vec![3], vec![inf, -inf, 0.0]), (vec![1], vec![tiny])];
        vec![
            edge(1, columns, &[1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN], "columns go beside columns"),
            edge(1, with_nothing, &[7.0, 8.0], "an empty part takes no place"),
            edge(1, nothing, &[], "no rows"),
            edge(0, extremes, &[inf, -inf, 0.0, tiny], "what is moved is not computed with"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Concat>();
    }
}
