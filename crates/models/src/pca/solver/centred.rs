//! Centred samples as columns of `f64`, a block at a time.

use std::ops::Range;

use diabolo_kernels::Scalar;

use crate::pca::mean::Moments;
use crate::pca::samples::Samples;
use crate::pca::svd::{Columns, power_of_two_below};

/// Rows of a block: enough for matrix products to run at speed, and a fixed number, so that sums over blocks are cut the
/// same way whatever the threads.
const ROWS_PER_BLOCK: usize = 1024;

/// (X − 1μᵀ)/s, the power of two s being such that no square overflows or is lost.
pub(super) struct Centred<'a, S, F> {
    samples: &'a mut Samples<S, F>,
    moments: &'a Moments,
    scale: f64,
}

impl<'a, S: Scalar, F: FnMut(Range<usize>, &mut [S])> Centred<'a, S, F> {
    pub(super) fn new(samples: &'a mut Samples<S, F>, moments: &'a Moments) -> Self {
        Self { samples, moments, scale: power_of_two_below(moments.largest) }
    }

    /// n and d.
    pub(super) fn dim(&self) -> (usize, usize) {
        (self.samples.count, self.samples.features)
    }

    /// s
    pub(super) fn scale(&self) -> f64 {
        self.scale
    }

    /// Puts the rows `range` into `columns`, from row `top` down.
    pub(super) fn fill(&mut self, range: Range<usize>, columns: &mut Columns, top: usize) {
        let (start, features) = (range.start, self.samples.features);
        self.samples.read(range, |first, rows| {
            for (j, mean) in self.moments.mean.iter().enumerate() {
                let column = &mut columns.column_mut(j)[top + first - start..];
                for (centred, row) in column.iter_mut().zip(rows.chunks_exact(features)) {
                    *centred = (row[j].to_f64() - mean) / self.scale;
                }
            }
        });
    }

    /// The whole transposed: a sample a column.
    pub(super) fn transposed(&mut self) -> Columns {
        let (count, features) = self.dim();
        let mut transposed = Columns::zeros(features, count);
        self.samples.read(0..count, |first, rows| {
            for (i, row) in rows.chunks_exact(features).enumerate() {
                for ((centred, x), mean) in transposed.column_mut(first + i).iter_mut().zip(row).zip(&self.moments.mean)
                {
                    *centred = (x.to_f64() - mean) / self.scale;
                }
            }
        });
        transposed
    }

    /// Calls `use_block(first, block)` for all rows, some at a time, in order.
    pub(super) fn blocks(&mut self, mut use_block: impl FnMut(usize, &Columns)) {
        let (count, features) = self.dim();
        let mut block = Columns::zeros(0, 0);
        for first in (0..count).step_by(ROWS_PER_BLOCK) {
            let last = count.min(first + ROWS_PER_BLOCK);
            if block.height != last - first {
                block = Columns::zeros(last - first, features);
            }
            self.fill(first..last, &mut block, 0);
            use_block(first, &block);
        }
    }
}
