//! A backward rule by itself, away from the pass.

use diabolo_kernels::{Buffer, Scalar};

use super::{Cotangents, Sum};
use crate::op::Inputs;
use crate::shape::Shape;

/// What `rule` gives each input, all of which are nodes 0, 1, …; zeros where it gives nothing.
pub(crate) fn pull_back<S: Scalar>(
    inputs: Inputs<'_, S>,
    shape: Shape,
    rule: impl FnOnce(&mut Cotangents<'_, S>),
) -> Vec<Buffer<S>> {
    let mut sums: Vec<Sum<S>> = (0..inputs.len()).map(|_| Sum::default()).collect();
    rule(&mut Cotangents { inputs, shape, sums: &mut sums, spare: &mut vec![] });
    let given = sums.into_iter().enumerate();
    given.map(|(i, sum)| if sum.present() { sum.data } else { Buffer::zeros(inputs.shape(i).size()) }).collect()
}
