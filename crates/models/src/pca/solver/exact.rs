//! From the triangle of the rows, or from the whole matrix if that has fewer rows than columns.

use diabolo_kernels::Scalar;

use super::{Centred, Decomposition};
use crate::pca::svd::{SvdError, decompose as decompose_matrix, decompose_right, norm, triangle_of_rows};

pub(super) fn decompose<S: Scalar>(centred: &mut Centred<'_, S>) -> Result<Decomposition, SvdError> {
    let (count, features) = centred.dim();
    let (spectrum, directions) = if count < features {
        let factors = decompose_matrix(centred.transposed())?;
        (factors.singular_values, factors.left)
    } else {
        let triangle = triangle_of_rows(count, features, |range, columns, top| centred.fill(range, columns, top));
        decompose_right(triangle)?
    };
    Ok(Decomposition { norm: norm(&spectrum), spectrum, directions })
}
