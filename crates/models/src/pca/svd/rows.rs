//! R of A = Q R for a matrix that arrives in blocks of rows.
//!
//! If R is the triangle of the rows so far and B the next block, the triangle of
//!
//!   ⎡ R ⎤
//!   ⎣ B ⎦
//!
//! is that of all rows up to there, for the two differ by a matrix with orthonormal columns. Q is never formed and no
//! more than one block of A is held; the result is as accurate as that of one large factorisation. This is the
//! sequential TSQR of Demmel, Grigori, Hoemmen & Langou (2012); Golub & Van Loan, section 6.5.3 for the update by rows.

use std::ops::Range;

use super::columns::Columns;
use super::qr;

/// A block has at least this many rows for each column, so that carrying R along costs little,
const ROWS_PER_COLUMN: usize = 4;
/// and at least so many in all.
const FEWEST_ROWS: usize = 1024;

/// The `width` × `width` triangle R of a matrix of `rows` × `width`, `rows` ≥ `width`.
///
/// `fill(range, columns, first)` puts the rows `range` of the matrix into `columns`, from row `first` down.
pub(crate) fn triangle_of_rows(
    rows: usize,
    width: usize,
    mut fill: impl FnMut(Range<usize>, &mut Columns, usize),
) -> Columns {
    let blocks = rows.div_ceil((ROWS_PER_COLUMN * width).max(FEWEST_ROWS));
    let per_block = rows.div_ceil(blocks.max(1));
    let mut stacked = Columns::zeros(width + per_block, width);
    let mut taus = vec![0.0; width];
    for first in (0..rows).step_by(per_block.max(1)) {
        let last = rows.min(first + per_block);
        clear_below(&mut stacked);
        fill(first..last, &mut stacked, width);
        qr::factor(&mut stacked, &mut taus);
    }
    clear_below(&mut stacked);
    let all: Vec<usize> = (0..width).collect();
    stacked.select(&all, 0..width)
}

/// Keeps R and puts zeros where a factorisation has left the vectors of its reflections.
fn clear_below(stacked: &mut Columns) {
    for j in 0..stacked.width {
        stacked.column_mut(j)[j + 1..].fill(0.0);
    }
}
