//! Eigenvalues and eigenvectors of a symmetric matrix: A = Q T Qᵀ with T [tridiagonal](super::tridiagonal), then
//! T = W Λ Wᵀ by [QL steps](super::ql).
//!
//! All eigenvalues are found, and the eigenvectors Q W e for as many of them as are asked for.

use super::SvdError;
use super::columns::Columns;
use super::ql::diagonalise;
use super::tridiagonal::{Tridiagonal, tridiagonal};

/// Λ, the largest first, and as columns the eigenvectors of the first of them, as many as `keep` says of Λ.
pub(crate) fn eigen(matrix: Columns, keep: impl FnOnce(&[f64]) -> usize) -> Result<(Vec<f64>, Columns), SvdError> {
    let n = matrix.width;
    let Tridiagonal { diagonal, beside, reflections } = tridiagonal(matrix);
    let (values, rotations) = diagonalise(diagonal, beside).ok_or(SvdError::NoConvergence)?;
    let mut order = super::falling(&values);
    let sorted: Vec<f64> = order.iter().map(|&i| values[i]).collect();
    order.truncate(keep(&sorted));
    Ok((sorted, reflections.times(rotations.columns(n, &order))))
}

#[cfg(test)]
mod tests {
    use diabolo_kernels::random::{Key, Stream, fill_normal};

    use super::*;
    use crate::pca::svd::vector::dot;

    fn random(n: usize, seed: u64) -> Columns {
        let mut values = vec![0.0; n * n];
        fill_normal(Key::new(seed, Stream::Data), 0.0, 1.0, &mut values);
        let entry = |i: usize, j: usize| values[i * n + j] + values[j * n + i];
        let values = (0..n * n).map(|at| entry(at / n, at % n)).collect();
        Columns { values, height: n, width: n }
    }

    /// Holds Λ and V to A v = λ v, VᵀV = I and falling order.
    #[track_caller]
    fn check(matrix: &Columns) -> Vec<f64> {
        let n = matrix.width;
        let (values, vectors) = eigen(matrix.clone(), |_| n).unwrap();
        let largest = values.iter().fold(f64::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        assert!(values.is_sorted_by(|a, b| a >= b));
        for (j, value) in values.iter().enumerate() {
            for i in 0..n {
                let image = dot(matrix.column(i), vectors.column(j));
                assert!((image - value * vectors.column(j)[i]).abs() <= 1e-13 * largest, "vector {j} of {n}");
                let product = dot(vectors.column(i), vectors.column(j));
                assert!((product - f64::from(u8::from(i == j))).abs() <= 1e-13, "vectors {i} and {j} of {n}");
            }
        }
        values
    }

    #[test]
    fn random_matrices_of_many_sizes() {
        for n in [1, 2, 3, 4, 7, 31, 32, 33, 64, 65, 66, 130] {
            check(&random(n, n as u64));
        }
    }

    #[test]
    fn zeros_and_blocks() {
        assert_eq!(check(&Columns::zeros(5, 5)), [0.0; 5]);
        assert_eq!(check(&Columns::identity(5, 0..5)), [1.0; 5]);
        let mut holes = random(9, 1);
        for i in 0..9 {
            for at in [i, 4] {
                holes.column_mut(at)[if at == 4 { i } else { 4 }] = 0.0;
            }
        }
        assert!(check(&holes).iter().any(|value| value.abs() < 1e-14));
    }

    #[test]
    fn round_off_of_a_large_entry_among_small_ones() {
        // The Gram matrix of 40 rows whose 120 features grow from nothing to 10⁶: 80 eigenvalues are pure round-off.
        let (rows, n) = (40, 120);
        let mut values = vec![0.0; rows * n];
        fill_normal(Key::new(9, Stream::Data), 0.0, 1.0, &mut values);
        for (j, feature) in values.chunks_exact_mut(rows).enumerate() {
            let size = if j < 10 { 0.0 } else { 10_f64.powf((j as f64 - 60.0) / 10.0) };
            feature.iter_mut().for_each(|x| *x *= size);
        }
        let feature = |j: usize| &values[j * rows..][..rows];
        let gram = (0..n * n).map(|at| dot(feature(at / n), feature(at % n))).collect();
        let eigenvalues = check(&Columns { values: gram, height: n, width: n });
        assert!(eigenvalues[rows..].iter().all(|value| value.abs() <= 1e-14 * eigenvalues[0]));
    }

    #[test]
    fn known_in_closed_form() {
        // 2 on the diagonal, −1 beside it: the eigenvalues are 2 − 2 cos(jπ/(n + 1)).
        let n = 50;
        let mut matrix = Columns::zeros(n, n);
        for j in 0..n {
            matrix.column_mut(j)[j] = 2.0;
            for i in [j.wrapping_sub(1), j + 1].into_iter().filter(|&i| i < n) {
                matrix.column_mut(j)[i] = -1.0;
            }
        }
        for (j, value) in check(&matrix).iter().rev().enumerate() {
            let angle = (j + 1) as f64 * std::f64::consts::PI / (n + 1) as f64;
            approx::assert_abs_diff_eq!(*value, 2.0 - 2.0 * angle.cos(), epsilon = 1e-14);
        }
    }
}
