//! From the eigenvectors of XᵀX = V Σ² Vᵀ.
//!
//! Blocks of rows B add their BᵀB, of which only the half on one side of the diagonal is computed: strips of features,
//! each against itself and those behind it.

use std::ops::Range;

use diabolo_kernels::Scalar;
use diabolo_kernels::product::{Epilogue, Operand, product};

use super::{Centred, Decomposition};
use crate::pca::svd::{Columns, SvdError, eigen};

/// Features in a strip.
const FEATURES_PER_STRIP: usize = 128;

pub(super) fn decompose<S: Scalar, F>(centred: &mut Centred<'_, S, F>) -> Result<Decomposition, SvdError>
where
    F: FnMut(Range<usize>, &mut [S]),
{
    let (count, features) = centred.dim();
    let mut gram = Columns::zeros(features, features);
    let mut scratch = Vec::new();
    centred.blocks(|_, block| add(&mut gram, block, &mut scratch));
    for j in 0..features {
        for i in j + 1..features {
            gram.values[i * features + j] = gram.values[j * features + i];
        }
    }
    let trace: f64 = (0..features).map(|j| gram.column(j)[j]).sum();
    let (eigenvalues, directions) = eigen(gram)?;
    let largest = eigenvalues.first().copied().unwrap_or(0.0);
    let round_off = features as f64 * f64::EPSILON * largest;
    let values = eigenvalues.iter().take(count.min(features));
    let spectrum = values.map(|&lambda| if lambda > round_off { lambda.sqrt() } else { 0.0 }).collect();
    Ok(Decomposition { spectrum, norm: trace.sqrt(), directions })
}

/// Adds BᵀB on and below the diagonal.
fn add(gram: &mut Columns, block: &Columns, scratch: &mut Vec<f64>) {
    let (rows, features) = (block.height, block.width);
    for first in (0..features).step_by(FEATURES_PER_STRIP) {
        let width = FEATURES_PER_STRIP.min(features - first);
        let height = features - first;
        let behind = Operand::new(&block.values[first * rows..], height, rows);
        let strip = Operand::new(&block.values[first * rows..][..width * rows], width, rows);
        scratch.resize(width * height, 0.0);
        product(strip, behind.t(), scratch, Epilogue::Store);
        for (j, sums) in scratch.chunks_exact(height).enumerate() {
            for (total, sum) in gram.column_mut(first + j)[first..].iter_mut().zip(sums) {
                *total += sum;
            }
        }
    }
}
