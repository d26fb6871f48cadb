//! A = Q R by Householder reflections, in matrix products.
//!
//! Column by column, a reflection sends what lies below the diagonal to zero (Golub & Van Loan, section 5.2). Applied
//! one by one the reflections would read the whole matrix for each column; so they are gathered into a [`Panel`] of
//! [`WIDEST`] columns, which is applied to all columns on its right at once. Inside a panel the columns are halved:
//! factor the left half, apply it to the right half, factor that (Elmroth & Gustavson 2000).

use super::columns::Columns;
use super::panel::{Order, Panel};
use super::reflector;

/// Columns that are reduced one by one.
const NARROWEST: usize = 8;
/// Columns in the widest panel.
const WIDEST: usize = 64;

/// The factors of an m × n matrix, m ≥ n: R on and above the diagonal, the vectors of the reflections below.
#[derive(Debug)]
pub(super) struct Qr {
    pub(super) factored: Columns,
    pub(super) taus: Vec<f64>,
}

impl Qr {
    pub(super) fn new(mut matrix: Columns) -> Self {
        let mut taus = vec![0.0; matrix.width];
        factor(&mut matrix, &mut taus);
        Self { factored: matrix, taus }
    }

    /// R, n × n.
    pub(super) fn r(&self) -> Columns {
        let n = self.factored.width;
        let mut r = Columns::zeros(n, n);
        for j in 0..n {
            r.column_mut(j)[..=j].copy_from_slice(&self.factored.column(j)[..=j]);
        }
        r
    }

    /// Q C, for C of m rows.
    pub(super) fn times(&self, mut c: Columns) -> Columns {
        let height = self.factored.height;
        for first in (0..self.taus.len()).step_by(WIDEST).rev() {
            let last = self.taus.len().min(first + WIDEST);
            let columns = &self.factored.values[first * height..last * height];
            Panel::new(columns, height, first, &self.taus[first..last]).apply(&mut c.values, Order::Forward);
        }
        c
    }
}

/// Reduces the matrix in place, leaving R above and the vectors of the reflections below the diagonal.
pub(super) fn factor(matrix: &mut Columns, taus: &mut [f64]) {
    debug_assert!(matrix.height >= matrix.width, "a QR factorisation needs at least as many rows as columns");
    let height = matrix.height;
    for first in (0..matrix.width).step_by(WIDEST) {
        let last = matrix.width.min(first + WIDEST);
        let (left, right) = matrix.values[first * height..].split_at_mut((last - first) * height);
        factor_panel(left, height, first, &mut taus[first..last]);
        Panel::new(left, height, first, &taus[first..last]).apply(right, Order::Reverse);
    }
}

/// The same for neighbouring columns of which the first has its diagonal entry in row `first`.
fn factor_panel(columns: &mut [f64], height: usize, first: usize, taus: &mut [f64]) {
    let width = taus.len();
    if width <= NARROWEST {
        return factor_one_by_one(columns, height, first, taus);
    }
    let half = width / 2;
    let (left, right) = columns.split_at_mut(half * height);
    let (left_taus, right_taus) = taus.split_at_mut(half);
    factor_panel(left, height, first, left_taus);
    Panel::new(left, height, first, left_taus).apply(right, Order::Reverse);
    factor_panel(right, height, first + half, right_taus);
}

fn factor_one_by_one(columns: &mut [f64], height: usize, first: usize, taus: &mut [f64]) {
    for (j, tau) in taus.iter_mut().enumerate() {
        let (done, rest) = columns.split_at_mut((j + 1) * height);
        let pivot = &mut done[j * height..][first + j..];
        *tau = reflector::reflect(pivot);
        for column in rest.chunks_exact_mut(height) {
            reflector::apply(pivot, *tau, &mut column[first + j..]);
        }
    }
}
