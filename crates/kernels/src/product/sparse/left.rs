//! Zeros on the left, as in x·Wᵀ: rows are turned, and the output is shared as a ribbon.
//!
//! Each thread turns all rows and lists their steps for itself. To share that would cost more where cores lie apart: the
//! chosen steps of turned rows lie here and there, and are fetched one by one from the core that turned them. As many rows as
//! make a ribbon are done at a time.

use super::super::left::{self, Chosen, Columns};
use super::super::level::Level;
use super::super::output::{Grid, MOST, Output, Ribbon};
use super::super::right::Right;
use super::super::tile::Product;
use super::super::{Epilogue, Operand, Vectors, threads};
use super::steps::Steps;
use crate::transpose::transpose_here;

/// `out = epilogue(left · right)`.
pub(super) fn product<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (k, n) = (left.columns, right.columns);
    for (part, (data, out)) in left.data.chunks(MOST * k).zip(out.chunks_mut(MOST * n)).enumerate() {
        let rows = data.len() / k;
        ribbon(level, Operand { data, rows, ..left }, right, out, epilogue.of_rows(part * MOST, rows, n));
    }
}

fn ribbon<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (m, k) = (left.rows, left.columns);
    let grid = Grid::of::<S>(level, right.columns);
    let stride = left::stride(m, grid.lanes);
    let lists = Steps::len(m, k).next_multiple_of(grid.lanes);
    let panel = Right::Unpacked(right).memory(grid, k);
    let pieces = threads::pieces(out.len() * k);
    S::with_scratch(pieces * (k * stride + lists + panel), |memories| {
        Ribbon::share(out, grid, memories, pieces, &|ribbon, memory| {
            let (turned, memory) = memory.split_at_mut(k * stride);
            let (lists, panel) = memory.split_at_mut(lists);
            transpose_here(left.data, m, k, turned, stride);
            let columns = Columns { data: turned, rows: stride };
            let left = Chosen::of(columns, Steps::find(columns, m, 1, lists));
            Product::new(left, Right::Unpacked(right), grid, epilogue).run(level, Output::Ribbon(ribbon), panel);
        });
    });
}
