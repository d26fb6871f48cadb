//! Arrays through a model: chunks of rows on a tape that is reused, so that memory stays small whatever the number of rows.

use diabolo_autodiff::{Tape, Var};
use diabolo_kernels::Scalar;
use diabolo_nn::Context;
use ndarray::{Array2, ArrayView2, Axis};

/// Rows that are computed at a time.
pub(crate) const CHUNK: usize = 512;

/// What is computed of rows.
type Map<'f, S> = dyn for<'t> Fn(&mut Context<'t, S>, Var<'t, S>) -> Var<'t, S> + 'f;

/// `f` of all rows, `columns` wide.
#[track_caller]
pub(crate) fn by_chunks<S: Scalar>(rows: ArrayView2<'_, S>, columns: usize, f: &Map<'_, S>) -> Array2<S> {
    let mut out = Array2::from_elem((rows.nrows(), columns), S::zero());
    let mut tape = Tape::new();
    for (rows, mut out) in rows.axis_chunks_iter(Axis(0), CHUNK).zip(out.axis_chunks_iter_mut(Axis(0), CHUNK)) {
        f(&mut Context::inference(&tape), tape.constant(&rows)).look(|value| out.assign(&value));
        tape.reset();
    }
    out
}
