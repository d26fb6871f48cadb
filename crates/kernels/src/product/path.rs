//! Which way a product goes.
//!
//! | right operand | moves | when |
//! |---|---|---|
//! | direct | nothing | its strips can be read where they lie, or at most 16 rows would read them |
//! | packed on use | k·n | `left` lies in rows, at most 256, so that few threads use a strip: each packs it just before |
//! | packed | k·n, and m·k where `left` is transposed | all else, in ranges of k that fit the cache |
//!
//! It lies well for being read in place if it is not transposed, has a vector in each row, and its rows are not whole pages apart. The
//! choice depends on shapes alone. Before it, operands with many zeros are looked for (see `sparse`).

use super::left::{self, Columns, Rows};
use super::level::Level;
use super::output::{Grid, MOST_ROWS};
use super::right::{self, Right};
use super::tile::Product;
use super::watch::Watch;
use super::{Epilogue, Operand, Vectors, sparse, threads};

/// Bytes of a page. Rows that are whole pages apart fall into the same few places of a cache and evict one another.
const PAGE: usize = 4096;
/// The longest range of k: a strip of three vectors stays in a second-level cache.
const DEPTH: usize = 1536;
/// Rows of the output so few that a strip of the right operand is not read often enough to be worth packing.
const FEW_ROWS: usize = 16;

/// What is asked for: `epilogue(left · right)`, by the instructions of one level, and watched.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a, S> {
    pub(super) level: Level,
    pub(super) left: Operand<'a, S>,
    pub(super) right: Operand<'a, S>,
    pub(super) epilogue: Epilogue<'a, S>,
    pub(super) watch: Option<&'a Watch>,
}

/// `out` becomes what is asked for.
pub(super) fn product<S: Vectors>(asked: Asked<'_, S>, out: &mut [S]) {
    let Asked { level, left, right, epilogue, watch } = asked;
    let (m, k, n) = (left.rows, left.columns, right.columns);
    if out.is_empty() {
        return;
    }
    if k == 0 {
        out.fill(S::zero());
        return out.chunks_exact_mut(n).for_each(|row| epilogue.apply(row, 0));
    }
    if k <= DEPTH && sparse::product(asked, out) {
        return;
    }
    let grid = Grid::of::<S>(level, n);
    let lies_well = !right.transposed && n >= grid.lanes && (m <= FEW_ROWS || k <= DEPTH && !evicts::<S>(n));
    if lies_well && left.transposed && !evicts::<S>(m) {
        let product = Product::new(Columns::of(left), Right::direct(right), grid, epilogue);
        threads::run(level, product.watched(watch), out);
    } else if !left.transposed && (lies_well || m <= MOST_ROWS && k <= DEPTH) {
        let right = if lies_well { Right::direct(right) } else { Right::PackedOnUse(right) };
        threads::run(level, Product::new(Rows::of(left), right, grid, epilogue).watched(watch), out);
    } else {
        packed(asked, out);
    }
}

/// Whether rows of so many elements evict one another.
fn evicts<S>(row: usize) -> bool {
    (row * size_of::<S>()).is_multiple_of(PAGE)
}

fn packed<S: Vectors>(asked: Asked<'_, S>, out: &mut [S]) {
    let Asked { level, left, right, epilogue, watch } = asked;
    let (m, k, n) = (left.rows, left.columns, right.columns);
    let grid @ Grid { lanes, .. } = Grid::of::<S>(level, n);
    let depth = k.div_ceil(k.div_ceil(DEPTH));
    let panels = n.next_multiple_of(lanes) * depth;
    let stride = if left.transposed { left::stride(depth, lanes) } else { 0 };
    if depth < k {
        // Sums that are finite may have an infinite sum.
        watch.into_iter().for_each(Watch::alarm);
    }
    S::with_scratch(panels + m * stride, |scratch| {
        let (panels, rows) = scratch.split_at_mut(panels);
        for start in (0..k).step_by(depth) {
            let depth = depth.min(k - start);
            let panels = &mut panels[..n.next_multiple_of(lanes) * depth];
            right::pack(right, grid, start, depth, panels);
            let left = if left.transposed {
                left::turned(left, start, depth, stride, rows)
            } else {
                Rows { data: &left.data[start..], stride: k, depth }
            };
            let epilogue = if start + depth == k { epilogue } else { Epilogue::Store };
            let product = Product::new(left, Right::Packed(panels), grid, epilogue).watched(watch);
            threads::run(level, Product { add: start > 0, ..product }, out);
        }
    });
}
