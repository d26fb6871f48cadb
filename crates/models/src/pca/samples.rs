//! Samples that are read a few rows at a time.

use std::ops::Range;

use diabolo_kernels::Scalar;

/// Rows read at a time: few enough to stay in a core's cache while they are scattered into columns.
const ROWS_AT_ONCE: usize = 128;

/// n samples of d features, wherever they come from.
pub(super) struct Samples<S, F> {
    pub(super) count: usize,
    pub(super) features: usize,
    /// Writes the rows `range`, one after the other, into the slice.
    fill: F,
    buffer: Vec<S>,
}

impl<S: Scalar, F: FnMut(Range<usize>, &mut [S])> Samples<S, F> {
    pub(super) fn new(count: usize, features: usize, fill: F) -> Self {
        Self { count, features, fill, buffer: Vec::new() }
    }

    /// Calls `use_rows(first, rows)` for the rows `range`, some at a time, in order.
    pub(super) fn read(&mut self, range: Range<usize>, mut use_rows: impl FnMut(usize, &[S])) {
        for first in range.clone().step_by(ROWS_AT_ONCE) {
            let last = range.end.min(first + ROWS_AT_ONCE);
            self.buffer.resize((last - first) * self.features, S::zero());
            (self.fill)(first..last, &mut self.buffer);
            use_rows(first, &self.buffer);
        }
    }
}
