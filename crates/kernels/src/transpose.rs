//! Transposition in blocks.
//!
//! Read row by row and written column by column, a large matrix touches a new cache line with every element. In blocks
//! of 16 × 16 each line that is touched is used whole, and the block itself is turned in registers.

use pulp::NullaryFnOnce;

use crate::parallel::{self, Divisible};

const BLOCK: usize = 16;

/// Elements that one thread turns at a time.
const GRAIN: usize = 8 * 1024;

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
    assert_eq!(
        from.len(),
        rows * columns,
        "a {rows}×{columns} matrix to be transposed needs {} elements",
        rows * columns
    );
    assert_eq!(to.len(), from.len(), "the transpose of a {rows}×{columns} matrix needs {} elements", rows * columns);
    if !to.is_empty() {
        let grain = (GRAIN / rows).max(1).next_multiple_of(BLOCK);
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
        turn(&from[first..], columns, rows, to.len() / rows, to, rows);
    }
}

/// `to` (columns × rows) becomes the transpose of `from` (rows × columns); their rows lie a stride apart.
#[inline(always)]
pub(crate) fn turn<S: Copy>(
    from: &[S],
    from_stride: usize,
    rows: usize,
    columns: usize,
    to: &mut [S],
    to_stride: usize,
) {
    for (j, strip) in (0..columns).step_by(BLOCK).zip(to.chunks_mut(BLOCK * to_stride)) {
        let width = BLOCK.min(columns - j);
        let whole = if width == BLOCK { rows / BLOCK * BLOCK } else { 0 };
        for i in (0..whole).step_by(BLOCK) {
            turn_block(&from[i * from_stride + j..], from_stride, &mut strip[i..], to_stride);
        }
        for i in whole..rows {
            for c in 0..width {
                strip[c * to_stride + i] = from[i * from_stride + j + c];
            }
        }
    }
}

#[inline(always)]
fn turn_block<S: Copy>(from: &[S], from_stride: usize, to: &mut [S], to_stride: usize) {
    let block: [[S; BLOCK]; BLOCK] =
        std::array::from_fn(|r| *from[r * from_stride..].first_chunk().expect("a block lies inside the matrix"));
    for c in 0..BLOCK {
        let row: &mut [S; BLOCK] = to[c * to_stride..].first_chunk_mut().expect("a block lies inside the matrix");
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
