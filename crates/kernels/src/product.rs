//! Matrix product.
//!
//! ```text
//!                      n                      out = epilogue(left · right)
//!              ┌──┬──────┬───┐
//!            k │  │strip │   │ right          A tile of the output, at most 8 rows by 3 vectors, stays in registers
//!              └──┴──────┴───┘                while the k terms of each of its elements are added, one after the other.
//!        k     ┌──┬──────┬───┐                Then the epilogue is applied and the tile is stored, once.
//!      ┌────┐  │  │      │   │
//!    m ├────┤  │  ├──────┤   │                Strips outside, rows inside: a strip of `right` stays in the cache for
//!      │rows│  │  │ tile │   │ out            all rows. Threads share the rows of `out`, or its tiles strip by strip;
//!      └────┘  └──┴──────┴───┘                never the k terms of a sum.
//! ```
//!
//! | file | idea |
//! |---|---|
//! | `epilogue` | what is done to a tile before it is stored |
//! | `left` | the left operand, read as broadcast scalars whichever way it lies |
//! | `right` | the right operand, where it lies or packed strip by strip |
//! | `output` | the output: whole rows of it, or a ribbon of its strips |
//! | `tile` | the register tile, and strips of tiles |
//! | `sparse` | steps along k that add nothing, and columns of zeros, are left out |
//! | `threads` | who computes which part of the output |
//! | `path` | which of it all a product needs |
//! | `batched` | many products of matrices of one shape |
//! | `gram` | half of the product of a matrix with its own transpose |
//! | `watch` | whether the output is finite, as far as it was looked at |
//! | `vectors`, `level` | vectors of `f32` and `f64`; instruction sets |
//!
//! In the order of calls, for a forward product x·Wᵀ of a batch:
//!
//! ```text
//! product            sizes are checked
//! path::product      nothing to leave out (sparse::product says no); x is read by rows, W packed on use
//! threads::run       the output is cut as a ribbon, a part for each thread
//! Part::with_simd    compiled for one level; strip by strip: the panel of W is packed, then
//! Strip::cover       covers the strip with tiles
//! Strip::tile        adds, applies the epilogue, stores
//! ```
//!
//! and for the gradient of a weight, zᵀ·x, with zeros in it:
//!
//! ```text
//! sparse::product    samples of z and x are worth it
//! turned::product    the rows of the output are cut, a part for each thread
//! Turned::run        lists what is live of its columns of z, and what of x
//! Strips::compute    xᵀ·z, strip by strip as above, each turned to where it belongs
//! ```
//!
//! A *strip* is up to three vectors of columns, a *panel* what of `right` belongs to one; a *tile* is some rows of a strip, and 8 rows
//! of the left operand whose zeros are looked for together are a *block*. A *ribbon* is all strips, one behind the other. A *piece* is
//! what one thread gets, and a *grain* the least that is worth one. A *step* is one k. A column is *live* if not all of it is zero.

mod batched;
mod epilogue;
mod gram;
mod left;
mod level;
mod output;
mod path;
mod right;
mod sparse;
mod threads;
mod tile;
mod vectors;
mod watch;

pub use batched::{Stack, products};
pub use epilogue::Epilogue;
pub use gram::gram;
pub use level::Level;
pub use vectors::Vectors;
pub use watch::Known;

use path::Asked;
use watch::Watch;

use crate::Scalar;

/// A matrix as an operand of a product: row-major data, read as it lies or as its transpose.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a, S> {
    /// The elements, row by row as they lie in memory.
    pub data: &'a [S],
    /// Rows of the operand as it enters the product (after transposition).
    pub rows: usize,
    /// Columns of the operand as it enters the product (after transposition).
    pub columns: usize,
    /// Whether `data` lies as `columns` × `rows`.
    pub transposed: bool,
}

impl<'a, S: Scalar> Operand<'a, S> {
    /// `data`, which lies as `rows` × `columns`.
    ///
    /// # Panics
    /// If `data` does not have that many elements.
    #[track_caller]
    pub fn new(data: &'a [S], rows: usize, columns: usize) -> Self {
        assert_eq!(data.len(), rows * columns, "a {rows}×{columns} operand needs {} elements", rows * columns);
        Self { data, rows, columns, transposed: false }
    }

    /// The transpose of this operand, without moving data.
    #[must_use]
    pub fn t(self) -> Self {
        Self { rows: self.columns, columns: self.rows, transposed: !self.transposed, ..self }
    }

    #[inline(always)]
    fn at(&self, i: usize, j: usize) -> S {
        if self.transposed { self.data[j * self.rows + i] } else { self.data[i * self.columns + j] }
    }
}

/// `out = epilogue(left · right)`, row-major, `left.rows` × `right.columns`; and what is known of it if it is leftᵀ · right and only
/// stored, as the gradient of a weight.
///
/// ```
/// use diabolo_kernels::product::{Epilogue, Operand, product};
/// // y = x·Wᵀ + b with W (2 × 3) stored as (outputs, inputs)
/// let x = Operand::new(&[1.0, 2.0, 3.0], 1, 3);
/// let w = Operand::new(&[1.0, 0.0, 0.0, 0.0, 0.0, 1.0], 2, 3);
/// let mut y = [0.0; 2];
/// product(x, w.t(), &mut y, Epilogue::Bias(&[10.0, 20.0]));
/// assert_eq!(y, [11.0, 23.0]);
/// ```
///
/// # Panics
/// If the inner sizes differ, or `out` does not have the size of the product, or the epilogue's bias that of a row of it.
#[track_caller]
pub fn product<S: Scalar>(
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) -> Known {
    check(left, right, out, epilogue);
    S::product(left, right, out, epilogue)
}

/// [`product`] with the instructions of `level` and no wider ones. Results of two levels may differ in rounding.
///
/// # Panics
/// As [`product`]; or if the machine does not have that level.
#[track_caller]
pub fn product_on<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) -> Known {
    check(left, right, out, epilogue);
    let watch = Watch::default();
    // In others nobody is interested; and those with short sums would be a sixteenth slower.
    let is_watched = left.transposed && matches!(epilogue, Epilogue::Store);
    path::product(Asked { level, left, right, epilogue, watch: is_watched.then_some(&watch) }, out);
    if is_watched { watch.known() } else { Known::Nothing }
}

/// The product as it is defined, for any scalar: what the fast path is tested against.
pub fn naive<S: Scalar>(left: Operand<'_, S>, right: Operand<'_, S>, out: &mut [S], epilogue: Epilogue<'_, S>) {
    let n = right.columns;
    for i in 0..left.rows {
        for j in 0..n {
            out[i * n + j] = (0..left.columns).map(|k| left.at(i, k) * right.at(k, j)).sum();
        }
        epilogue.apply(&mut out[i * n..][..n], 0);
    }
}

#[track_caller]
fn check<S: Scalar>(left: Operand<'_, S>, right: Operand<'_, S>, out: &[S], epilogue: Epilogue<'_, S>) {
    assert_eq!(left.data.len(), left.rows * left.columns, "the left operand of a product has the wrong size");
    assert_eq!(right.data.len(), right.rows * right.columns, "the right operand of a product has the wrong size");
    assert_eq!(left.columns, right.rows, "inner sizes of a product differ");
    assert_eq!(out.len(), left.rows * right.columns, "output of a product has the wrong size");
    if let Some(bias) = epilogue.bias() {
        assert_eq!(bias.len(), right.columns, "bias of a product has the wrong size");
    }
}

#[cfg(test)]
mod tests;
