//! Sums, on the fixed tree of [`fold`](crate::fold).

use crate::fold::{Add, Identity, fold_axes, tree};
use crate::map::length;
use crate::{Rule, Scalar};

/// Σᵢ xᵢ
///
/// ```
/// assert_eq!(diabolo_kernels::sum(&[1.0, 2.0, 4.0]), 7.0);
/// ```
pub fn sum<S: Scalar>(x: &[S]) -> S {
    sum_map(Identity, [x])
}

/// `Σᵢ rule(whole[…][i])`, without a buffer for the terms.
///
/// ```
/// use diabolo_kernels::{Rule, Scalar, sum_map};
///
/// #[derive(Clone, Copy)]
/// struct Product;
/// impl<S: Scalar> Rule<S, 0, 2> for Product {
///     #[inline(always)]
///     fn apply(self, []: [S; 0], [a, b]: [S; 2]) -> S {
///         a * b
///     }
/// }
///
/// assert_eq!(sum_map(Product, [&[1.0, 2.0], &[3.0, 4.0]]), 11.0);
/// ```
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn sum_map<S: Scalar, const M: usize, R: Rule<S, 0, M>>(rule: R, whole: [&[S]; M]) -> S {
    let len = length(&whole);
    for w in &whole {
        assert_eq!(w.len(), len, "the slices of a sum differ in size");
    }
    tree(Add, rule, whole)
}

/// Sums of the array `data` of the given shape over `axes`, into `out`, which holds the axes that are kept, in order.
///
/// Nothing is allocated unless summed axes lie apart from each other.
///
/// ```
/// let (mut columns, mut rows) = ([0.0; 3], [0.0; 2]);
/// let data = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]; // 2 × 3
/// diabolo_kernels::sum_axes(&data, &[2, 3], &[0], &mut columns);
/// diabolo_kernels::sum_axes(&data, &[2, 3], &[1], &mut rows);
/// assert_eq!((columns, rows), ([5.0, 7.0, 9.0], [6.0, 15.0]));
/// ```
///
/// # Panics
/// If sizes do not fit, an axis is not there, or there are more than [`MAX_RANK`](crate::MAX_RANK) axes.
#[track_caller]
pub fn sum_axes<S: Scalar>(data: &[S], shape: &[usize], axes: &[usize], out: &mut [S]) {
    fold_axes(Add, data, shape, axes, out);
}

#[cfg(test)]
mod tests;
