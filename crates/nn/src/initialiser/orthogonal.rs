//! Orthonormal rows or columns.

use diabolo_kernels::random::{Key, fill_normal};
use diabolo_kernels::{Rule, Scalar, UpdateRule, sum_map, update};

/// Fills a matrix of so many columns, row-major, with `gain` times orthonormal rows, or columns if they are the fewer.
pub(super) fn fill<S: Scalar>(key: Key, gain: f64, columns: usize, matrix: &mut [S]) {
    if matrix.is_empty() {
        return;
    }
    let rows = matrix.len() / columns;
    let (count, length) = (rows.min(columns), rows.max(columns));
    let vectors = orthonormal(key, count, length);
    for (i, to) in matrix.iter_mut().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let from = if rows <= columns { row * length + column } else { column * length + row };
        *to = S::of(gain * vectors[from]);
    }
}

/// So many orthonormal vectors, one after the other: Gram and Schmidt's, of normal ones.
///
/// Normal vectors have no preferred direction, and here their lengths are what R of A = QR has on its diagonal, all
/// positive: so Q is drawn evenly (Mezzadri, *How to generate random matrices from the classical compact groups*, 2007,
/// section 5).
fn orthonormal(key: Key, count: usize, length: usize) -> Vec<f64> {
    let mut vectors = vec![0.0; count * length];
    fill_normal(key, 0.0, 1.0, &mut vectors);
    for i in 0..count {
        let (done, rest) = vectors.split_at_mut(i * length);
        let vector = &mut rest[..length];
        // Twice: what rounding leaves of the first time is gone after the second (Giraud and others, 2005).
        for direction in done.chunks_exact(length).chain(done.chunks_exact(length)) {
            let along = sum_map(Product, [vector, direction]);
            update(Subtract(along), [vector], [direction]);
        }
        let norm = sum_map(Product, [vector, vector]).sqrt();
        update(Divide(norm), [vector], []);
    }
    vectors
}

#[derive(Clone, Copy)]
struct Product;

impl Rule<f64, 0, 2> for Product {
    #[inline(always)]
    fn apply(self, []: [f64; 0], [a, b]: [f64; 2]) -> f64 {
        a * b
    }
}

/// A vector less so many times another.
#[derive(Clone, Copy)]
struct Subtract(f64);

impl UpdateRule<f64, 1, 1> for Subtract {
    #[inline(always)]
    fn apply(self, [v]: [f64; 1], [direction]: [f64; 1]) -> [f64; 1] {
        [v - self.0 * direction]
    }
}

#[derive(Clone, Copy)]
struct Divide(f64);

impl UpdateRule<f64, 1, 0> for Divide {
    #[inline(always)]
    fn apply(self, [v]: [f64; 1], []: [f64; 0]) -> [f64; 1] {
        [v / self.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;

    fn matrix(rows: usize, columns: usize, gain: f64) -> Vec<f64> {
        let mut matrix = vec![0.0; rows * columns];
        fill(Keys::new(7).next_key(), gain, columns, &mut matrix);
        matrix
    }

    #[test]
    fn rows_or_columns_are_orthonormal_times_the_gain() {
        for (rows, columns) in [(1, 1), (3, 3), (20, 50), (50, 20), (1, 9), (9, 1), (120, 120)] {
            let matrix = matrix(rows, columns, 1.5);
            let at = |vector: usize, i: usize| {
                if rows <= columns { matrix[vector * columns + i] } else { matrix[i * columns + vector] }
            };
            for a in 0..rows.min(columns) {
                for b in 0..=a {
                    let product: f64 = (0..rows.max(columns)).map(|i| at(a, i) * at(b, i)).sum();
                    let expected = if a == b { 2.25 } else { 0.0 };
                    assert!((product - expected).abs() < 1e-13, "({rows}, {columns}): {a} · {b} is {product}");
                }
            }
        }
    }

    #[test]
    fn no_sign_is_preferred() {
        // With Householder's or any other signs on the diagonal of R, the trace would lean to one side.
        let keys = &mut Keys::new(3);
        let traces: Vec<f64> = (0..2000)
            .map(|_| {
                let mut matrix = [0.0_f64; 9];
                fill(keys.next_key(), 1.0, 3, &mut matrix);
                matrix[0] + matrix[4] + matrix[8]
            })
            .collect();
        let mean = |power: i32| traces.iter().map(|t| t.powi(power)).sum::<f64>() / traces.len() as f64;
        assert!(mean(1).abs() < 0.1 && (mean(2) - 1.0).abs() < 0.15, "{} and {}", mean(1), mean(2));
    }
}
