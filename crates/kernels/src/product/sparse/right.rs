//! Zeros on the right, as in Zᵀ·x: left and right change places, and strips are turned.
//!
//! ```text
//!                       Z                         (xᵀ·Z)ᵀ = Zᵀ·x. A strip of the product in brackets is computed, and
//!                 ┌──┬─────┬───┐                  turned into rows of the output while it is in the cache. So threads
//!                 │  │strip│   │                  share the rows of the output, as without zeros.
//!                 └──┴─────┴───┘
//!          xᵀ     ┌──┬─────┬───┐     out ┌─────────────┐
//!        ┌────┐   │  │     │   │         │             │
//!        │    │   │  │     │   │    ⟶    ├─────────────┤
//!        │    │   │  │     │   │         │    strip    │
//!        └────┘   └──┴─────┴───┘         └─────────────┘
//! ```

use std::ops::Range;

use super::super::left::{Chosen, Columns};
use super::super::level::Level;
use super::super::output::{Grid, Output};
use super::super::right::{Right, WIDEST};
use super::super::tile::Product;
use super::super::{Epilogue, Operand, Vectors, threads};
use super::are_few;
use super::steps::Steps;
use crate::parallel::{self, Divisible};
use crate::transpose::transpose_here;

/// `out = left · right` if it pays to leave out steps, where `left` lies transposed and `right` does not.
pub(super) fn product<S: Vectors>(level: Level, left: Operand<'_, S>, right: Operand<'_, S>, out: &mut [S]) -> bool {
    let (grid, columns) = (Grid::of::<S>(level, left.rows), Columns::of(right.t()));
    let pieces = threads::pieces(out.len() * left.columns);
    let strips = grid.strips.count();
    let grain = strips.div_ceil(pieces);
    let lists = Steps::len(right.columns, left.columns).next_multiple_of(grid.lanes);
    let piece = WIDEST * grid.lanes * (left.columns + right.columns);
    // Memory of this thread, whoever computes: the same at every step.
    S::with_scratch(lists + pieces * piece, |memory| {
        let (lists, memories) = memory.split_at_mut(lists);
        let steps = Steps::find(columns, right.columns, pieces, lists);
        let (needed, all) = steps.count();
        let few = are_few(needed, all);
        if few {
            let shape = Shape { level, left: Chosen::of(columns, steps), right: left.t(), grid, grain, piece };
            parallel::run(Turned { shape, rows: right.columns, strips: 0..strips, memories, out }, grain);
        }
        few
    })
}

/// What all pieces have in common.
#[derive(Clone, Copy)]
struct Shape<'a, S> {
    level: Level,
    left: Chosen<'a, S>,
    right: Operand<'a, S>,
    grid: Grid,
    /// Strips of a piece.
    grain: usize,
    /// Memory of a piece, for a strip of `right` and one of the product.
    piece: usize,
}

/// Some strips of a product of so many rows, to be turned.
struct Turned<'a, S> {
    shape: Shape<'a, S>,
    rows: usize,
    strips: Range<usize>,
    /// Memory of all pieces.
    memories: &'a mut [S],
    /// The rows of the output that the strips become.
    out: &'a mut [S],
}

impl<S: Vectors> Divisible for Turned<'_, S> {
    fn units(&self) -> usize {
        self.strips.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { shape, rows, strips, memories, out } = self;
        let (Shape { grid, grain, piece, .. }, middle) = (shape, strips.start + at);
        let (memories, others) = memories.split_at_mut(at / grain * piece);
        let (front, back) = out.split_at_mut((grid.edge(middle) - grid.edge(strips.start)) * rows);
        let part = |strips, memories, out| Self { shape, rows, strips, memories, out };
        (part(strips.start..middle, memories, front), part(middle..strips.end, others, back))
    }

    fn run(self) {
        let Self { shape, rows, strips, memories, mut out } = self;
        let Shape { level, left, right, grid, .. } = shape;
        let (panel, product) = memories.split_at_mut(WIDEST * grid.lanes * right.rows);
        for strip in strips {
            let panel = Right::Unpacked(right).panel(strip, grid, right.rows, panel);
            let width = grid.columns_of(strip).len();
            let product = &mut product[..rows * width];
            let whole = Product::new(left, Right::Packed(panel.data), Grid::of::<S>(level, width), Epilogue::Store);
            whole.run(level, Output::Rows { data: product, skip: 0 }, &mut []);
            let (turned, rest) = out.split_at_mut(width * rows);
            transpose_here(product, rows, width, turned, rows);
            out = rest;
        }
    }
}
