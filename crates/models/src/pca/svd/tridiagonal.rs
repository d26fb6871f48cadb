//! Qᵀ A Q = T, tridiagonal, for a symmetric A, by Householder reflections.
//!
//! Reflection number k sends what lies below the subdiagonal of column k to zero, and, applied from both sides, what lies
//! to the right in row k. Of the rest, A₂₂ ← H A₂₂ H with H = I − τ v vᵀ is a change of rank two:
//!
//!   A₂₂ ← A₂₂ − v wᵀ − w vᵀ    p = τ A₂₂ v    w = p − ½ τ (pᵀv) v
//!
//! Source: Golub & Van Loan, section 8.3.1.

use rayon::prelude::*;

use super::columns::Columns;
use super::panel::{Order, Panel};
use super::reflector::reflect;
use super::vector::{add_multiple, dot};

/// Columns handed to a thread at a time. They do not depend on each other, so this decides nothing about the bits.
const COLUMNS_PER_TASK: usize = 64;
/// Reflections that are applied at once.
const WIDEST: usize = 64;

/// T and Q.
#[derive(Debug)]
pub(super) struct Tridiagonal {
    pub(super) diagonal: Vec<f64>,
    /// Entry i couples i and i + 1; the last is 0.
    pub(super) beside: Vec<f64>,
    pub(super) basis: Columns,
}

/// Reduces a symmetric matrix, of which both halves are given.
pub(super) fn tridiagonal(mut matrix: Columns) -> Tridiagonal {
    let n = matrix.width;
    let mut beside = vec![0.0; n];
    let mut taus = vec![0.0; n.saturating_sub(1)];
    for k in 0..taus.len() {
        let below = k + 1;
        taus[k] = reflect(&mut matrix.column_mut(k)[below..]);
        beside[k] = matrix.column(k)[below];
        let mut v = matrix.column(k)[below..].to_vec();
        v[0] = 1.0;
        let rest = &mut matrix.values[below * n..];
        let mut w: Vec<f64> = rest
            .par_chunks_exact(n)
            .with_min_len(COLUMNS_PER_TASK)
            .map(|column| taus[k] * dot(&column[below..], &v))
            .collect();
        let along = dot(&w, &v);
        add_multiple(&mut w, -0.5 * taus[k] * along, &v);
        rest.par_chunks_exact_mut(n).with_min_len(COLUMNS_PER_TASK).enumerate().for_each(|(j, column)| {
            for ((a, v_i), w_i) in column[below..].iter_mut().zip(&v).zip(&w) {
                *a -= v_i * w[j] + w_i * v[j];
            }
        });
    }
    let diagonal = (0..n).map(|j| matrix.column(j)[j]).collect();
    Tridiagonal { diagonal, beside, basis: product_of_reflections(&matrix, &taus) }
}

/// Q = H₁ H₂ ⋯, from the vectors that lie below the subdiagonal.
fn product_of_reflections(matrix: &Columns, taus: &[f64]) -> Columns {
    let n = matrix.width;
    let mut basis = Columns::identity(n, 0..n);
    for first in (0..taus.len()).step_by(WIDEST).rev() {
        let last = taus.len().min(first + WIDEST);
        let columns = &matrix.values[first * n..last * n];
        Panel::new(columns, n, first + 1, &taus[first..last]).apply(&mut basis.values, Order::Forward);
    }
    basis
}
