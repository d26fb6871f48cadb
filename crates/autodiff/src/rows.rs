//! Losses per sample: tensors of one shape, each of whose rows becomes one number.

use diabolo_kernels::{Layout, Rule, Scalar, Source, map, sum_axes};

use crate::op::Inputs;
use crate::shape::{Axes, Shape};

/// How many rows there are, and how long they are. The last axis runs along a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    count: usize,
    length: usize,
}

impl Rows {
    /// The shape of one number a row, or why the inputs have no common rows.
    pub(crate) fn shape<S: Scalar>(x: Inputs<'_, S>) -> Result<Shape, String> {
        let shape = x.shape(0);
        if (1..x.len()).any(|i| x.shape(i) != shape) {
            let which = if x.len() == 2 { "both" } else { "all" };
            return Err(format!("{which} inputs must have the same shape"));
        }
        let last = shape.len().checked_sub(1).ok_or("a single number has no last axis to sum over")?;
        Ok(shape.without(Axes::new(&[last])))
    }

    /// The rows of inputs that [`shape`](Self::shape) has accepted.
    pub(crate) fn of<S: Scalar>(x: Inputs<'_, S>) -> Self {
        let shape = x.shape(0);
        let (&length, outer) = shape.split_last().expect("the shape was checked when recorded");
        Self { count: outer.iter().product(), length }
    }

    /// `y` = the sum of each row of `terms`.
    pub(crate) fn sum<S: Scalar>(self, terms: &[S], y: &mut [S]) {
        sum_axes(terms, &[self.count, self.length], &[1], y);
    }

    /// One number a row, repeated along its row.
    pub(crate) fn repeat<S: Scalar>(self, one_per_row: &[S]) -> Source<'_, S> {
        Source::Broadcast(one_per_row, Layout::broadcast(&[self.count, 1], &[self.count, self.length]))
    }

    /// `out` = `factor` times `x`, each row times its number.
    pub(crate) fn scale<S: Scalar>(self, factor: f64, one_per_row: &[S], x: &[S], out: &mut [S]) {
        map(Scale { factor: S::of(factor) }, [self.repeat(one_per_row), Source::Whole(x)], [], out);
    }
}

#[derive(Clone, Copy)]
struct Scale<S> {
    factor: S,
}

impl<S: Scalar> Rule<S, 2, 0> for Scale<S> {
    #[inline(always)]
    fn apply(self, [number, x]: [S; 2], []: [S; 0]) -> S {
        self.factor * number * x
    }
}
