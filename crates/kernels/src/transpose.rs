//! Transposition in blocks.
//!
//! Read row by row and written column by column, a large matrix touches a new cache line with every element. In blocks
//! of 16 × 16 each line that is touched is used whole, and the block itself is turned in registers.

use pulp::NullaryFnOnce;

use crate::parallel::{self, Divisible};

const BLOCK: usize = 16;

/// Elements that one thread turns at a time.
const GRAIN: usize = 32 * 1024;

/// `to` (columns × rows) becomes the transpose of `from` (rows × columns), both row-major.
///
/// ```
/// let mut to = [0; 6];
/// diabolo_kernels::transpose(&[1, 2, 3, 4, 5, 6], 2, 3, &mut to);
/// assert_eq!(to, [1, 4, 2, 5, 3, 6]);
/// ```
///
/// # Panics
/// If a slice does not have rows · columns elements.
#[track_caller]
pub fn transpose<S: Copy + Send + Sync>(from: &[S], rows: usize, columns: usize, to: &mut [S]) {
    assert_eq!(from.len(), rows * columns, "a {rows}×{columns} matrix to be transposed needs {} elements", rows * columns);
    assert_eq!(to.len(), from.len(), "the transpose of a {rows}×{columns} matrix needs {} elements", rows * columns);
    if !to.is_empty() {
        let grain = (GRAIN / rows).next_multiple_of(BLOCK);
        parallel::run(Piece { from, rows, columns, first: 0, to }, grain);
    }
}

/// The rows of the transpose that `to` holds, from number `first` on.
struct Piece<'a, S> {
    from: &'a [S],
    rows: usize,
    columns: usize,
    first: usize,
    to: &'a mut [S],
}

impl<S: Copy + Send + Sync> Divisible for Piece<'_, S> {
    fn units(&self) -> usize {
        self.to.len() / self.rows
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.to.split_at_mut(at * self.rows);
        (Self { to: front, ..self }, Self { to: back, first: self.first + at, ..self })
    }

    fn run(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl<S: Copy + Send + Sync> NullaryFnOnce for Piece<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { from, rows, columns, first, to } = self;
        for (j, strip) in (first..).step_by(BLOCK).zip(to.chunks_mut(BLOCK * rows)) {
            let width = strip.len() / rows;
            let whole = if width == BLOCK { rows / BLOCK * BLOCK } else { 0 };
            for i in (0..whole).step_by(BLOCK) {
                turn(from, i * columns + j, columns, strip, i, rows);
            }
            for i in whole..rows {
                for c in 0..width {
                    strip[c * rows + i] = from[i * columns + j + c];
                }
            }
        }
    }
}

/// One block: `BLOCK` rows of `from` at `at`, `stride` apart, to `BLOCK` rows of `to` from column `i` on.
#[inline(always)]
fn turn<S: Copy>(from: &[S], at: usize, stride: usize, to: &mut [S], i: usize, rows: usize) {
    let block: [&[S; BLOCK]; BLOCK] =
        std::array::from_fn(|r| from[at + r * stride..].first_chunk().expect("a block lies inside the matrix"));
    for (c, row) in to.chunks_exact_mut(rows).enumerate().take(BLOCK) {
        let row: &mut [S; BLOCK] = row[i..].first_chunk_mut().expect("a block lies inside the matrix");
        for r in 0..BLOCK {
            row[r] = block[r][c];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_lands_where_it_should() {
        for (rows, columns) in [(1, 1), (1, 40), (40, 1), (16, 16), (17, 33), (48, 15), (300, 211), (0, 3)] {
            let from: Vec<usize> = (0..rows * columns).collect();
            let mut to = vec![0; from.len()];
            transpose(&from, rows, columns, &mut to);
            for (at, value) in to.into_iter().enumerate() {
                assert_eq!(value, at % rows * columns + at / rows);
            }
        }
    }
}
