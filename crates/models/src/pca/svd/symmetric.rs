//! Eigenvalues and eigenvectors of a symmetric matrix: A = Q T Qᵀ, tridiagonal, then T = W Λ Wᵀ by the implicit QL method.
//!
//! A step of QL with the shift σ multiplies T from both sides by rotations in the planes (m − 1, m), …, (l, l + 1). The
//! first is that of a QL factorisation of T − σI; the others chase the entry that it leaves beside the tridiagonal out
//! at the other end. With Wilkinson's shift the entry beside the diagonal at l converges to 0, as a rule cubically; then
//! l is done. Converged means: to round-off of the largest entry of T. Rotations of a block that holds it disturb all
//! others by as much, so that smaller entries would not become smaller by waiting.
//!
//! Rotations of a step are gathered and applied to the eigenvectors at once. These lie in strips of a few rows, each of
//! which fits a core's cache, and since a rotation mixes columns, strips do not depend on each other.
//!
//! Sources: Dubrulle, Martin & Wilkinson (1968), *The implicit QL algorithm*; Golub & Van Loan, section 8.3.

use rayon::prelude::*;

use super::SvdError;
use super::columns::Columns;
use super::tridiagonal::{Tridiagonal, tridiagonal};
use super::vector::rotate;

/// Rows of the eigenvectors in a strip.
const ROWS_PER_STRIP: usize = 32;
/// Two steps are usual; a matrix that needs more than this has numbers in it that are none.
const MOST_STEPS: usize = 60;

/// Λ, the largest first, and the eigenvectors as columns.
pub(crate) fn eigen(matrix: Columns) -> Result<(Vec<f64>, Columns), SvdError> {
    let Tridiagonal { mut diagonal, mut beside, basis } = tridiagonal(matrix);
    let n = diagonal.len();
    let all: Vec<usize> = (0..n).collect();
    let rows = (0..n).step_by(ROWS_PER_STRIP);
    let mut strips: Vec<Columns> = rows.map(|first| basis.select(&all, first..n.min(first + ROWS_PER_STRIP))).collect();

    let sizes = diagonal.iter().zip(&beside).map(|(on, beside)| on.abs() + beside.abs());
    let negligible = f64::EPSILON * sizes.fold(0.0, f64::max);
    let mut rotations = Vec::with_capacity(n);
    for l in 0..n {
        let mut steps = 0;
        while let Some(m) = end_of_block(&beside, l, negligible) {
            steps += 1;
            if steps > MOST_STEPS {
                return Err(SvdError::NoConvergence);
            }
            rotations.clear();
            step(&mut diagonal, &mut beside, l, m, &mut rotations);
            strips.par_iter_mut().for_each(|strip| turn(strip, m, &rotations));
        }
    }
    let mut order = all;
    order.sort_by(|&i, &j| diagonal[j].total_cmp(&diagonal[i]));
    let mut vectors = Columns::zeros(n, n);
    for (strip, first) in strips.iter().zip((0..n).step_by(ROWS_PER_STRIP)) {
        for (j, &from) in order.iter().enumerate() {
            vectors.column_mut(j)[first..][..strip.height].copy_from_slice(strip.column(from));
        }
    }
    Ok((order.iter().map(|&i| diagonal[i]).collect(), vectors))
}

/// The last row of the block that starts at l and does not fall apart; `None` if that is l itself.
fn end_of_block(beside: &[f64], l: usize, negligible: f64) -> Option<usize> {
    let last = beside.len() - 1;
    let end = (l..last).find(|&i| beside[i].abs() <= negligible).unwrap_or(last);
    (end > l).then_some(end)
}

/// One step of QL on the rows l to m. `rotations` receives (c, s) of the planes (m − 1, m), (m − 2, m − 1), ….
fn step(diagonal: &mut [f64], beside: &mut [f64], l: usize, m: usize, rotations: &mut Vec<(f64, f64)>) {
    let half = (diagonal[l + 1] - diagonal[l]) / (2.0 * beside[l]);
    let shift = diagonal[l] - beside[l] / (half + half.hypot(1.0).copysign(half));
    let (mut cosine, mut sine, mut change) = (1.0, 1.0, 0.0);
    let mut bulge = diagonal[m] - shift;
    for i in (l..m).rev() {
        let (out, along) = (sine * beside[i], cosine * beside[i]);
        let length = out.hypot(bulge);
        beside[i + 1] = length;
        if length == 0.0 {
            // The block falls apart here.
            diagonal[i + 1] -= change;
            beside[m] = 0.0;
            return;
        }
        (sine, cosine) = (out / length, bulge / length);
        let moved = diagonal[i + 1] - change;
        let mixed = (diagonal[i] - moved) * sine + 2.0 * cosine * along;
        change = sine * mixed;
        diagonal[i + 1] = moved + change;
        bulge = cosine * mixed - along;
        rotations.push((cosine, sine));
    }
    diagonal[l] -= change;
    beside[l] = bulge;
    beside[m] = 0.0;
}

/// Applies the rotations of a step that began at row m.
fn turn(strip: &mut Columns, m: usize, rotations: &[(f64, f64)]) {
    let height = strip.height;
    for ((cosine, sine), i) in rotations.iter().zip((0..m).rev()) {
        let (low, high) = strip.values[i * height..][..2 * height].split_at_mut(height);
        rotate(low, high, *cosine, *sine);
    }
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
        let (values, vectors) = eigen(matrix.clone()).unwrap();
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
