//! AᵀA, of which only what lies on the diagonal and to its right is computed.
//!
//! ```text
//!           n                    Threads share groups of rows of the output. Each begins with the strip of columns that
//!       ┌─┬──────┐               holds its first element on the diagonal; left of that, nothing is touched.
//!     n │ └─┐strips              A is read where it lies, by both operands, as far down as fits a cache at a time. The
//!       │   └─┬──┤               sums over these rows are added in `f64` to those over all rows before.
//!       └─────┴──┘
//! ```

use super::left::Columns;
use super::level::Level;
use super::output::{Grid, Output};
use super::right::Right;
use super::tile::Product;
use super::{Epilogue, Vectors};
use crate::parallel::{self, Divisible};

/// Rows of the output in a group: whole tiles of 8 or of 6 rows, and enough groups to share among threads.
const GROUP: usize = 48;
/// Rows of A in a sum before it is added to the others.
const DEPTH: usize = 512;

/// Adds AᵀA to `out` (n × n) on the diagonal and to the right of it, for `a` of any number of rows of n `columns`. What
/// `out` holds to the left of the diagonal afterwards means nothing.
///
/// Products of 512 rows are summed in `S`, and these sums in `f64`. It is fastest where rows begin on a cache line and are
/// not a whole number of 4096-byte pages long.
///
/// ```
/// let mut out = [0.0; 4];
/// diabolo_kernels::product::gram(&[1.0_f32, 2.0, 3.0, 4.0], 2, &mut out);
/// assert_eq!([out[0], out[1], out[3]], [10.0, 14.0, 20.0]);
/// ```
///
/// # Panics
/// If `a` does not consist of whole rows, or `out` is not n × n.
#[track_caller]
pub fn gram<S: Vectors>(a: &[S], columns: usize, out: &mut [f64]) {
    S::gram(a, columns, out);
}

#[track_caller]
pub(super) fn compute<S: Vectors>(a: &[S], columns: usize, out: &mut [f64]) {
    assert_eq!(out.len(), columns * columns, "a Gram matrix of {columns} columns has the wrong size");
    if columns == 0 {
        return;
    }
    assert!(a.len().is_multiple_of(columns), "{} elements are no rows of {columns}", a.len());
    let level = Level::Widest;
    if columns < level.lanes::<S>() {
        return narrow(a, columns, out);
    }
    parallel::run(Groups { level, a, columns, first: 0, out }, GROUP);
}

/// The rows of the output from number `first` on.
struct Groups<'a, S> {
    level: Level,
    a: &'a [S],
    columns: usize,
    first: usize,
    out: &'a mut [f64],
}

impl<S: Vectors> Divisible for Groups<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at * self.columns);
        (Self { out: front, ..self }, Self { first: self.first + at, out: back, ..self })
    }

    fn run(self) {
        let Self { level, a, columns, first, out } = self;
        let grid = Grid::of::<S>(level, columns);
        let skip = (0..grid.strips.count()).rfind(|&strip| grid.columns_of(strip).start <= first).unwrap_or(0);
        S::with_scratch(out.len(), |sums| {
            for data in a.chunks(DEPTH * columns) {
                let (left, right) = (Columns { data, rows: columns }, Right::Direct { data, stride: columns });
                let product = Product { first, ..Product::new(left, right, grid, Epilogue::Store) };
                product.run(level, Output::Rows { data: &mut *sums, skip }, &mut []);
                crate::widest(Add { sums, columns, first, out: &mut *out });
            }
        });
    }
}

/// out ← out + sums, on the diagonal and to the right of it.
struct Add<'a, S> {
    sums: &'a [S],
    columns: usize,
    first: usize,
    out: &'a mut [f64],
}

impl<S: Vectors> crate::Loop for Add<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let rows = self.out.chunks_exact_mut(self.columns).zip(self.sums.chunks_exact(self.columns));
        for (diagonal, (out, sums)) in (self.first..).zip(rows) {
            for (total, sum) in out[diagonal..].iter_mut().zip(&sums[diagonal..]) {
                *total += sum.to_f64();
            }
        }
    }
}

/// The same for rows that are shorter than a vector.
fn narrow<S: Vectors>(a: &[S], columns: usize, out: &mut [f64]) {
    for (i, out) in out.chunks_exact_mut(columns).enumerate() {
        for row in a.chunks_exact(columns) {
            for (total, y) in out.iter_mut().zip(row) {
                *total += row[i].to_f64() * y.to_f64();
            }
        }
    }
}
