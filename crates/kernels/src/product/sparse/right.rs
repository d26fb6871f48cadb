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

use super::super::level::Level;
use super::super::output::{Grid, Output};
use super::super::right::{Right, WIDEST};
use super::super::tile::Product;
use super::super::{Epilogue, Operand, Vectors, threads};
use super::blocks::{Blocks, Writer};
use crate::parallel::{self, Divisible};
use crate::transpose::transpose_here;

/// `out = left · right`, where `left` lies transposed and `right` does not.
pub(super) fn product<S: Vectors>(level: Level, left: Operand<'_, S>, right: Operand<'_, S>, out: &mut [S]) {
    let (k, n) = (left.columns, right.columns);
    let (grid, pieces) = (Grid::of::<S>(level, left.rows), threads::pieces(out.len() * k));
    let strips = grid.strips.count();
    let grain = strips.div_ceil(pieces);
    let widest = WIDEST * grid.lanes;
    let sizes = [widest * k, widest * n, Blocks::<S>::memory(n, k)];
    let shape = Shape { level, left: right.t(), right: left.t(), grid, grain, sizes };
    // Memory of this thread, whoever computes: the same at every step.
    S::with_scratch(pieces * shape.memory(), |memories| {
        parallel::run(Turned { shape, strips: 0..strips, memories, out }, grain);
    });
}

/// What all pieces have in common.
#[derive(Clone, Copy)]
struct Shape<'a, S> {
    level: Level,
    left: Operand<'a, S>,
    right: Operand<'a, S>,
    grid: Grid,
    /// Strips of a piece.
    grain: usize,
    /// Memory of a piece: for a strip of `right`, one of the product, and blocks of `left`.
    sizes: [usize; 3],
}

impl<S> Shape<'_, S> {
    fn memory(&self) -> usize {
        self.sizes.iter().sum()
    }
}

/// Some strips of a product, to be turned.
struct Turned<'a, S> {
    shape: Shape<'a, S>,
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
        let Self { shape, strips, memories, out } = self;
        let (Shape { left, grid, grain, .. }, middle) = (shape, strips.start + at);
        let (memories, others) = memories.split_at_mut(at / grain * shape.memory());
        let (front, back) = out.split_at_mut((grid.edge(middle) - grid.edge(strips.start)) * left.rows);
        let part = |strips, memories, out| Self { shape, strips, memories, out };
        (part(strips.start..middle, memories, front), part(middle..strips.end, others, back))
    }

    fn run(self) {
        let Self { shape, strips, mut memories, mut out } = self;
        let Shape { level, left, right, grid, sizes, .. } = shape;
        let mut memory = |size| memories.split_off_mut(..size).expect("there is memory for a piece");
        let [panel, product, blocks] = sizes.map(&mut memory);
        let mut writer = Writer::new(left, blocks);
        writer.take(0, left.rows, left.data, left.rows);
        let blocks = writer.done();
        for strip in strips {
            let panel = Right::Unpacked(right).panel(strip, grid, right.rows, panel);
            let width = grid.columns_of(strip).len();
            let product = &mut product[..left.rows * width];
            let whole = Product::new(blocks, Right::Packed(panel.data), Grid::of::<S>(level, width), Epilogue::Store);
            whole.run(level, Output::Rows { data: product, skip: 0 }, &mut []);
            let (turned, rest) = out.split_at_mut(width * left.rows);
            transpose_here(product, left.rows, width, turned, left.rows);
            out = rest;
        }
    }
}
