//! Samples that are read some rows at a time.

use std::ops::Range;

use diabolo_kernels::Scalar;

/// n samples of d features, wherever they come from.
pub(super) trait Samples<S> {
    /// n and d.
    fn dim(&self) -> (usize, usize);

    /// The rows `range`, one after the other.
    fn rows(&mut self, range: Range<usize>) -> &[S];
}

/// Samples that lie in memory row by row, and are read where they lie.
pub(super) struct InMemory<'a, S> {
    pub(super) rows: &'a [S],
    pub(super) count: usize,
    pub(super) features: usize,
}

impl<S> Samples<S> for InMemory<'_, S> {
    fn dim(&self) -> (usize, usize) {
        (self.count, self.features)
    }

    fn rows(&mut self, range: Range<usize>) -> &[S] {
        &self.rows[range.start * self.features..range.end * self.features]
    }
}

/// Samples that a function writes into a buffer.
pub(super) struct Filled<S, F> {
    count: usize,
    features: usize,
    /// Writes the rows `range`, one after the other, into the slice.
    fill: F,
    buffer: Vec<S>,
}

impl<S, F> Filled<S, F> {
    pub(super) fn new(count: usize, features: usize, fill: F) -> Self {
        Self { count, features, fill, buffer: Vec::new() }
    }
}

impl<S: Scalar, F: FnMut(Range<usize>, &mut [S])> Samples<S> for Filled<S, F> {
    fn dim(&self) -> (usize, usize) {
        (self.count, self.features)
    }

    fn rows(&mut self, range: Range<usize>) -> &[S] {
        self.buffer.resize(range.len() * self.features, S::zero());
        (self.fill)(range, &mut self.buffer);
        &self.buffer
    }
}

/// The numbers 0 … n − 1 of samples in blocks of about `values` values, cut by shape alone: at least 64 samples each, so
/// that matrix products run at speed, and no more than 4096.
pub(super) fn blocks(count: usize, features: usize, values: usize) -> impl Iterator<Item = Range<usize>> {
    let rows = (values / features.max(1)).clamp(64, 4096).next_multiple_of(64);
    (0..count).step_by(rows).map(move |first| first..count.min(first + rows))
}
