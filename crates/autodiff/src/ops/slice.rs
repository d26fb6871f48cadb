//! # slice
//!
//! ```text
//! y = x[range] along axis
//! x̄ = ȳ inside the range, 0 outside
//! ```
//!
//! What is cut out has slope 1 at its place in y; what is left behind does not matter to the loss.
//!
//! Kinks: none.

use std::ops::{Bound, Range, RangeBounds};

use diabolo_kernels::{Buffer, Scalar};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// The part of a tensor within a range of one axis.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The axis to cut.
    pub axis: usize,
    /// What is kept of it.
    pub range: Range<usize>,
}

impl Slice {
    const CARD: Card = Card {
        name: "slice",
        forward: "y = x[range] along axis",
        backward: &["x̄ = ȳ inside the range, 0 outside"],
        latex: r"y_i = x_{s + i}, \qquad \bar x_j = \begin{cases} \bar y_{j - s} & s \le j < e \\ 0 & \text{else} \end{cases}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    /// Row-major, everything from `axis` on is contiguous: the length of that stretch, and what is kept of it.
    fn stretch(&self, shape: Shape) -> (usize, Range<usize>) {
        let inner: usize = shape[self.axis + 1..].iter().product();
        (shape[self.axis] * inner, self.range.start * inner..self.range.end * inner)
    }
}

impl<S: Scalar> Op<S> for Slice {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let (shape, Range { start, end }) = (x.shape(0), &self.range);
        match shape.get(self.axis) {
            None => Err(format!("there is no axis {} in a tensor of {} axes", self.axis, shape.len())),
            Some(extent) if start > end || end > extent => {
                Err(format!("axis {} has no range {start}..{end}", self.axis))
            }
            Some(_) => Ok(shape.with_extent(self.axis, end - start)),
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let (whole, part) = self.stretch(x.shape(0));
        if part.is_empty() {
            return;
        }
        for (to, from) in y.chunks_exact_mut(part.len()).zip(x.value(0).chunks_exact(whole)) {
            to.copy_from_slice(&from[part.clone()]);
        }
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let (whole, part) = self.stretch(x.shape(0));
        gx.give(0, |g| {
            g.fill(S::zero());
            if part.is_empty() {
                return;
            }
            for (to, from) in g.chunks_exact_mut(whole).zip(gy.chunks_exact(part.len())) {
                to[part.clone()].copy_from_slice(from);
            }
        });
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The part within `range` of `axis`: `x.slice(1, ..k)` are the first k columns.
    ///
    /// # Panics
    /// If there is no such axis or no such range of it.
    #[must_use]
    #[track_caller]
    pub fn slice(self, axis: usize, range: impl RangeBounds<usize>) -> Self {
        let start = match range.start_bound() {
            Bound::Included(&first) => first,
            Bound::Excluded(&before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => last.saturating_add(1),
            Bound::Excluded(&end) => end,
            Bound::Unbounded => self.shape().get(axis).copied().unwrap_or(0),
        };
        self.tape.record(Slice { axis, range: start..end }, &[self])
    }
}

impl Case for Slice {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].slice(self.axis, self.range.clone())
    }

    fn samples() -> Vec<Sample<Self>> {
        let cut = |axis, range| Sample::new(Self { axis, range }).input(&[3, 4, 5], Domain::REAL);
        vec![cut(0, 1..3), cut(1, 0..2), cut(1, 1..3), cut(2, 4..5), cut(2, 0..5), cut(0, 2..2)]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(1..=4);
        let axis = dice.below(shape.len());
        let start = dice.below(shape[axis] + 1);
        let range = start..start + dice.below(shape[axis] - start + 1);
        Sample::new(Self { axis, range }).input(&shape, Domain::REAL)
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |range, shape: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { axis: 1, range },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let inf = f64::INFINITY;
        vec![
            edge(1..2, &[2, 2], &[1.0, 2.0, 3.0, 4.0], &[2.0, 4.0], &[0.0, 1.0, 0.0, 1.0], "the second column"),
            edge(0..1, &[1, 2], &[1.0, f64::NAN], &[1.0], &[1.0, 0.0], "a NaN left behind does not matter"),
            edge(
                1..4,
                &[1, 5],
                &[7.0, inf, -inf, 5e-324, 0.0],
                &[inf, -inf, 5e-324],
                &[0.0, 1.0, 1.0, 1.0, 0.0],
                "what is cut out is not computed with",
            ),
            edge(0..1, &[1, 1], &[5.0], &[5.0], &[1.0], "the whole"),
            edge(2..2, &[1, 2], &[1.0, 2.0], &[], &[0.0, 0.0], "an empty range at the end"),
            edge(0..0, &[2, 0], &[], &[], &[], "an empty axis"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Slice>();
    }
}
