//! One Householder reflection: H = I − τ v vᵀ with v₀ = 1.
//!
//! Given x, it is chosen so that H x = (β, 0, …, 0)ᵀ with |β| = ‖x‖. The sign of β is opposite to that of x₀, so that
//! x₀ − β is a sum of two numbers of one sign and loses nothing:
//!
//!   β = −sign(x₀)·‖x‖    τ = (β − x₀)/β    v = (x − β e₀)/(x₀ − β)
//!
//! Source: Golub & Van Loan, *Matrix Computations*, 4th ed., section 5.1 (their β is our τ).

use super::vector::{add_multiple, dot, square};

/// A squared length below this has lost digits to underflow. Matrices are scaled to entries of size 1 before they come
/// here, so what is dropped at this threshold is below 1e-140 of the whole.
pub(super) const NEGLIGIBLE: f64 = 1e-280;

/// Overwrites x = (x₀, x₁, …) by (β, v₁, …) and returns τ; τ = 0, the identity, if nothing is left to send to zero.
pub(super) fn reflect(x: &mut [f64]) -> f64 {
    let Some((head, tail)) = x.split_first_mut() else { return 0.0 };
    let tail_square = square(tail);
    if tail_square < NEGLIGIBLE {
        return 0.0;
    }
    let x0 = *head;
    let beta = -(x0 * x0 + tail_square).sqrt().copysign(x0);
    for v in tail {
        *v /= x0 - beta;
    }
    *head = beta;
    (beta - x0) / beta
}

/// y ← H y, where `v` holds (anything, v₁, v₂, …): its first entry is taken to be 1.
pub(super) fn apply(v: &[f64], tau: f64, y: &mut [f64]) {
    let along = y[0] + dot(&v[1..], &y[1..]);
    y[0] -= tau * along;
    add_multiple(&mut y[1..], -tau * along, &v[1..]);
}
