//! Transposition in blocks.
//!
//! Read row by row and written column by column, a large matrix touches a new cache line with every element. In blocks
//! of 16 × 16 each line that is touched is used whole, and the block itself is turned in registers. Blocks are taken along bands
//! of sixteen rows, so that sixteen streams are read.

use crate::parallel::{self, Divisible};
use crate::{Loop, Scalar};

#[cfg(target_arch = "x86_64")]
pub(crate) mod shuffle;

/// Rows and columns of a block.
pub(crate) const BLOCK: usize = 16;

/// Elements that one thread turns at a time.
const GRAIN: usize = 8 * 1024;

/// `to` (columns × rows) becomes the transpose of `from` (rows × columns), both row-major.
///
/// ```
/// let mut to = [0.0; 6];
/// diabolo_kernels::transpose(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3, &mut to);
/// assert_eq!(to, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
/// ```
///
/// # Panics
/// If a slice does not have rows · columns elements.
#[track_caller]
pub fn transpose<S: Scalar>(from: &[S], rows: usize, columns: usize, to: &mut [S]) {
    assert_eq!(
        from.len(),
        rows * columns,
        "a {rows}×{columns} matrix to be transposed needs {} elements",
        rows * columns
    );
    assert_eq!(to.len(), from.len(), "the transpose of a {rows}×{columns} matrix needs {} elements", rows * columns);
    transpose_apart(from, rows, columns, to, rows);
}

/// [`transpose`] into rows that lie `stride` elements apart.
pub(crate) fn transpose_apart<S: Scalar>(from: &[S], rows: usize, columns: usize, to: &mut [S], stride: usize) {
    if !from.is_empty() {
        let grain = (GRAIN / rows).max(1).next_multiple_of(BLOCK);
        parallel::run(Piece { from, rows, columns, first: 0, to: &mut to[..columns * stride], stride }, grain);
    }
}

/// As [`transpose_here`] of a matrix whose row i is row `numbers[i]` of `from`.
pub(crate) fn transpose_chosen<S: Scalar>(from: &[S], numbers: &[u32], columns: usize, to: &mut [S]) {
    crate::widest(Chosen { from, numbers, columns, to });
}

struct Chosen<'a, S> {
    from: &'a [S],
    numbers: &'a [u32],
    columns: usize,
    to: &'a mut [S],
}

impl<S: Scalar> Loop for Chosen<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { from, numbers, columns, to } = self;
        let row = |i: usize| &from[numbers[i] as usize * columns..][..columns];
        turn(row, numbers.len(), columns, to, numbers.len());
    }
}

/// [`transpose_apart`] on this thread alone.
pub(crate) fn transpose_here<S: Scalar>(from: &[S], rows: usize, columns: usize, to: &mut [S], stride: usize) {
    Piece { from, rows, columns, first: 0, to: &mut to[..columns * stride], stride }.run();
}

/// The rows of the transpose that `to` holds, from number `first` on.
struct Piece<'a, S> {
    from: &'a [S],
    rows: usize,
    columns: usize,
    first: usize,
    to: &'a mut [S],
    stride: usize,
}

impl<S: Scalar> Divisible for Piece<'_, S> {
    fn units(&self) -> usize {
        self.to.len() / self.stride
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.to.split_at_mut(at * self.stride);
        (Self { to: front, ..self }, Self { to: back, first: self.first + at, ..self })
    }

    fn run(self) {
        crate::widest(self);
    }
}

impl<S: Scalar> Loop for Piece<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { from, rows, columns, first, to, stride } = self;
        let part = to.len() / stride;
        turn(|i| &from[i * columns + first..][..part], rows, part, to, stride);
    }
}

/// `to` becomes the transpose of rows × columns numbers, of which `row` gives one row, of so many columns; rows of `to` lie a
/// stride apart.
#[inline(always)]
pub(crate) fn turn<'a, S: Scalar>(
    row: impl Fn(usize) -> &'a [S],
    rows: usize,
    columns: usize,
    to: &mut [S],
    to_stride: usize,
) {
    if rows < BLOCK || columns < BLOCK {
        for i in 0..rows {
            for (j, x) in row(i).iter().enumerate() {
                to[j * to_stride + i] = *x;
            }
        }
        return;
    }
    for i in (0..rows).step_by(BLOCK) {
        // The last band may overlap the one before.
        let i = i.min(rows - BLOCK);
        let mut band: [&[S]; BLOCK] = [&[]; BLOCK];
        for (r, line) in band.iter_mut().enumerate() {
            *line = row(i + r);
        }
        S::turn_band(band, to, to_stride, i);
    }
}

/// Sixteen rows of one length become columns `i` to `i + 15` of `to`, one number after the other.
#[inline(always)]
pub(crate) fn turn_band<S: Scalar>(rows: [&[S]; BLOCK], to: &mut [S], to_stride: usize, i: usize) {
    for (j, line) in to.chunks_exact_mut(to_stride).take(rows[0].len()).enumerate() {
        for r in 0..BLOCK {
            line[i + r] = rows[r][j];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_lands_where_it_should() {
        for (rows, columns) in [(1, 1), (1, 40), (40, 1), (16, 16), (17, 33), (48, 15), (300, 211), (0, 3)] {
            every_element::<f32>(rows, columns);
            every_element::<f64>(rows, columns);
        }
    }

    fn every_element<S: Scalar>(rows: usize, columns: usize) {
        let from: Vec<S> = (0..rows * columns).map(|at| S::of(at as f64)).collect();
        let mut to = vec![S::of(f64::NAN); from.len()];
        transpose(&from, rows, columns, &mut to);
        for (at, value) in to.into_iter().enumerate() {
            assert_eq!(value.to_f64(), (at % rows * columns + at / rows) as f64);
        }
    }
}
