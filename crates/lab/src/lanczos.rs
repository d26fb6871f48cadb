//! The ends of the spectrum of a symmetric operator that is known by its products with vectors (Lanczos 1950).
//!
//! From a random q₁ of length 1, step j takes Aqⱼ, makes it orthogonal to all q before, and normalises:
//!
//! ```text
//! A Q_m = Q_m T_m + βₘ q_{m+1} e_mᵀ      T_m tridiagonal: αⱼ = qⱼᵀAqⱼ on the diagonal, βⱼ beside it
//! ```
//!
//! The extreme eigenvalues of T_m, the *Ritz values*, approach those of A from inside: the smallest is never below A's (but
//! for round-off), and for a Ritz value θ = yᵀT_my an eigenvalue of A lies within βₘ|y_m|. Every vector is made orthogonal
//! twice to all before, which costs m²N operations and needs no cure for ghosts.
//!
//! Source: Golub & Van Loan, *Matrix Computations*, 4th ed., sections 10.1 and 10.3.

use diabolo_kernels::random::{Key, fill_normal};
use diabolo_models::pca::svd::{SvdError, symmetric_eigen};
use ndarray::Array2;

/// The ends of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// The smallest Ritz value: at or above the smallest eigenvalue.
    pub smallest: f64,
    /// Some eigenvalue lies within this of it.
    pub uncertainty: f64,
    /// The largest Ritz value: at or below the largest eigenvalue.
    pub largest: f64,
    /// Products with vectors that were taken.
    pub steps: usize,
}

impl Extremes {
    /// The larger of both ends in size: ‖A‖.
    pub fn norm(self) -> f64 {
        self.largest.abs().max(self.smallest.abs())
    }
}

/// The extreme eigenvalues of the symmetric `apply` on vectors of `size` numbers, by at most `steps` products with it. It
/// stops before where the uncertainty is below round-off, or vectors have no direction left to go.
///
/// # Errors
/// [`SvdError::NonFinite`] if a product is not finite.
///
/// # Panics
/// If `size` or `steps` is 0.
///
/// ```
/// use diabolo_kernels::random::{Key, Stream};
/// use diabolo_lab::lanczos::extremes;
///
/// let diagonal = |x: &[f64]| -> Vec<f64> { x.iter().zip(-3..).map(|(x, lambda)| f64::from(lambda) * x).collect() };
/// let ends = extremes(diagonal, 20, 20, Key::new(1, Stream::Sample))?;
/// assert!((ends.smallest + 3.0).abs() < 1e-12 && (ends.largest - 16.0).abs() < 1e-12);
/// # Ok::<(), diabolo_models::pca::svd::SvdError>(())
/// ```
#[track_caller]
pub fn extremes(
    mut apply: impl FnMut(&[f64]) -> Vec<f64>,
    size: usize,
    steps: usize,
    key: Key,
) -> Result<Extremes, SvdError> {
    assert!(size > 0 && steps > 0, "a spectrum needs at least one dimension and one step");
    let mut first = vec![0.0; size];
    fill_normal(key, 0.0, 1.0, &mut first);
    scale(&mut first, 1.0);
    let mut basis = vec![first];
    let (mut alphas, mut betas, mut largest) = (vec![], vec![], 0.0_f64);
    loop {
        let mut next = apply(&basis[basis.len() - 1]);
        let alpha = dot(&next, &basis[basis.len() - 1]);
        alphas.push(alpha);
        for _ in 0..2 {
            for q in &basis {
                let along = dot(&next, q);
                next.iter_mut().zip(q).for_each(|(x, q)| *x -= along * q);
            }
        }
        let beta = dot(&next, &next).sqrt();
        largest = largest.max(alpha.abs()).max(beta);
        let ends_here = beta.is_nan() || beta <= 4.0 * f64::EPSILON * largest;
        // Looked at now and then: the small problem costs m³.
        let last = alphas.len() == steps.min(size);
        if last || alphas.len().is_multiple_of(10) || ends_here {
            let ends = ritz(&alphas, &betas, beta)?;
            if last || ends_here || ends.uncertainty <= 4.0 * f64::EPSILON * ends.norm() {
                return Ok(ends);
            }
        }
        betas.push(beta);
        scale(&mut next, 1.0);
        basis.push(next);
    }
}

/// Brings x to this length.
fn scale(x: &mut [f64], length: f64) {
    let factor = length / dot(x, x).sqrt();
    x.iter_mut().for_each(|x| *x *= factor);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The ends of the spectrum of T, and βₘ|y_m| of the lower one.
fn ritz(alphas: &[f64], betas: &[f64], beta: f64) -> Result<Extremes, SvdError> {
    let m = alphas.len();
    let tridiagonal = Array2::from_shape_fn((m, m), |(i, j)| match i.abs_diff(j) {
        0 => alphas[i],
        1 => betas[i.min(j)],
        _ => 0.0,
    });
    let eigen = symmetric_eigen(tridiagonal.view())?;
    let uncertainty = beta * eigen.vectors[[m - 1, m - 1]].abs();
    Ok(Extremes { smallest: eigen.values[m - 1], uncertainty, largest: eigen.values[0], steps: m })
}
