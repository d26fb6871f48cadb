//! Thin singular value decomposition, A = U Σ Vᵀ.
//!
//! For A of m × n and r = min(m, n), U is m × r and V n × r with orthonormal columns, and Σ is diagonal with
//! σ₁ ≥ σ₂ ≥ … ≥ σᵣ ≥ 0. It is computed in `f64`, for m ≥ n (a wide matrix is transposed first), in three steps:
//!
//! 1. `qr`: A = Q₁ R₁, so that only an n × n triangle is left. Rows may come in blocks (`rows`) when Q₁ is not wanted.
//! 2. `pivoted`: R₁ Π = Q₂ R₂, which sorts and nearly orthogonalises the rows of R₂.
//! 3. `jacobi`: R₂ᵀ J = Y Σ by rotations.
//!
//! Then R₂ = J Σ Yᵀ, and A = (Q₁ Q₂ J) Σ (Π Y)ᵀ.
//!
//! Reflections and rotations keep lengths, so each singular value is right to a small multiple of the round-off of the
//! largest; where the matrix determines small ones to more digits than that, Jacobi's method finds them. This is why A
//! is never multiplied by its transpose: the squares of the singular values would lose half the digits.
//!
//! From the same parts, `tridiagonal`, `ql` and `symmetric` make the eigenvectors of a symmetric matrix, for those who
//! have counted that loss.
//!
//! Sources: Golub & Van Loan, *Matrix Computations*, 4th ed., chapters 5 and 8.6; Drmač & Veselić (2008), *New fast and
//! accurate Jacobi SVD algorithm I*, SIAM J. Matrix Anal. Appl. 29(4).

mod columns;
mod jacobi;
mod panel;
mod pivoted;
mod ql;
mod qr;
mod reflector;
mod rows;
mod symmetric;
mod tridiagonal;
mod vector;

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2, ArrayView2, Axis};

pub(crate) use columns::Columns;
use pivoted::pivoted_qr;
use qr::Qr;
pub(crate) use rows::triangle_of_rows;
pub(crate) use symmetric::eigen;

/// The factors of A = U Σ Vᵀ.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd<S> {
    /// U, m × r, with orthonormal columns.
    pub u: Array2<S>,
    /// The diagonal of Σ, r values, the largest first.
    pub singular_values: Array1<S>,
    /// Vᵀ, r × n, with orthonormal rows.
    pub vt: Array2<S>,
}

/// Why a matrix has no singular value decomposition here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SvdError {
    /// The matrix holds NaN or infinity.
    #[error("the matrix has a value that is NaN or infinite at row {row}, column {column}: remove or replace it")]
    NonFinite {
        /// Row of such an entry, counted from 0.
        row: usize,
        /// Its column, counted from 0.
        column: usize,
    },
    /// The rotations did not come to an end. No finite matrix is known to cause this.
    #[error("the singular value decomposition did not converge: please report the matrix as a bug")]
    NoConvergence,
}

impl SvdError {
    fn transposed(self) -> Self {
        match self {
            Self::NonFinite { row, column } => Self::NonFinite { row: column, column: row },
            Self::NoConvergence => self,
        }
    }
}

/// The thin singular value decomposition of an m × n matrix, by the method described in [this module](self).
///
/// The decomposition runs in `f64` and is rounded to `S` at the end. Singular vectors to singular values that are equal
/// or 0 are some orthonormal basis of their space, and each pair (uᵢ, vᵢ) may come with either sign; which one is
/// the same on every run, at any number of threads.
///
/// # Errors
/// [`SvdError::NonFinite`] if an entry is NaN or infinite.
///
/// # Examples
/// ```
/// use diabolo_models::pca::svd::svd;
/// use ndarray::array;
///
/// let a = array![[3.0, 0.0], [0.0, -5.0], [0.0, 0.0]];
/// let svd = svd(a.view())?;
/// assert_eq!(svd.singular_values, array![5.0, 3.0]);
/// assert_eq!((svd.u * svd.singular_values).dot(&svd.vt), a);
/// # Ok::<(), diabolo_models::pca::svd::SvdError>(())
/// ```
pub fn svd<S: Scalar>(matrix: ArrayView2<'_, S>) -> Result<Svd<S>, SvdError> {
    let wide = matrix.nrows() < matrix.ncols();
    let tall = if wide { matrix.reversed_axes() } else { matrix };
    let values = tall.axis_iter(Axis(1)).flat_map(|column| column.into_iter().map(|x| x.to_f64())).collect();
    let factors = decompose(Columns { values, height: tall.nrows(), width: tall.ncols() });
    let factors = factors.map_err(|error| if wide { error.transposed() } else { error })?;
    let (left, right) = if wide { (&factors.right, &factors.left) } else { (&factors.left, &factors.right) };
    Ok(Svd {
        u: Array2::from_shape_fn((left.height, left.width), |(i, j)| S::of(left.column(j)[i])),
        singular_values: factors.singular_values.iter().map(|&sigma| S::of(sigma)).collect(),
        vt: Array2::from_shape_fn((right.width, right.height), |(i, j)| S::of(right.column(i)[j])),
    })
}

/// Λ and V of A = V Λ Vᵀ.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// The diagonal of Λ, n values, the largest first.
    pub values: Array1<f64>,
    /// V, n × n: one eigenvector a column, orthonormal.
    pub vectors: Array2<f64>,
}

/// Eigenvalues and eigenvectors of a symmetric n × n matrix, of which only symmetry is assumed: values may be negative.
///
/// Each value is right to a small multiple of the round-off of the largest in size. Signs and bases of equal values are
/// as arbitrary as those of [`svd`], and the same on every run.
///
/// # Errors
/// [`SvdError::NonFinite`] if an entry is NaN or infinite.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use diabolo_models::pca::svd::symmetric_eigen;
/// use ndarray::array;
///
/// let eigen = symmetric_eigen(array![[0.0, 2.0], [2.0, 0.0]].view())?;
/// assert!((eigen.values[0] - 2.0).abs() < 1e-15 && (eigen.values[1] + 2.0).abs() < 1e-15);
/// assert!((eigen.vectors[[0, 0]] - eigen.vectors[[1, 0]]).abs() < 1e-15);
/// # Ok::<(), diabolo_models::pca::svd::SvdError>(())
/// ```
#[track_caller]
pub fn symmetric_eigen(matrix: ArrayView2<'_, f64>) -> Result<Eigen, SvdError> {
    let n = matrix.nrows();
    assert_eq!(n, matrix.ncols(), "a symmetric matrix is square");
    let mut columns = Columns { values: matrix.t().iter().copied().collect(), height: n, width: n };
    let scale = normalise(&mut columns)?;
    let (values, vectors) = eigen(columns, |_| n)?;
    Ok(Eigen {
        values: values.iter().map(|value| value * scale).collect(),
        vectors: Array2::from_shape_fn((n, n), |(i, j)| vectors.column(j)[i]),
    })
}

/// U and V, column by column, with Σ.
#[derive(Debug)]
pub(crate) struct Factors {
    pub(crate) left: Columns,
    pub(crate) singular_values: Vec<f64>,
    pub(crate) right: Columns,
}

/// All factors of a matrix that has at least as many rows as columns.
pub(crate) fn decompose(mut matrix: Columns) -> Result<Factors, SvdError> {
    let (height, width) = (matrix.height, matrix.width);
    if width == 0 {
        return Ok(Factors { left: matrix, singular_values: Vec::new(), right: Columns::zeros(0, 0) });
    }
    let scale = normalise(&mut matrix)?;
    let qr = Qr::new(matrix);
    let (pivoted, order) = pivoted_qr(qr.r());

    let mut stacked = pivoted.r().transposed().padded(2 * width);
    for j in 0..width {
        stacked.column_mut(j)[width + j] = 1.0;
    }
    let rotated = jacobi::orthogonalise(&stacked, width).ok_or(SvdError::NoConvergence)?;
    let (singular_values, sorted) = lengths(&rotated, width);
    let rotations = rotated.select(&sorted, width..2 * width);
    let left = qr.times(pivoted.times(rotations).padded(height));
    let right = directions(&rotated.select(&sorted, 0..width), &singular_values);
    let singular_values = singular_values.iter().map(|sigma| sigma * scale).collect();
    Ok(Factors { left, singular_values, right: unpermuted(&right, &order) })
}

/// Σ and V alone of a square matrix, at a third of the cost.
pub(crate) fn decompose_right(mut matrix: Columns) -> Result<(Vec<f64>, Columns), SvdError> {
    let width = matrix.width;
    let scale = normalise(&mut matrix)?;
    let (pivoted, order) = pivoted_qr(matrix);
    let rotated = jacobi::orthogonalise(&pivoted.r().transposed(), width).ok_or(SvdError::NoConvergence)?;
    let (singular_values, sorted) = lengths(&rotated, width);
    let right = directions(&rotated.select(&sorted, 0..width), &singular_values);
    Ok((singular_values.iter().map(|sigma| sigma * scale).collect(), unpermuted(&right, &order)))
}

/// Σ and V alone of a matrix of any shape, min(m, n) of them.
pub(crate) fn right_factors(mut matrix: Columns) -> Result<(Vec<f64>, Columns), SvdError> {
    if matrix.height < matrix.width {
        let factors = decompose(matrix.transposed())?;
        return Ok((factors.singular_values, factors.left));
    }
    let scale = normalise(&mut matrix)?;
    let (singular_values, right) = decompose_right(Qr::new(matrix).r())?;
    Ok((singular_values.iter().map(|sigma| sigma * scale).collect(), right))
}

/// An orthonormal basis of a space that holds the columns of the matrix, which has at least as many rows.
pub(crate) fn orthonormal(matrix: Columns) -> Columns {
    let (height, width) = (matrix.height, matrix.width);
    Qr::new(matrix).times(Columns::identity(height, 0..width))
}

/// √Σx², without overflow.
pub(crate) fn norm(x: &[f64]) -> f64 {
    let scale = power_of_two_below(x.iter().fold(0.0, |largest: f64, x| largest.max(x.abs())));
    scale * x.iter().map(|x| (x / scale).powi(2)).sum::<f64>().sqrt()
}

/// Divides by a power of two so that the largest entry is of size 1 and no square overflows or is lost; returns the
/// power.
fn normalise(matrix: &mut Columns) -> Result<f64, SvdError> {
    if let Some(at) = matrix.values.iter().position(|x| !x.is_finite()) {
        return Err(SvdError::NonFinite { row: at % matrix.height, column: at / matrix.height });
    }
    let scale = power_of_two_below(matrix.values.iter().fold(0.0, |largest: f64, x| largest.max(x.abs())));
    for x in &mut matrix.values {
        *x /= scale;
    }
    Ok(scale)
}

/// The power of two at or below a finite x ≥ 0; for what is smaller than any normal number, the smallest normal number.
pub(crate) fn power_of_two_below(x: f64) -> f64 {
    const EXPONENT_BITS: u64 = 0x7ff0_0000_0000_0000;
    f64::from_bits(x.to_bits() & EXPONENT_BITS).max(f64::MIN_POSITIVE)
}

/// The lengths of the columns' first `height` entries, the longest first, and the columns they belong to.
fn lengths(columns: &Columns, height: usize) -> (Vec<f64>, Vec<usize>) {
    let squares = (0..columns.width).map(|j| vector::square(&columns.column(j)[..height]));
    let lengths: Vec<f64> = squares.map(|s| if s < reflector::NEGLIGIBLE { 0.0 } else { s.sqrt() }).collect();
    let order = falling(&lengths);
    (order.iter().map(|&j| lengths[j]).collect(), order)
}

/// The numbers of `values`, that of the largest first.
fn falling(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[j].total_cmp(&values[i]));
    order
}

/// Y of a sorted square matrix Y Σ. Where σ = 0 a column has no direction; the missing ones are completed to an
/// orthonormal basis, by the last columns of Q in a QR factorisation of those that there are.
fn directions(columns: &Columns, lengths: &[f64]) -> Columns {
    let (height, width) = (columns.height, columns.width);
    let rank = lengths.iter().take_while(|&&length| length > 0.0).count();
    let mut known = Columns { values: columns.values[..rank * height].to_vec(), height, width: rank };
    for (column, length) in known.values.chunks_exact_mut(height).zip(lengths) {
        for y in column {
            *y /= length;
        }
    }
    let missing = Qr::new(known.clone()).times(Columns::identity(height, rank..width));
    Columns { values: [known.values, missing.values].concat(), height, width }
}

/// Π Y: row i of Y belongs to row `order[i]`.
fn unpermuted(columns: &Columns, order: &[usize]) -> Columns {
    let mut result = Columns::zeros(columns.height, columns.width);
    for j in 0..columns.width {
        for (value, &i) in columns.column(j).iter().zip(order) {
            result.column_mut(j)[i] = *value;
        }
    }
    result
}
