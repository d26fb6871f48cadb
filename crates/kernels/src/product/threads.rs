//! Who computes what: threads share the rows of the output, or its strips of columns.
//!
//! Cores that lie apart share numbers through memory that both can see, and what one has read another cannot write without
//! telling it. With the rows shared, each thread reads all of `right`, k·n numbers; with the columns shared, all of
//! `left`, m·k, and the columns are put side by side afterwards, m·n. So the gradient of a weight is shared by rows, and by the same
//! rows the optimizer changes the weight; the gradient of a layer's input is shared by columns, so that a thread reads but a
//! part of the weight.
//!
//! Safe Rust cannot lend out column blocks of a row-major matrix, so those are computed as matrices of their own in scratch
//! memory and copied. An element is the same sum in the same order whoever computes it.

use std::ops::Range;

use super::left::Left;
use super::level::Level;
use super::right::{Right, Strips};
use super::tile::Block;
use super::{Epilogue, Vectors};
use crate::parallel::{self, Divisible};

/// Multiplications below which another thread is not worth its while.
const GRAIN: usize = 1 << 18;
/// Bytes of the left operand that stay in a second-level cache while the strips of the right one go by.
const CACHE: usize = 256 * 1024;
/// The most rows of a tile.
const TILE: usize = 8;

/// The work on one range of k: the whole output, at one level.
pub(super) struct Work<'a, S, L> {
    pub(super) level: Level,
    pub(super) block: Block<'a, S, L>,
    /// Length of the range of k.
    pub(super) depth: usize,
}

impl<S: Vectors, L: Left<Scalar = S>> Work<'_, S, L> {
    pub(super) fn run(self) {
        let Self { level, block, depth } = self;
        let (columns, rows) = (block.columns, block.out.len() / block.columns);
        let threads = rayon::current_num_threads();
        let pieces = (block.out.len() * depth / GRAIN).clamp(1, threads);
        let strips = Strips::of::<S>(level, columns);
        let few_rows = rows.div_ceil(TILE) < pieces.min(strips.count());
        let wide = depth * columns > rows * (depth + columns) && strips.count() >= 2 * pieces;
        if few_rows || pieces > 1 && wide {
            return by_columns(level, block, strips, strips.count().div_ceil(pieces));
        }
        let grain = rows.div_ceil(pieces).min(CACHE / (depth * size_of::<S>()));
        parallel::run(ByRows { level, block }, grain.max(1).next_multiple_of(TILE));
    }
}

struct ByRows<'a, S, L> {
    level: Level,
    block: Block<'a, S, L>,
}

impl<S: Vectors, L: Left<Scalar = S>> Divisible for ByRows<'_, S, L> {
    fn units(&self) -> usize {
        self.block.out.len() / self.block.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { level, block } = self;
        let (front, back) = block.out.split_at_mut(at * block.columns);
        let first = block.first + at;
        (
            Self { level, block: Block { out: front, ..block } },
            Self { level, block: Block { first, out: back, ..block } },
        )
    }

    fn run(self) {
        self.level.run(self.block);
    }
}

/// Computes groups of `grain` strips, each as a matrix of its own, and puts them side by side.
fn by_columns<S: Vectors, L: Left<Scalar = S>>(level: Level, block: Block<'_, S, L>, strips: Strips, grain: usize) {
    let Block { left, right, first, out, columns, add, epilogue, .. } = block;
    let (rows, lanes) = (out.len() / columns, level.lanes::<S>());
    let edge = |strip: usize| (strips.start(strip.min(strips.count())) * lanes).min(columns);
    S::with_scratch(out.len(), |apart| {
        let range = 0..strips.count();
        parallel::run(ByColumns { level, left, right, first, rows, edge, range, out: apart }, grain);
        let groups = Groups { apart, rows, group: grain, edge, strips: strips.count() };
        parallel::run(SideBySide { groups, columns, first, offset: 0, out, add, epilogue }, COPIED.div_ceil(columns));
    });
}

/// Elements that one thread copies at a time.
const COPIED: usize = 16 * 1024;

/// Groups of strips, computed apart.
#[derive(Clone, Copy)]
struct Groups<'a, S, E> {
    apart: &'a [S],
    rows: usize,
    /// Strips in a group.
    group: usize,
    edge: E,
    strips: usize,
}

/// Rows of the output from number `offset` of the block on, put together from groups.
struct SideBySide<'a, S, E> {
    groups: Groups<'a, S, E>,
    columns: usize,
    /// The row of the product that is row 0 of the block.
    first: usize,
    offset: usize,
    out: &'a mut [S],
    add: bool,
    epilogue: Epilogue<'a, S>,
}

impl<S: Vectors, E: Fn(usize) -> usize + Copy + Send + Sync> Divisible for SideBySide<'_, S, E> {
    fn units(&self) -> usize {
        self.out.len() / self.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at * self.columns);
        (Self { out: front, ..self }, Self { out: back, offset: self.offset + at, ..self })
    }

    fn run(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl<S: Vectors, E: Fn(usize) -> usize + Copy + Send + Sync> pulp::NullaryFnOnce for SideBySide<'_, S, E> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { groups: Groups { apart, rows, group, edge, strips }, columns, first, offset, out, add, epilogue } =
            self;
        for (i, row) in (offset..).zip(out.chunks_exact_mut(columns)) {
            for strip in (0..strips).step_by(group) {
                let (start, end) = (edge(strip), edge(strip + group));
                let from = &apart[start * rows + i * (end - start)..][..end - start];
                let to = &mut row[start..end];
                if add {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to += *from);
                } else {
                    to.copy_from_slice(from);
                }
            }
            epilogue.apply(row, (first + i) * columns, 0);
        }
    }
}

/// The strips `range` of an output of `rows` rows; strip s begins at column `edge(s)`.
struct ByColumns<'a, S, L, E> {
    level: Level,
    left: L,
    right: Right<'a, S>,
    first: usize,
    rows: usize,
    edge: E,
    range: Range<usize>,
    out: &'a mut [S],
}

impl<S: Vectors, L: Left<Scalar = S>, E: Fn(usize) -> usize + Copy + Send> Divisible for ByColumns<'_, S, L, E> {
    fn units(&self) -> usize {
        self.range.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let middle = self.range.start + at;
        let columns = (self.edge)(middle) - (self.edge)(self.range.start);
        let (front, back) = self.out.split_at_mut(columns * self.rows);
        let (before, after) = (self.range.start..middle, middle..self.range.end);
        let right = self.right.after(columns);
        (Self { range: before, out: front, ..self }, Self { range: after, out: back, right, ..self })
    }

    fn run(self) {
        let Self { level, left, right, first, rows, out, .. } = self;
        let columns = out.len() / rows;
        level.run(Block { left, right, first, skip: 0, out, columns, add: false, epilogue: Epilogue::Store });
    }
}
