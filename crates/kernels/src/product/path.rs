//! Which way a product goes.
//!
//! | way | moves | when |
//! |---|---|---|
//! | direct | nothing | a strip of `right` can be read where it lies (see `right`), or few rows would read it |
//! | turned | m·k + m·n | `right` is transposed and m is small: outᵀ = rightᵀ·leftᵀ, which is direct, then outᵀ is turned |
//! | packed | k·n, and m·k where `left` is transposed | all else, in ranges of k that fit the cache |
//!
//! The choice depends on shapes alone.

use super::left::{Columns, Left, Rows};
use super::level::Level;
use super::right::{self, Right};
use super::threads::Work;
use super::tile::Block;
use super::{Epilogue, Operand, Vectors};
use crate::parallel::{self, Divisible};
use crate::transpose::{transpose, turn};

/// Bytes of a page. Rows that are whole pages apart fall into the same few places of a cache and evict one another.
const PAGE: usize = 4096;
/// The longest range of k of one pass of the packed way: a strip of 3 vectors stays in a second-level cache.
const DEPTH: usize = 512;
/// The longest k of the direct way.
const DIRECT: usize = 1536;
/// Rows of the output so few that a strip of the right operand is not read often enough to be worth packing.
const FEW: usize = 16;

/// `out = epilogue(left · right)`.
pub(super) fn product<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (m, k, n) = (left.rows, left.columns, right.columns);
    if out.is_empty() {
        return;
    }
    if k == 0 {
        out.fill(S::zero());
        return out.chunks_exact_mut(n).enumerate().for_each(|(i, row)| epilogue.apply(row, i * n, 0));
    }
    let moved = if left.transposed { 0 } else { m * k } + m * n;
    if right.transposed && moved < n * k {
        turned(level, left, right, out, epilogue);
    } else {
        plain(level, left, right, out, epilogue);
    }
}

/// The direct way where it is open, else the packed way.
fn plain<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let evicts = |row: usize| (row * size_of::<S>()).is_multiple_of(PAGE);
    let (m, k, n) = (left.rows, left.columns, right.columns);
    let in_place = !evicts(n) && k <= DIRECT || m <= FEW;
    if right.transposed || n < level.lanes::<S>() || !in_place || left.transposed && evicts(m) {
        return packed(level, left, right, out, epilogue);
    }
    let right = Right::Direct { data: right.data, stride: n, first: 0 };
    if left.transposed {
        Work { level, block: block(Columns { data: left.data, rows: m }, right, out, n, epilogue), depth: k }.run();
    } else {
        Work { level, block: block(Rows::of(left), right, out, n, epilogue), depth: k }.run();
    }
}

fn block<'a, S, L: Left>(
    left: L,
    right: Right<'a, S>,
    out: &'a mut [S],
    columns: usize,
    epilogue: Epilogue<'a, S>,
) -> Block<'a, S, L> {
    Block { left, right, first: 0, out, columns, add: false, epilogue }
}

fn packed<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (m, k, n, lanes) = (left.rows, left.columns, right.columns, level.lanes::<S>());
    let ranges = k.div_ceil(DEPTH);
    let depth = k.div_ceil(ranges);
    let panels = n.next_multiple_of(lanes) * depth;
    let turned = if left.transposed { m * depth } else { 0 };
    S::with_scratch(panels + turned, |scratch| {
        let (panels, turned) = scratch.split_at_mut(panels);
        for start in (0..k).step_by(depth) {
            let depth = depth.min(k - start);
            let panels = &mut panels[..n.next_multiple_of(lanes) * depth];
            right::pack(right, start, depth, lanes, panels);
            let left = if left.transposed {
                let turned = &mut turned[..m * depth];
                transpose(&left.data[start * m..][..depth * m], depth, m, turned);
                Rows { data: turned, stride: depth, depth }
            } else {
                Rows { data: &left.data[start..], stride: k, depth }
            };
            let epilogue = if start + depth == k { epilogue } else { Epilogue::Store };
            let block = block(left, Right::Packed { data: panels, depth }, out, n, epilogue);
            Work { level, block: Block { add: start > 0, ..block }, depth }.run();
        }
    });
}

fn turned<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (m, k, n) = (left.rows, left.columns, right.columns);
    let first = if left.transposed { 0 } else { (m * k).next_multiple_of(16) };
    S::with_scratch(first + m * n, |scratch| {
        let (left_turned, product) = scratch.split_at_mut(first);
        let left = if left.transposed {
            left.t()
        } else {
            transpose(left.data, m, k, &mut left_turned[..m * k]);
            Operand::new(&left_turned[..m * k], k, m)
        };
        plain(level, right.t(), left, product, Epilogue::Store);
        let grain = (TURN_GRAIN / n).max(1).next_multiple_of(BLOCK);
        parallel::run(TurnBack { from: product, rows: m, columns: n, first: 0, out, epilogue }, grain);
    });
}

const TURN_GRAIN: usize = 8 * 1024;
/// Rows that are turned and then finished while they are in the cache.
const BLOCK: usize = 16;

/// Turns a product (columns × rows) to `out` (rows × columns), and applies the epilogue.
struct TurnBack<'a, S> {
    from: &'a [S],
    rows: usize,
    columns: usize,
    first: usize,
    out: &'a mut [S],
    epilogue: Epilogue<'a, S>,
}

impl<S: Vectors> Divisible for TurnBack<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at * self.columns);
        (Self { out: front, ..self }, Self { out: back, first: self.first + at, ..self })
    }

    fn run(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl<S: Vectors> pulp::NullaryFnOnce for TurnBack<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { from, rows, columns, first, out, epilogue } = self;
        for (i, part) in (first..).step_by(BLOCK).zip(out.chunks_mut(BLOCK * columns)) {
            turn(&from[i..], rows, columns, part.len() / columns, part, columns);
            epilogue_rows(epilogue, part, i, columns);
        }
    }
}

#[inline(always)]
fn epilogue_rows<S: Vectors>(epilogue: Epilogue<'_, S>, part: &mut [S], first: usize, columns: usize) {
    for (i, row) in (first..).zip(part.chunks_exact_mut(columns)) {
        epilogue.apply(row, i * columns, 0);
    }
}
