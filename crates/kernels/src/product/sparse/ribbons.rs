//! Zeros on the left, as in x·Wᵀ: the output is shared as ribbons, and `right` is packed by whoever uses it.
//!
//! A few threads take the steps of all rows each for itself: what another core has written must be fetched from there. Many
//! threads would do little else, and take them together.

use super::super::output::{Grid, MOST_ROWS, Output, Ribbon, TILE};
use super::super::path::Asked;
use super::super::right::Right;
use super::super::tile::Product;
use super::super::{Operand, Vectors, threads};
use super::blocks::{Blocks, Writer};
use crate::parallel::{self, Divisible};
use crate::transpose::{BLOCK, transpose_here};

/// The most threads that take the same steps.
const FEW_THREADS: usize = 4;

/// `out` becomes what is asked for, as many rows at a time as make a ribbon.
pub(super) fn product<S: Vectors>(asked: Asked<'_, S>, out: &mut [S]) {
    let Asked { left, right, .. } = asked;
    let (k, n) = (left.columns, right.columns);
    for (data, out) in left.data.chunks(MOST_ROWS * k).zip(out.chunks_mut(MOST_ROWS * n)) {
        let rows = data.len() / k;
        ribbon(Asked { left: Operand { data, rows, ..left }, ..asked }, out);
    }
}

fn ribbon<S: Vectors>(asked: Asked<'_, S>, out: &mut [S]) {
    let Asked { level, left, right, epilogue, watch } = asked;
    let (m, k) = (left.rows, left.columns);
    let (grid, pieces) = (Grid::of::<S>(level, right.columns), threads::pieces(m, k, right.columns));
    // For a strip of `right`, and before it for rows that are turned.
    let panel = Right::PackedOnUse(right).memory(grid, k).max(BLOCK * k);
    let blocks = Blocks::<S>::memory(m, k);
    let together = pieces > FEW_THREADS;
    let (of_all, of_each) = if together { (blocks, 0) } else { (0, blocks) };
    S::with_scratch(of_all + pieces * (of_each + panel), |memory| {
        let (of_all, memories) = memory.split_at_mut(of_all);
        if together {
            let grain = m.div_ceil(BLOCK).div_ceil(pieces);
            let blocks = Writer::new(m, k, of_all);
            parallel::run(Bands { rows: left.data, depth: k, blocks, grain, panel, memories: &mut *memories }, grain);
        }
        Ribbon::share(out, grid, memories, pieces, &|ribbon, memory| {
            let (of_each, panel) = memory.split_at_mut(of_each);
            if !together {
                let blocks = Writer::new(m, k, of_each);
                Bands { rows: left.data, depth: k, blocks, grain: m, panel: 0, memories: &mut *panel }.run();
            }
            let blocks = Blocks::written(left, if together { &*of_all } else { of_each });
            let product = Product::new(blocks, Right::PackedOnUse(right), grid, epilogue).watched(watch);
            product.run_in_vectors(level, Output::Ribbon(ribbon), panel);
        });
    });
}

/// Rows whose steps are taken, a band of them at a time, which is turned first.
struct Bands<'a, S> {
    rows: &'a [S],
    depth: usize,
    blocks: Writer<'a, S>,
    /// Bands of rows of a piece.
    grain: usize,
    /// Memory of a piece, and of all of them, in which a band is turned.
    panel: usize,
    memories: &'a mut [S],
}

impl<S: Vectors> Divisible for Bands<'_, S> {
    fn units(&self) -> usize {
        self.rows.len().div_ceil(BLOCK * self.depth)
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { rows, depth, blocks, grain, panel, memories } = self;
        let (rows, other_rows) = rows.split_at(at * BLOCK * depth);
        let (blocks, other_blocks) = blocks.cut(at * BLOCK / TILE);
        let (memories, others) = memories.split_at_mut(at / grain * panel);
        (
            Self { rows, depth, blocks, grain, panel, memories },
            Self { rows: other_rows, depth, blocks: other_blocks, grain, panel, memories: others },
        )
    }

    fn run(self) {
        let Self { rows, depth, mut blocks, memories, .. } = self;
        for band in rows.chunks(BLOCK * depth) {
            let rows = band.len() / depth;
            let (these, others) = blocks.cut(rows.div_ceil(TILE));
            transpose_here(band, rows, depth, memories, BLOCK);
            these.take(memories, BLOCK, rows);
            blocks = others;
        }
    }
}
