//! What formulas of tensors are written with: the elements of a slice in a vector, one after the other.

use diabolo_kernels::Scalar;
use ndarray::{ArrayD, Dimension, IxDyn};

/// One number for each slice of `x` along `axes`, which vanish from the shape.
pub(super) fn reduce<S: Scalar>(x: &ArrayD<S>, axes: &[usize], number: impl Fn(&[S]) -> S) -> ArrayD<S> {
    slices(x, axes).map(|slice| number(slice))
}

/// For each slice of `x` along `axes` as many numbers as it has elements, in their places.
pub(super) fn replace<S: Scalar>(x: &ArrayD<S>, axes: &[usize], numbers: impl Fn(&[S]) -> Vec<S>) -> ArrayD<S> {
    let mut left = slices(x, axes).map(|slice| numbers(slice).into_iter());
    let mut next = |index: IxDyn| left[&*kept(index.slice(), axes)].next();
    ArrayD::from_shape_fn(x.shape(), |index| next(index).expect("a number for each element"))
}

/// Σ x
pub(super) fn sum<S: Scalar>(x: &[S]) -> S {
    x.iter().fold(S::zero(), |sum, &x| sum + x)
}

fn slices<S: Scalar>(x: &ArrayD<S>, axes: &[usize]) -> ArrayD<Vec<S>> {
    let mut slices = ArrayD::from_elem(kept(x.shape(), axes), vec![]);
    for (index, &x) in x.indexed_iter() {
        slices[&*kept(index.slice(), axes)].push(x);
    }
    slices
}

/// What stands at the axes that are not in `axes`.
fn kept(index: &[usize], axes: &[usize]) -> Vec<usize> {
    (0..index.len()).filter(|axis| !axes.contains(axis)).map(|axis| index[axis]).collect()
}
