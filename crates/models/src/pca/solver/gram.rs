//! From the eigenvectors of XᵀX = V Σ² Vᵀ.
//!
//! Blocks of rows B add their BᵀB, of which only the half on one side of the diagonal is computed. Eigenvectors are
//! computed for what is kept.

use diabolo_kernels::product::gram;
use diabolo_kernels::{Buffer, Scalar};

use super::{Centred, Decomposition};
use crate::pca::components::Components;
use crate::pca::svd::{Columns, SvdError, eigen};

pub(super) fn decompose<S: Scalar>(
    centred: &mut Centred<'_, S>,
    components: Components,
) -> Result<Decomposition, SvdError> {
    let (count, features) = centred.dim();
    let matrix = matrix(centred);
    let trace: f64 = (0..features).map(|j| matrix.column(j)[j]).sum();
    let norm = trace.sqrt();
    let mut spectrum = Vec::new();
    let (_, directions) = eigen(matrix, |eigenvalues| {
        let largest = eigenvalues.first().copied().unwrap_or(0.0);
        let round_off = features as f64 * f64::EPSILON * largest;
        let values = eigenvalues.iter().take(count.min(features));
        spectrum = values.map(|&lambda| if lambda > round_off { lambda.sqrt() } else { 0.0 }).collect();
        components.count(&spectrum, norm, count)
    })?;
    Ok(Decomposition { spectrum, norm, directions })
}

/// XᵀX
fn matrix<S: Scalar>(centred: &mut Centred<'_, S>) -> Columns {
    let (features, width) = (centred.dim().1, centred.centring.width);
    let mut half = Buffer::zeros(width * width);
    centred.blocks(|_, block| gram(&block.values, width, &mut half));
    let mut matrix = Columns::zeros(features, features);
    for (j, row) in half.chunks_exact(width.max(1)).take(features).enumerate() {
        for (i, product) in row[..features].iter().enumerate().skip(j) {
            matrix.values[j * features + i] = *product;
            matrix.values[i * features + j] = *product;
        }
    }
    matrix
}
