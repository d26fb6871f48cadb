//! Zeros on the left, as in x·Wᵀ: the output is shared as a ribbon, as without zeros.
//!
//! Each thread takes its steps from all rows for itself: what another core has written would have to be fetched. As many rows
//! as make a ribbon are done at a time.

use super::super::level::Level;
use super::super::output::{Grid, MOST, Output, Ribbon};
use super::super::right::Right;
use super::super::tile::Product;
use super::super::{Epilogue, Operand, Vectors, threads};
use super::blocks::{Blocks, Writer};
use crate::transpose::{BLOCK, transpose_here};

/// `out = epilogue(left · right)`.
pub(super) fn product<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (k, n) = (left.columns, right.columns);
    let (grid, pieces) = (Grid::of::<S>(level, n), threads::pieces(out.len() * k));
    let panel = Right::Unpacked(right).memory(grid, k).max(BLOCK * k);
    let blocks = Blocks::<S>::memory(left.rows.min(MOST), k);
    S::with_scratch(pieces * (panel + blocks), |memories| {
        for (part, (data, out)) in left.data.chunks(MOST * k).zip(out.chunks_mut(MOST * n)).enumerate() {
            let rows = data.len() / k;
            let left = Operand { data, rows, ..left };
            let epilogue = epilogue.of_rows(part * MOST, rows, n);
            Ribbon::share(out, grid, memories, pieces, &|ribbon, memory| {
                let (panel, blocks) = memory.split_at_mut(panel);
                let left = blocks_of(left, panel, blocks);
                Product::new(left, Right::Unpacked(right), grid, epilogue).run(level, Output::Ribbon(ribbon), panel);
            });
        }
    });
}

/// The blocks of an operand that lies in rows. Some rows at a time are turned, in `memory`.
fn blocks_of<'a, S: Vectors>(left: Operand<'a, S>, memory: &mut [S], blocks: &'a mut [S]) -> Blocks<'a, S> {
    let (depth, mut writer) = (left.columns, Writer::new(left, blocks));
    for (band, data) in left.data.chunks(BLOCK * depth).enumerate() {
        let rows = data.len() / depth;
        transpose_here(data, rows, depth, memory, BLOCK);
        // What is behind the last row may be of another band, and is not used.
        writer.take(band * BLOCK, rows, memory, BLOCK);
    }
    writer.done()
}
