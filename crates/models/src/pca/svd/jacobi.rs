//! One-sided Jacobi: rotate pairs of columns until all are orthogonal.
//!
//! For columns x and y of L with α = xᵀx, β = yᵀy, γ = xᵀy, the rotation
//!
//!   (x, y) ← (c x − s y, s x + c y)    ζ = (β − α)/2γ    t = sign(ζ)/(|ζ| + √(1 + ζ²))    c = 1/√(1 + t²)    s = c t
//!
//! makes them orthogonal, t being the smaller root of t² + 2ζt − 1 = 0. Sweeps over all pairs converge, in the end
//! quadratically. What comes out is L J = Y Σ: the columns' lengths are the singular values, their directions Y the
//! left singular vectors, and the product J of all rotations holds the right ones.
//!
//! A pair counts as orthogonal when |γ| ≤ ε √n · ‖x‖ ‖y‖: relative to the two columns, however short they are. That
//! is why small singular values come out with as many digits as the matrix determines, and Y orthogonal among
//! the smallest too.
//!
//! Columns go in groups, and groups meet as in a round-robin tournament, each pair of groups once a sweep: the pairs
//! of a round share no column, so they run in parallel, and the order is fixed whatever the threads.
//!
//! Sources: Golub & Van Loan, section 8.6; Demmel & Veselić (1992) for the accuracy; Drmač & Veselić (2008), *New
//! fast and accurate Jacobi SVD algorithm*, for starting from the triangle of a pivoted QR.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use diabolo_kernels::parallel;

use super::columns::Columns;
use super::reflector::NEGLIGIBLE;
use super::vector::{dot, rotate, square};

/// Columns that meet another group as one: two groups should fit a core's cache.
const COLUMNS_PER_GROUP: usize = 32;
/// Ten sweeps are many; a matrix that needs more than this has numbers in it that are none.
const MOST_SWEEPS: usize = 60;

/// Rotates the columns of `stacked` until their first `height` entries are pairwise orthogonal; whatever lies below
/// is rotated along (an identity put there becomes J). `None` if that does not come to an end.
pub(super) fn orthogonalise(stacked: &Columns, height: usize) -> Option<Columns> {
    let mut groups: Vec<Group> = (0..stacked.width)
        .step_by(COLUMNS_PER_GROUP)
        .map(|first| Group::new(stacked, first..stacked.width.min(first + COLUMNS_PER_GROUP), height))
        .collect();
    for _ in 0..MOST_SWEEPS {
        if !sweep(&mut groups) {
            let values = groups.into_iter().flat_map(|group| group.values).collect();
            return Some(Columns { values, ..*stacked });
        }
    }
    None
}

/// Lets every pair of columns meet once; true if any had to be rotated.
fn sweep(groups: &mut [Group]) -> bool {
    let mut rotated = any(groups, &Group::meet_itself);
    let even = groups.len().is_multiple_of(2);
    let rounds = if even { groups.len().saturating_sub(1) } else { groups.len() };
    for _ in 0..rounds {
        rotated |= play_round(groups);
        groups[usize::from(even)..].rotate_right(1);
    }
    rotated
}

/// The first group meets the last, the second the last but one, and so on; of an odd number, the middle one rests.
fn play_round(groups: &mut [Group]) -> bool {
    let (front, back) = groups.split_at_mut(groups.len() / 2);
    let mut pairs: Vec<_> = front.iter_mut().zip(back.iter_mut().rev()).collect();
    any(&mut pairs, &|(a, b)| a.meet(b))
}

/// Whether any of the tasks, all of which are done, had to rotate.
fn any<T: Send>(tasks: &mut [T], task: &(dyn Fn(&mut T) -> bool + Sync)) -> bool {
    let rotated = AtomicBool::new(false);
    parallel::each(tasks, &|each| {
        if task(each) {
            rotated.store(true, Ordering::Relaxed);
        }
    });
    rotated.into_inner()
}

/// Neighbouring columns with their squared lengths.
struct Group {
    values: Vec<f64>,
    squares: Vec<f64>,
    /// Length of a column, passengers included.
    stride: usize,
    /// Length of the part that shall become orthogonal.
    height: usize,
}

impl Group {
    fn new(stacked: &Columns, columns: Range<usize>, height: usize) -> Self {
        let stride = stacked.height;
        let values = stacked.values[columns.start * stride..columns.end * stride].to_vec();
        let squares = values.chunks_exact(stride).map(|column| square(&column[..height])).collect();
        Self { values, squares, stride, height }
    }

    fn meet_itself(&mut self) -> bool {
        let mut rotated = false;
        for i in 1..self.squares.len() {
            let (values, value) = self.values.split_at_mut(i * self.stride);
            let (squares, square) = self.squares.split_at_mut(i);
            for (x, alpha) in values.chunks_exact_mut(self.stride).zip(squares) {
                rotated |= meet(x, alpha, &mut value[..self.stride], &mut square[0], self.height);
            }
        }
        rotated
    }

    fn meet(&mut self, other: &mut Self) -> bool {
        let mut rotated = false;
        for (x, alpha) in self.values.chunks_exact_mut(self.stride).zip(&mut self.squares) {
            for (y, beta) in other.values.chunks_exact_mut(other.stride).zip(&mut other.squares) {
                rotated |= meet(x, alpha, y, beta, self.height);
            }
        }
        rotated
    }
}

/// Makes x and y orthogonal; false if they were.
fn meet(x: &mut [f64], alpha: &mut f64, y: &mut [f64], beta: &mut f64, height: usize) -> bool {
    if *alpha < NEGLIGIBLE || *beta < NEGLIGIBLE {
        return false;
    }
    let gamma = dot(&x[..height], &y[..height]);
    let limit = f64::EPSILON * (height as f64).sqrt();
    if gamma.abs() <= limit * alpha.sqrt() * beta.sqrt() {
        return false;
    }
    let zeta = (*beta - *alpha) / (2.0 * gamma);
    let tangent = 1.0_f64.copysign(zeta) / (zeta.abs() + zeta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    rotate(x, y, cosine, cosine * tangent);
    *alpha = square(&x[..height]);
    *beta = square(&y[..height]);
    true
}
