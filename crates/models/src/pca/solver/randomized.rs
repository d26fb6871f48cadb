//! From products with random vectors.
//!
//! Let Ω (d × l) be normal random numbers, l = k + 10. The columns of (X Xᵀ)^q X Ω lie nearly in the plane of the first
//! left singular vectors, the nearer the larger q, for each power widens the gaps between the singular values. With an
//! orthonormal basis Q of them, the small matrix QᵀX has nearly the same first singular values and right singular
//! vectors as X. A QR factorisation after each product keeps the smaller directions from drowning in round-off of the
//! larger.

use std::ops::Range;

use diabolo_kernels::Scalar;
use diabolo_kernels::product::{Epilogue, Operand, product};
use diabolo_kernels::random::{Key, Stream, fill_normal};

use super::{Centred, Decomposition};
use crate::pca::svd::{Columns, SvdError, decompose as decompose_matrix, norm, orthonormal};

/// Random vectors beyond the number of components.
const OVERSAMPLES: usize = 10;

pub(super) fn decompose<S: Scalar, F>(
    centred: &mut Centred<'_, S, F>,
    components: usize,
    seed: u64,
) -> Result<Decomposition, SvdError>
where
    F: FnMut(Range<usize>, &mut [S]),
{
    let (count, features) = centred.dim();
    let most = count.min(features);
    let vectors = most.min(components + OVERSAMPLES);
    let mut start = Columns::zeros(features, vectors);
    fill_normal(Key::new(seed, Stream::Init), 0.0, 1.0, &mut start.values);

    let (mut range, norm) = image(centred, &start);
    let iterations = if 10 * components < most { 7 } else { 4 };
    for _ in 0..iterations {
        let back = transposed_image(centred, &orthonormal(range));
        range = image(centred, &orthonormal(back)).0;
    }
    let projected = transposed_image(centred, &orthonormal(range));
    let factors = decompose_matrix(projected)?;
    let mut spectrum = factors.singular_values;
    spectrum.truncate(components);
    Ok(Decomposition { spectrum, norm, directions: factors.left })
}

/// X W for W of d × l, and ‖X‖.
fn image<S: Scalar, F>(centred: &mut Centred<'_, S, F>, w: &Columns) -> (Columns, f64)
where
    F: FnMut(Range<usize>, &mut [S]),
{
    let (count, features) = centred.dim();
    let mut result = Columns::zeros(count, w.width);
    let mut scratch = Vec::new();
    let mut lengths = Vec::new();
    centred.blocks(|first, block| {
        scratch.resize(w.width * block.height, 0.0);
        let (left, right) = (&w.values, &block.values);
        let (left, right) = (Operand::new(left, w.width, features), Operand::new(right, features, block.height));
        product(left, right, &mut scratch, Epilogue::Store);
        for (j, part) in scratch.chunks_exact(block.height).enumerate() {
            result.column_mut(j)[first..][..block.height].copy_from_slice(part);
        }
        lengths.push(norm(&block.values));
    });
    (result, norm(&lengths))
}

/// Xᵀ U for U of n × l.
fn transposed_image<S: Scalar, F>(centred: &mut Centred<'_, S, F>, u: &Columns) -> Columns
where
    F: FnMut(Range<usize>, &mut [S]),
{
    let (_, features) = centred.dim();
    let mut result = Columns::zeros(features, u.width);
    let mut scratch = result.values.clone();
    let all: Vec<usize> = (0..u.width).collect();
    centred.blocks(|first, block| {
        let rows = u.select(&all, first..first + block.height);
        let block = Operand::new(&block.values, features, block.height);
        product(Operand::new(&rows.values, rows.width, rows.height), block.t(), &mut scratch, Epilogue::Store);
        for (total, sum) in result.values.iter_mut().zip(&scratch) {
            *total += sum;
        }
    });
    result
}
