//! T = W Λ Wᵀ for a symmetric tridiagonal T, by the implicit QL method.
//!
//! A step with the shift σ multiplies T from both sides by rotations in the planes (m − 1, m), …, (l, l + 1). The first
//! is that of a QL factorisation of T − σI; the others chase the entry that it leaves beside the tridiagonal out at the
//! other end. With Wilkinson's shift the entry beside the diagonal at l converges to 0, as a rule cubically; then l is
//! done. Converged means: to round-off of the largest entry of T. Rotations of a block that holds it disturb all others
//! by as much, so that smaller entries would not become smaller by waiting.
//!
//! W = G₁ G₂ ⋯ is the product of all rotations. They are kept, and applied the last one first to unit vectors: that
//! gives the columns of W that are wanted, orthogonal to round-off however near their eigenvalues lie to each other, at
//! a cost in proportion to their number.
//!
//! Sources: Dubrulle, Martin & Wilkinson (1968), *The implicit QL algorithm*; Golub & Van Loan, section 8.3.

use diabolo_kernels::{Loop, parallel, vectorised};

use super::columns::Columns;
use super::reflector::NEGLIGIBLE;

/// Two steps are usual; a matrix that needs more than this has numbers in it that are none.
const MOST_STEPS: usize = 60;
/// Columns of W that one task computes side by side.
const WIDTH: usize = 16;

/// W as a product of rotations.
#[derive(Debug, Default)]
pub(super) struct Rotations {
    /// (c, s) of all planes, in the order of their steps.
    planes: Vec<(f64, f64)>,
    /// The row m at which a step began, and how many planes it has: (m − 1, m), (m − 2, m − 1), ….
    steps: Vec<(usize, usize)>,
}

/// Λ, in no particular order, and W. `None` if that does not come to an end.
pub(super) fn diagonalise(mut diagonal: Vec<f64>, mut beside: Vec<f64>) -> Option<(Vec<f64>, Rotations)> {
    let sizes = diagonal.iter().zip(&beside).map(|(on, beside)| on.abs() + beside.abs());
    let negligible = f64::EPSILON * sizes.fold(0.0, f64::max);
    let mut rotations = Rotations::default();
    for l in 0..diagonal.len() {
        let mut steps = 0;
        while let Some(m) = end_of_block(&beside, l, negligible) {
            steps += 1;
            if steps > MOST_STEPS {
                return None;
            }
            let before = rotations.planes.len();
            step(&mut diagonal, &mut beside, l, m, &mut rotations.planes);
            rotations.steps.push((m, rotations.planes.len() - before));
        }
    }
    Some((diagonal, rotations))
}

/// The last row of the block that starts at l and does not fall apart; `None` if that is l itself.
fn end_of_block(beside: &[f64], l: usize, negligible: f64) -> Option<usize> {
    let last = beside.len() - 1;
    let end = (l..last).find(|&i| beside[i].abs() <= negligible).unwrap_or(last);
    (end > l).then_some(end)
}

/// One step of QL on the rows l to m. `planes` receives (c, s) of the planes (m − 1, m), (m − 2, m − 1), ….
fn step(diagonal: &mut [f64], beside: &mut [f64], l: usize, m: usize, planes: &mut Vec<(f64, f64)>) {
    let half = (diagonal[l + 1] - diagonal[l]) / (2.0 * beside[l]);
    let shift = diagonal[l] - beside[l] / (half + half.hypot(1.0).copysign(half));
    let (mut cosine, mut sine, mut change) = (1.0, 1.0, 0.0);
    let mut bulge = diagonal[m] - shift;
    for i in (l..m).rev() {
        let (out, along) = (sine * beside[i], cosine * beside[i]);
        let square = out * out + bulge * bulge;
        if square < NEGLIGIBLE {
            // The block falls apart here.
            beside[i + 1] = 0.0;
            diagonal[i + 1] -= change;
            beside[m] = 0.0;
            return;
        }
        let length = square.sqrt();
        beside[i + 1] = length;
        (sine, cosine) = (out / length, bulge / length);
        let moved = diagonal[i + 1] - change;
        let mixed = (diagonal[i] - moved) * sine + 2.0 * cosine * along;
        change = sine * mixed;
        diagonal[i + 1] = moved + change;
        bulge = cosine * mixed - along;
        planes.push((cosine, sine));
    }
    diagonal[l] -= change;
    beside[l] = bulge;
    beside[m] = 0.0;
}

impl Rotations {
    /// The columns `which` of W, which has n rows.
    pub(super) fn columns(&self, n: usize, which: &[usize]) -> Columns {
        let mut result = Columns::zeros(n, which.len());
        let tasks = result.values.chunks_mut((WIDTH * n).max(1)).zip(which.chunks(WIDTH));
        parallel::each(&mut tasks.collect::<Vec<_>>(), &|(columns, which)| {
            let mut rows = vec![[0.0; WIDTH]; n];
            for (column, &unit) in which.iter().enumerate() {
                rows[unit][column] = 1.0;
            }
            vectorised::<f64, _>(Unwind { rotations: self, rows: &mut rows });
            for (column, values) in columns.chunks_exact_mut(n).enumerate() {
                for (value, row) in values.iter_mut().zip(&rows) {
                    *value = row[column];
                }
            }
        });
        result
    }
}

/// Applies all rotations to rows, the last one first.
struct Unwind<'a> {
    rotations: &'a Rotations,
    rows: &'a mut [[f64; WIDTH]],
}

impl Loop for Unwind<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let mut planes = self.rotations.planes.as_slice();
        for &(m, count) in self.rotations.steps.iter().rev() {
            let (before, of_step) = planes.split_at(planes.len() - count);
            planes = before;
            let rows = &mut self.rows[m - count..=m];
            let mut carried = rows[0];
            for ((cosine, sine), at) in of_step.iter().rev().zip(1..) {
                let next = rows[at];
                for ((row, carried), next) in rows[at - 1].iter_mut().zip(&mut carried).zip(next) {
                    *row = cosine * *carried + sine * next;
                    *carried = cosine * next - sine * *carried;
                }
            }
            rows[count] = carried;
        }
    }
}
