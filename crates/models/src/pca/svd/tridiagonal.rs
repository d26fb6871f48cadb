//! Qᵀ A Q = T, tridiagonal, for a symmetric A, by Householder reflections.
//!
//! Reflection number k sends what lies below the subdiagonal of column k to zero, and, applied from both sides, what lies
//! to the right in row k. Of the rest, A₂₂ ← H A₂₂ H with H = I − τ v vᵀ is a change of rank two:
//!
//!   A₂₂ ← A₂₂ − v wᵀ − w vᵀ    p = τ A₂₂ v    w = p − ½ τ (pᵀv) v
//!
//! The changes of neighbouring columns are made at once, A₂₂ ← A₂₂ − V Wᵀ − W Vᵀ, which is a matrix product. Until then
//! each column is brought up to date when its turn comes, and p = τ (A₂₂ v − V Wᵀv − W Vᵀv).
//!
//! Sources: Golub & Van Loan, section 8.3.1; Dongarra, Sorensen & Hammarling (1989), *Block reduction of matrices to
//! condensed forms*, for the blocks.

use std::ops::Range;

use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::{parallel, product};

use super::columns::Columns;
use super::panel::{Order, Panel};
use super::reflector::reflect;
use super::vector::{add_multiple, dot, dots};

/// Numbers of the matrix that a thread multiplies at least. Columns do not depend on each other, so this decides nothing
/// about the bits.
const NUMBERS_PER_TASK: usize = 1 << 16;
/// Columns whose changes are made at once,
const WIDEST: usize = 32;
/// and to how many columns.
const COLUMNS_AT_ONCE: usize = 64;
/// Reflections that are applied at once.
const PANEL: usize = 64;

/// T and Q.
#[derive(Debug)]
pub(super) struct Tridiagonal {
    pub(super) diagonal: Vec<f64>,
    /// Entry i couples i and i + 1; the last is 0.
    pub(super) beside: Vec<f64>,
    pub(super) reflections: Reflections,
}

/// Q = H₁ H₂ ⋯, its vectors below the subdiagonal of a matrix.
#[derive(Debug)]
pub(super) struct Reflections {
    matrix: Columns,
    taus: Vec<f64>,
}

/// Reduces a symmetric matrix, of which both halves are given.
pub(super) fn tridiagonal(mut matrix: Columns) -> Tridiagonal {
    let n = matrix.width;
    let mut beside = vec![0.0; n];
    let mut taus = vec![0.0; n.saturating_sub(1)];
    for first in (0..taus.len()).step_by(WIDEST) {
        let last = taus.len().min(first + WIDEST);
        let mut changes = Changes { v: Vec::new(), w: Vec::new(), height: n };
        for k in first..last {
            changes.bring_up_to_date(&mut matrix, k);
            taus[k] = reflect(&mut matrix.column_mut(k)[k + 1..]);
            beside[k] = matrix.column(k)[k + 1];
            changes.append(&matrix, k, taus[k]);
        }
        changes.make(&mut matrix, last..n);
    }
    let diagonal = (0..n).map(|j| matrix.column(j)[j]).collect();
    Tridiagonal { diagonal, beside, reflections: Reflections { matrix, taus } }
}

/// Vᵀ and Wᵀ of neighbouring columns, row by row, with zeros where they have no entries.
struct Changes {
    v: Vec<f64>,
    w: Vec<f64>,
    height: usize,
}

impl Changes {
    /// The pairs (v, w).
    fn pairs(&self) -> impl Iterator<Item = (&[f64], &[f64])> {
        self.v.chunks_exact(self.height).zip(self.w.chunks_exact(self.height))
    }

    /// Column k of A − V Wᵀ − W Vᵀ, from the diagonal down.
    fn bring_up_to_date(&self, matrix: &mut Columns, k: usize) {
        let column = &mut matrix.column_mut(k)[k..];
        for (v, w) in self.pairs() {
            add_multiple(column, -w[k], &v[k..]);
            add_multiple(column, -v[k], &w[k..]);
        }
    }

    /// The change that the reflection of column k makes.
    fn append(&mut self, matrix: &Columns, k: usize, tau: f64) {
        let (n, below) = (self.height, k + 1);
        let mut v = vec![0.0; n];
        v[below..].copy_from_slice(&matrix.column(k)[below..]);
        v[below] = 1.0;
        let mut w = vec![0.0; n];
        let (v_below, w_below) = (&v[below..], &mut w[below..]);
        let columns = (NUMBERS_PER_TASK / v_below.len()).max(1).next_multiple_of(4);
        let tasks = matrix.values[below * n..].chunks(columns * n).zip(w_below.chunks_mut(columns));
        parallel::each(&mut tasks.collect::<Vec<_>>(), &|(columns, products)| dots(columns, n, v_below, products));
        for (earlier_v, earlier_w) in self.pairs() {
            let (earlier_v, earlier_w) = (&earlier_v[below..], &earlier_w[below..]);
            add_multiple(w_below, -dot(earlier_w, v_below), earlier_v);
            add_multiple(w_below, -dot(earlier_v, v_below), earlier_w);
        }
        w_below.iter_mut().for_each(|p| *p *= tau);
        let along = dot(w_below, v_below);
        add_multiple(w_below, -0.5 * tau * along, v_below);
        self.v.extend(v);
        self.w.extend(w);
    }

    /// A ← A − V Wᵀ − W Vᵀ in the rows and columns `range`, the last ones.
    fn make(&self, matrix: &mut Columns, range: Range<usize>) {
        let (first, m) = (range.start, range.len());
        let rows: Vec<f64> = self.pairs().flat_map(|(v, w)| [&v[first..], &w[first..]]).flatten().copied().collect();
        let factors = rows.len() / m;
        let swapped = Columns { values: rows.clone(), height: m, width: factors }.transposed();
        let swapped: Vec<f64> = swapped.values.as_chunks::<2>().0.iter().flat_map(|&[v, w]| [w, v]).collect();
        let share = parallel::share(m, COLUMNS_AT_ONCE);
        let columns = matrix.values[first * self.height..].chunks_mut(share * self.height);
        parallel::each(&mut columns.zip(swapped.chunks(share * factors)).collect::<Vec<_>>(), &|(columns, left)| {
            let mut change = vec![0.0; COLUMNS_AT_ONCE.min(m) * m];
            let columns = columns.chunks_mut(COLUMNS_AT_ONCE * self.height);
            for (columns, left) in columns.zip(left.chunks(COLUMNS_AT_ONCE * factors)) {
                let count = left.len() / factors;
                let (left, change) = (Operand::new(left, count, factors), &mut change[..count * m]);
                product(left, Operand::new(&rows, factors, m), change, Epilogue::Store);
                for (column, change) in columns.chunks_exact_mut(self.height).zip(change.chunks_exact(m)) {
                    add_multiple(&mut column[first..], -1.0, change);
                }
            }
        });
    }
}

impl Reflections {
    /// Q C
    pub(super) fn times(&self, mut c: Columns) -> Columns {
        let n = self.matrix.width;
        for first in (0..self.taus.len()).step_by(PANEL).rev() {
            let last = self.taus.len().min(first + PANEL);
            let columns = &self.matrix.values[first * n..last * n];
            Panel::new(columns, n, first + 1, &self.taus[first..last]).apply(&mut c.values, Order::Forward);
        }
        c
    }
}
