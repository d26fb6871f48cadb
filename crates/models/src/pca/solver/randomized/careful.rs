//! A QR factorisation after each product keeps the smaller directions from drowning in round-off of the larger.

use diabolo_kernels::Scalar;
use diabolo_kernels::product::{Epilogue, Operand, product};

use super::{Centred, Decomposition};
use crate::pca::svd::{Columns, SvdError, decompose as decompose_matrix, norm, orthonormal};

pub(super) fn decompose<S: Scalar>(
    centred: &mut Centred<'_, S>,
    start: &Columns,
    powers: usize,
) -> Result<Decomposition, SvdError> {
    let (mut range, norm) = image(centred, start);
    for _ in 0..powers {
        let back = transposed_image(centred, &orthonormal(range));
        range = image(centred, &orthonormal(back)).0;
    }
    let factors = decompose_matrix(transposed_image(centred, &orthonormal(range)))?;
    Ok(Decomposition { spectrum: factors.singular_values, norm, directions: factors.left })
}

/// X W for W of d × l, and ‖X‖.
fn image<S: Scalar>(centred: &mut Centred<'_, S>, w: &Columns) -> (Columns, f64) {
    let width = centred.centring.width;
    let mut result = Columns::zeros(centred.dim().0, w.width);
    let mut scratch = Vec::new();
    let mut lengths = Vec::new();
    let w = w.padded(width);
    centred.blocks(|first, block| {
        scratch.resize(w.width * block.rows, 0.0);
        let (left, right) = (&w.values, &block.values);
        let (left, right) = (Operand::new(left, w.width, width), Operand::new(right, block.rows, width).t());
        product(left, right, &mut scratch, Epilogue::Store);
        for (j, part) in scratch.chunks_exact(block.rows).enumerate() {
            result.column_mut(j)[first..][..block.rows].copy_from_slice(part);
        }
        lengths.push(norm(&block.values));
    });
    (result, norm(&lengths))
}

/// Xᵀ U for U of n × l.
fn transposed_image<S: Scalar>(centred: &mut Centred<'_, S>, u: &Columns) -> Columns {
    let (features, width) = (centred.dim().1, centred.centring.width);
    let mut result = Columns::zeros(width, u.width);
    let mut scratch = result.values.clone();
    let all: Vec<usize> = (0..u.width).collect();
    centred.blocks(|first, block| {
        let rows = u.select(&all, first..first + block.rows);
        let left = Operand::new(&rows.values, rows.width, rows.height);
        product(left, Operand::new(&block.values, block.rows, width), &mut scratch, Epilogue::Store);
        for (total, sum) in result.values.iter_mut().zip(&scratch) {
            *total += sum;
        }
    });
    result.select(&all, 0..features)
}
