//! Zeros in zᵀ·x: left and right change places, and strips are turned.
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
//!
//! Packed, a strip takes columns of z from wherever they stand: those that are live. Its rows are the columns of x, those that are live
//! or all of them; others are zeros where it is turned. At last its rows move to where their columns stood in z.

use super::super::left::Left;
use super::super::level::Level;
use super::super::output::{Grid, Output};
use super::super::right::{Right, WIDEST};
use super::super::tile::Product;
use super::super::watch::Watch;
use super::super::{Epilogue, Operand, Vectors, threads};
use super::blocks::{Blocks, LINE, Writer};
use super::live::{Live, LiveColumns};
use crate::fold::all_finite_here;
use crate::parallel::{self, Divisible};
use crate::transpose::transpose_chosen;

/// The most numbers of x, all of which each thread goes through for each of its strips.
pub(super) const MOST_NUMBERS: usize = 1 << 20;

/// What is left out of x.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Leave {
    /// Columns that are not live.
    Columns,
    /// Steps of 8 columns.
    Steps,
}

/// `out = zᵀ · x`.
pub(super) fn product<S: Vectors>(
    level: Level,
    z: Operand<'_, S>,
    x: Operand<'_, S>,
    leave: Leave,
    watch: Option<&Watch>,
    out: &mut [S],
) {
    let (grid, pieces) = (Grid::of::<S>(level, z.columns), threads::pieces(z.columns, x.rows, x.columns));
    let (lanes, vectors) = (grid.lanes, grid.strips.vectors);
    let grain = vectors.div_ceil(pieces);
    let strip = WIDEST * lanes;
    let memory = [
        (strip * z.rows).next_multiple_of(LINE),
        (strip * (x.columns + 1)).next_multiple_of(LINE),
        if leave == Leave::Steps { Blocks::<S>::memory(x.columns, x.rows) } else { 0 },
        Live::memory(grain * lanes),
        Live::memory(x.columns),
        x.columns.next_multiple_of(LINE),
    ];
    let shape = Shape { level, z, x, leave, watch, lanes, grain, memory };
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
    leave: Leave,
    watch: Option<&'a Watch>,
    /// Numbers of a vector, and vectors of a piece.
    lanes: usize,
    grain: usize,
    /// Memory of a piece: for a strip of z, for a strip of xᵀ·z and a row of zeros, for the blocks of xᵀ if there are any, for
    /// the live columns of z and of x, and for the places of those of x.
    memory: [usize; 6],
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
        let Self { shape: Shape { level, z, x, leave, watch, memory, .. }, first, mut memories, out } = self;
        let [panel, product, blocks, for_z, for_x, places] = memory.map(|len| {
            let (part, others) = std::mem::take(&mut memories).split_at_mut(len);
            memories = others;
            part
        });
        // Each thread for itself: what it has looked at, it finds in its cache.
        let (rows, columns) = (first..first + out.len() / x.columns, 0..x.columns);
        let mut finite = true;
        let mut of_z = Live::of(z, rows.clone(), for_z, &mut finite);
        let mut of_x = match leave {
            Leave::Columns => Live::of(x, columns.clone(), for_x, &mut finite),
            // What is left out of z would meet all of x. If that is nothing, x need not be looked at.
            Leave::Steps => {
                finite &= of_z.numbers().len() == rows.len() || all_finite_here(x.data);
                Live::all(columns.clone(), for_x)
            }
        };
        if !finite {
            // 0 · ∞ and 0 · NaN are NaN: all columns matter.
            (of_z, of_x) = (Live::all(rows, for_z), Live::all(columns, for_x));
        }
        let strips = Strips {
            level,
            watch,
            z,
            of_z: of_z.numbers(),
            rows: of_x.numbers().len(),
            places: of_x.places(x.columns, places),
            first,
            panel,
            product,
            out,
        };
        if leave == Leave::Columns {
            return strips.compute(LiveColumns { matrix: x, live: of_x });
        }
        Writer::new(x.columns, x.rows, &mut *blocks).take(x.data, x.columns, x.columns);
        strips.compute(Blocks::written(x.t(), blocks));
    }
}

/// The strips of a piece.
struct Strips<'a, S> {
    level: Level,
    watch: Option<&'a Watch>,
    z: Operand<'a, S>,
    /// The columns of z that are live.
    of_z: &'a [u32],
    /// The rows of a strip, and for each column of x the number of its row; one more, of zeros, is that of columns left out.
    rows: usize,
    places: &'a [u32],
    first: usize,
    panel: &'a mut [S],
    product: &'a mut [S],
    out: &'a mut [S],
}

impl<S: Vectors> Strips<'_, S> {
    /// The last strip first, so that rows can move to where they belong, behind those that have moved already.
    fn compute<L: Left<Scalar = S>>(self, left: L) {
        let Self { level, watch, z, of_z, rows, places, first, panel, product, out } = self;
        let (grid, n) = (Grid::of::<S>(level, of_z.len()), places.len());
        let mut end = out.len();
        for strip in (0..grid.strips.count()).rev() {
            let (range, width) = (grid.columns_of(strip), grid.width(strip) * grid.lanes);
            let columns = &of_z[range.clone()];
            let panel = &mut panel[..width * z.rows];
            pack(z, columns, panel);
            let (computed, zeros) = product.split_at_mut(rows * columns.len());
            let zeros = &mut zeros[..columns.len()];
            zeros.fill(S::zero());
            let alone = Grid::of::<S>(level, columns.len());
            // -0 + 0 is 0. Whether a sum that underflows would become 0 by itself may depend on its neighbours, see `sparse`; and
            // which those are, on the number of threads.
            let strip = Product::new(left, Right::Packed(panel), alone, Epilogue::Bias(zeros)).watched(watch);
            strip.run_in_vectors(level, Output::Rows { data: computed, skip: 0 }, &mut []);
            transpose_chosen(product, places, columns.len(), &mut out[range.start * n..range.end * n]);
            for (row, &column) in range.zip(columns).rev() {
                let to = (column as usize - first) * n;
                out.copy_within(row * n..(row + 1) * n, to);
                out[to + n..end].fill(S::zero());
                end = to;
            }
        }
        out[..end].fill(S::zero());
    }
}

/// `panel` becomes columns of z, filled up with zeros.
fn pack<S: Vectors>(z: Operand<'_, S>, columns: &[u32], panel: &mut [S]) {
    for (to, row) in panel.chunks_exact_mut(panel.len() / z.rows).zip(z.data.chunks_exact(z.columns)) {
        let (to, filling) = to.split_at_mut(columns.len());
        choose(row, columns, to);
        filling.fill(S::zero());
    }
}

/// `to` becomes the elements of a row that stand in the listed columns, of which there are as many.
fn choose<S: Copy>(row: &[S], list: &[u32], to: &mut [S]) {
    let (Some(&first), Some(&last)) = (list.first(), list.last()) else { return };
    if (last - first) as usize + 1 == list.len() {
        return to.copy_from_slice(&row[first as usize..][..list.len()]);
    }
    for (to, &column) in to.iter_mut().zip(list) {
        *to = row[column as usize];
    }
}
