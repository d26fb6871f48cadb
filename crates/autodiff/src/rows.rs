//! Losses per sample: tensors of one shape, each of whose rows becomes one number.

use diabolo_kernels::{Rule, Scalar, map_rows};

use crate::op::Inputs;
use crate::shape::{Axes, Shape};

/// The shape of one number a row, or why the inputs have no common rows. The last axis runs along a row.
pub(crate) fn shape<S: Scalar>(x: Inputs<'_, S>) -> Result<Shape, String> {
    let shape = x.shape(0);
    if (1..x.len()).any(|i| x.shape(i) != shape) {
        let which = if x.len() == 2 { "both" } else { "all" };
        return Err(format!("{which} inputs must have the same shape"));
    }
    let last = shape.len().checked_sub(1).ok_or("a single number has no last axis to sum over")?;
    Ok(shape.without(Axes::new(&[last])))
}

/// `out` = `factor` times `x`, each row times its number.
pub(crate) fn scale<S: Scalar>(factor: f64, one_per_row: &[S], x: &[S], out: &mut [S]) {
    map_rows(Scale { factor: S::of(factor) }, one_per_row, [x], out);
}

#[derive(Clone, Copy)]
struct Scale<S> {
    factor: S,
}

impl<S: Scalar> Rule<S, 1, 1> for Scale<S> {
    #[inline(always)]
    fn apply(self, [number]: [S; 1], [x]: [S; 1]) -> S {
        self.factor * number * x
    }
}
