//! Products of matrices by the project's own kernel, and draws.

use diabolo_kernels::product;
use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::random::{Key, fill_normal};
use ndarray::{Array2, ArrayView2, CowArray, Ix2};

/// A · B
#[track_caller]
pub(crate) fn times(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    multiply(a.view(), b.view())
}

/// A · Bᵀ
#[track_caller]
pub(crate) fn times_t(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    multiply(a.view(), b.t())
}

/// Aᵀ · B
#[track_caller]
pub(crate) fn t_times(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    multiply(a.t(), b.view())
}

#[track_caller]
fn multiply(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut out = Array2::zeros((a.nrows(), b.ncols()));
    let (a, b) = (Plain::new(a), Plain::new(b));
    let whole = out.as_slice_mut().expect("a new matrix is contiguous");
    product(a.operand(), b.operand(), whole, Epilogue::Store);
    out
}

/// A matrix that lies row by row, or whose transpose does.
struct Plain<'a> {
    rows: CowArray<'a, f64, Ix2>,
    transposed: bool,
}

impl<'a> Plain<'a> {
    fn new(matrix: ArrayView2<'a, f64>) -> Self {
        let transposed = !matrix.is_standard_layout() && matrix.t().is_standard_layout();
        let rows = if transposed { matrix.reversed_axes() } else { matrix };
        let rows = if rows.is_standard_layout() { rows.into() } else { rows.as_standard_layout().into_owned().into() };
        Self { rows, transposed }
    }

    fn operand(&self) -> Operand<'_, f64> {
        let (rows, columns) = self.rows.dim();
        let lying = Operand::new(self.rows.as_slice().expect("made contiguous above"), rows, columns);
        if self.transposed { lying.t() } else { lying }
    }
}

/// A matrix of independent N(0, std²).
pub(crate) fn normal(key: Key, shape: (usize, usize), std: f64) -> Array2<f64> {
    let mut matrix = Array2::zeros(shape);
    fill_normal(key, 0.0, std, matrix.as_slice_mut().expect("a new matrix is contiguous"));
    matrix
}

/// Σ aᵢⱼ bᵢⱼ
pub(crate) fn dot(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// ‖A‖², the sum of the squares of the entries.
pub(crate) fn square(a: &Array2<f64>) -> f64 {
    dot(a, a)
}
