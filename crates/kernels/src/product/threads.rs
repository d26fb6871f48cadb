//! Who computes what: threads share the rows of the output, or its strips of columns where rows are too few.
//!
//! Safe Rust cannot lend out column blocks of a row-major matrix, so those are computed side by side in scratch memory
//! and copied; with so few rows that is little. An element is the same sum in the same order whoever computes it.

use std::ops::Range;

use super::left::Left;
use super::level::Level;
use super::right::{Right, Strips};
use super::tile::Block;
use super::{Epilogue, Vectors};
use crate::parallel::{self, Divisible};

/// Multiplications below which another thread is not worth its while.
const GRAIN: usize = 1 << 20;
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
        if rows.div_ceil(TILE) < pieces.min(strips.count()) {
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
        let mut rest = &*apart;
        for group in (0..strips.count()).step_by(grain).map(|strip| edge(strip)..edge(strip + grain)) {
            let (part, after) = rest.split_at(rows * group.len());
            rest = after;
            for (row, from) in out.chunks_exact_mut(columns).zip(part.chunks_exact(group.len())) {
                let to = &mut row[group.clone()];
                if add {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to += *from);
                } else {
                    to.copy_from_slice(from);
                }
            }
        }
    });
    for (i, row) in (first..).zip(out.chunks_exact_mut(columns)) {
        epilogue.apply(row, i * columns, 0);
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
