//! Centred samples, some at a time.

use std::ops::Range;

use diabolo_kernels::{Buffer, Scalar, parallel};

use super::centring::Centring;
use crate::pca::mean::Moments;
use crate::pca::samples::{Samples, blocks};
use crate::pca::svd::Columns;

/// Values in a block, which shall stay in the cache that threads share.
const VALUES_PER_BLOCK: usize = 1 << 20;
/// Rows that a thread centres at a time.
const ROWS_PER_TASK: usize = 64;
/// Rows read at a time where they are scattered into columns: few enough to stay in a core's cache meanwhile.
const ROWS_TO_SCATTER: usize = 128;

/// (X − 1μᵀ)/s
pub(super) struct Centred<'a, S> {
    samples: &'a mut dyn Samples<S>,
    pub(super) centring: Centring<'a>,
}

/// Centred rows, one after the other, each filled up with zeros.
pub(super) struct Block {
    pub(super) values: Buffer<f64>,
    pub(super) rows: usize,
}

impl<'a, S: Scalar> Centred<'a, S> {
    pub(super) fn new(samples: &'a mut dyn Samples<S>, moments: &'a Moments) -> Self {
        Self { samples, centring: Centring::new(moments) }
    }

    /// n and d.
    pub(super) fn dim(&self) -> (usize, usize) {
        self.samples.dim()
    }

    /// Calls `use_rows(first, rows)` for all rows as they are, about so many `values` at a time, in order.
    pub(super) fn read(&mut self, values: usize, mut use_rows: impl FnMut(Range<usize>, &[S])) {
        let (count, features) = self.dim();
        for range in blocks(count, features, values) {
            use_rows(range.clone(), self.samples.rows(range));
        }
    }

    /// Calls `use_block(first, block)` for all rows, some at a time, in order.
    pub(super) fn blocks(&mut self, mut use_block: impl FnMut(usize, &Block)) {
        let (Centring { width, .. }, features) = (self.centring, self.dim().1);
        let centring = self.centring;
        let mut block = Block { values: Buffer::default(), rows: 0 };
        self.read(VALUES_PER_BLOCK, |range, rows| {
            block.rows = range.len();
            block.values.resize(block.rows * width);
            let (values, rows) =
                (block.values.chunks_mut(ROWS_PER_TASK * width), rows.chunks(ROWS_PER_TASK * features));
            parallel::each(&mut values.zip(rows).collect::<Vec<_>>(), &|(out, rows)| centring.rows(rows, out));
            use_block(range.start, &block);
        });
    }

    /// Puts the rows `range` into `columns`, from row `top` down.
    pub(super) fn fill(&mut self, range: Range<usize>, columns: &mut Columns, top: usize) {
        let (centring, features) = (self.centring, self.dim().1);
        for first in range.clone().step_by(ROWS_TO_SCATTER) {
            let rows = self.samples.rows(first..range.end.min(first + ROWS_TO_SCATTER));
            for j in 0..features {
                let column = &mut columns.column_mut(j)[top + first - range.start..];
                for (to, row) in column.iter_mut().zip(rows.chunks_exact(features)) {
                    *to = centring.one(row[j], j);
                }
            }
        }
    }

    /// The whole transposed: a sample a column.
    pub(super) fn transposed(&mut self) -> Columns {
        let (count, features) = self.dim();
        let centring = Centring { width: features, ..self.centring };
        let mut transposed = Columns::zeros(features, count);
        self.read(VALUES_PER_BLOCK, |range, rows| {
            centring.rows(rows, &mut transposed.values[range.start * features..range.end * features]);
        });
        transposed
    }
}
