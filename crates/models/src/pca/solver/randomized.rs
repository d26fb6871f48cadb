//! From products with random vectors.
//!
//! Let Ω (d × l) be normal random numbers, l = k + 10. The columns of (X Xᵀ)^q X Ω lie nearly in the plane of the first
//! left singular vectors, the nearer the larger q, for each power widens the gaps between the singular values. With an
//! orthonormal basis Q of them, the small matrix QᵀX has nearly the same first singular values and right singular
//! vectors as X.
//!
//! There are two ways to get there. The [`quick`] one takes XᵀX as one step, and a block of rows is read once for it; but
//! like any product of a matrix with its transpose, it drowns the smaller directions in round-off of the larger. Where it
//! has done so to what is kept, the [`careful`] one starts again, which normalises after each product.

mod careful;
mod quick;

use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream, fill_normal};

use super::{Centred, Decomposition};
use crate::pca::svd::{Columns, SvdError};

/// Random vectors beyond the number of components.
const OVERSAMPLES: usize = 10;

pub(super) fn decompose<S: Scalar>(
    centred: &mut Centred<'_, S>,
    components: usize,
    seed: u64,
) -> Result<Decomposition, SvdError> {
    let (count, features) = centred.dim();
    let most = count.min(features);
    let mut start = Columns::zeros(features, most.min(components + OVERSAMPLES));
    fill_normal(Key::new(seed, Stream::Init), 0.0, 1.0, &mut start.values);
    let powers = if 10 * components < most { 7 } else { 4 };

    let found = quick::decompose(centred, &start, powers)?;
    let mut found =
        if is_clear::<S>(&found.spectrum, components) { found } else { careful::decompose(centred, &start, powers)? };
    found.spectrum.truncate(components);
    Ok(found)
}

/// Whether all that is kept stands clear of round-off ε of the squares: σₖ² ≥ √ε σ₁².
///
/// A power then turns directions by no more than ε/√ε = √ε, which changes singular values by its square, some ε.
fn is_clear<S: Scalar>(spectrum: &[f64], components: usize) -> bool {
    spectrum.get(components - 1).is_some_and(|last| last * last >= S::EPSILON.sqrt() * spectrum[0] * spectrum[0])
}
