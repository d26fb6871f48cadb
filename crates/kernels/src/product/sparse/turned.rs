//! Zeros on the right, as x in zᵀ·x: left and right change places, and strips are turned.
//!
//! ```text
//!                       z                         (xᵀ·z)ᵀ = zᵀ·x. A strip of the product in brackets is computed, and
//!                 ┌──┬─────┬───┐                  turned into rows of the output while it is in the cache. So threads
//!                 │  │strip│   │                  share the rows of the output, as without zeros.
//!                 └──┴─────┴───┘
//!          xᵀ     ┌──┬─────┬───┐     out ┌─────────────┐
//!        ┌────┐   │  │     │   │         │             │
//!        │    │   │  │     │   │    ⟶    ├─────────────┤
//!        │    │   │  │     │   │         │    strip    │
//!        └────┘   └──┴─────┴───┘         └─────────────┘
//! ```

use super::super::level::Level;
use super::super::output::{Grid, Output};
use super::super::right::{Right, WIDEST};
use super::super::tile::Product;
use super::super::{Epilogue, Operand, Vectors, threads};
use super::blocks::{Blocks, Writer};
use crate::parallel::{self, Divisible};
use crate::transpose::transpose_here;

/// The most numbers of x, all of which each thread goes through for each of its strips.
pub(super) const MOST: usize = 1 << 20;

/// `out = zᵀ · x`.
pub(super) fn product<S: Vectors>(level: Level, z: Operand<'_, S>, x: Operand<'_, S>, out: &mut [S]) {
    let (grid, pieces) = (Grid::of::<S>(level, z.columns), threads::pieces(out.len() * x.rows));
    let vectors = grid.strips.vectors;
    let grain = vectors.div_ceil(pieces);
    let strip = WIDEST * grid.lanes;
    let memory = [strip * z.rows, strip * x.columns, Blocks::<S>::memory(x.columns, x.rows)];
    let shape = Shape { level, z, x, lanes: grid.lanes, grain, memory };
    // Memory of this thread, whoever computes: the same at every step.
    S::with_scratch(vectors.div_ceil(grain) * shape.memory(), |memories| {
        parallel::run(Turned { shape, first: 0, memories, out }, grain);
    });
}

/// What all pieces have in common.
#[derive(Clone, Copy)]
struct Shape<'a, S> {
    level: Level,
    z: Operand<'a, S>,
    x: Operand<'a, S>,
    /// Numbers of a vector, and vectors of a piece.
    lanes: usize,
    grain: usize,
    /// Memory of a piece: for a strip of z, a strip of xᵀ·z, and the blocks of xᵀ.
    memory: [usize; 3],
}

impl<S> Shape<'_, S> {
    fn memory(&self) -> usize {
        self.memory.iter().sum()
    }
}

/// Some rows of the output, from number `first` on.
struct Turned<'a, S> {
    shape: Shape<'a, S>,
    first: usize,
    /// Memory of all pieces.
    memories: &'a mut [S],
    out: &'a mut [S],
}

impl<S: Vectors> Divisible for Turned<'_, S> {
    fn units(&self) -> usize {
        self.out.len().div_ceil(self.shape.x.columns * self.shape.lanes)
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { shape, first, memories, out } = self;
        let (memories, others) = memories.split_at_mut(at / shape.grain * shape.memory());
        let (front, back) = out.split_at_mut(at * shape.lanes * shape.x.columns);
        (
            Self { shape, first, memories, out: front },
            Self { shape, first: first + at * shape.lanes, memories: others, out: back },
        )
    }

    fn run(self) {
        let Self { shape: Shape { level, z, x, memory, .. }, first, memories, out } = self;
        let (panel, memories) = memories.split_at_mut(memory[0]);
        let (product, blocks) = memories.split_at_mut(memory[1]);
        Writer::new(x.columns, x.rows, &mut *blocks).take(x.data, x.columns, x.columns);
        let blocks = Blocks::written(x.t(), blocks);
        let grid = Grid::of::<S>(level, out.len() / x.columns);
        let mut out = out;
        for strip in 0..grid.strips.count() {
            let (columns, width) = (grid.columns_of(strip), grid.width(strip) * grid.lanes);
            // Packed here, since an operand begins with its first column, and this strip lies among columns of z.
            let panel = &mut panel[..width * x.rows];
            for (to, row) in panel.chunks_exact_mut(width).zip(z.data.chunks_exact(z.columns)) {
                let (to, filling) = to.split_at_mut(columns.len());
                to.copy_from_slice(&row[first + columns.start..first + columns.end]);
                filling.fill(S::zero());
            }
            let product = &mut product[..x.columns * columns.len()];
            let alone = Grid::of::<S>(level, columns.len());
            let computed = Product::new(blocks, Right::Packed(panel), alone, Epilogue::Store);
            computed.run(level, Output::Rows { data: product, skip: 0 }, &mut []);
            let (rows, rest) = out.split_at_mut(columns.len() * x.columns);
            transpose_here(product, x.columns, columns.len(), rows, x.columns);
            out = rest;
        }
    }
}
