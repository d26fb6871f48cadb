//! Which way a product goes.
//!
//! | way | moves | when |
//! |---|---|---|
//! | direct | nothing | a strip of `right` can be read where it lies (see `right`), or few rows would read it |
//! | turned | m·k + m·n | `right` alone is transposed, and larger than that: outᵀ = rightᵀ·leftᵀ, see `turned` |
//! | packed | k·n, and m·k where `left` is transposed or its rows evict one another | all else, in ranges of k that fit the cache |
//!
//! The choice depends on shapes alone.

use super::left::{self, Columns, Left, Rows};
use super::level::Level;
use super::right::{self, Right};
use super::threads::Work;
use super::tile::Block;
use super::{Epilogue, Operand, Vectors, turned};

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
    let direct = if right.transposed { false } else { m <= FEW || k <= DIRECT && !evicts::<S>(n) };
    if right.transposed && !left.transposed && k <= DIRECT && m * k + m * n < n * k {
        turned::product(level, left, right, out, epilogue);
    } else if !direct || n < level.lanes::<S>() || left.transposed && evicts::<S>(m) {
        packed(level, left, right, out, epilogue);
    } else {
        let right = Right::Direct { data: right.data, stride: n, first: 0 };
        if left.transposed {
            Work { level, block: block(Columns { data: left.data, rows: m }, right, out, n, epilogue), depth: k }.run();
        } else {
            Work { level, block: block(Rows::of(left), right, out, n, epilogue), depth: k }.run();
        }
    }
}

/// Whether rows of so many elements evict one another.
pub(super) fn evicts<S>(row: usize) -> bool {
    (row * size_of::<S>()).is_multiple_of(PAGE)
}

pub(super) fn block<'a, S, L: Left>(
    left: L,
    right: Right<'a, S>,
    out: &'a mut [S],
    columns: usize,
    epilogue: Epilogue<'a, S>,
) -> Block<'a, S, L> {
    Block { left, right, first: 0, skip: 0, out, columns, add: false, epilogue }
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
    let stride = (left.transposed || evicts::<S>(k)).then(|| left::stride(depth, lanes));
    S::with_scratch(panels + m * stride.unwrap_or(0), |scratch| {
        let (panels, rows) = scratch.split_at_mut(panels);
        for start in (0..k).step_by(depth) {
            let depth = depth.min(k - start);
            let panels = &mut panels[..n.next_multiple_of(lanes) * depth];
            right::pack(level, right, start, depth, panels);
            let left = match stride {
                Some(stride) => left::pack(left, start, depth, stride, rows),
                None => Rows { data: &left.data[start..], stride: k, depth },
            };
            let epilogue = if start + depth == k { epilogue } else { Epilogue::Store };
            let block = block(left, Right::Packed { data: panels, depth }, out, n, epilogue);
            Work { level, block: Block { add: start > 0, ..block }, depth }.run();
        }
    });
}
