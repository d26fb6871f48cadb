//! Products of matrices: three loops.

use std::any::Any;

use diabolo_autodiff::ops::batched_matmul::BatchedMatmul;
use diabolo_autodiff::ops::linear::{Fused, Linear};
use diabolo_autodiff::ops::matmul::Matmul;
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, Dimension, IxDyn};

use super::{Formula, of};

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    of(op, |_: &Matmul, x| product(&x[0], &x[1]))
        .or_else(|| of(op, |_: &BatchedMatmul, x| products(&x[0], &x[1])))
        .or_else(|| of(op, |Linear { activation }, x| linear(*activation, x)))
}

/// Σₖ aᵢₖ · bₖⱼ
fn product<S: Scalar>(a: &ArrayD<S>, b: &ArrayD<S>) -> ArrayD<S> {
    let (m, inner, n) = (a.shape()[0], a.shape()[1], b.shape()[1]);
    let mut y = ArrayD::from_elem(IxDyn(&[m, n]), S::zero());
    for i in 0..m {
        for j in 0..n {
            for k in 0..inner {
                y[[i, j]] += a[[i, k]] * b[[k, j]];
            }
        }
    }
    y
}

/// Σₖ a…ᵢₖ · b…ₖⱼ, where an input that lacks a leading axis, or has extent 1 there, gives the same for all its indices.
fn products<S: Scalar>(a: &ArrayD<S>, b: &ArrayD<S>) -> ArrayD<S> {
    let rank = a.ndim().max(b.ndim());
    let extent = |x: &ArrayD<S>, axis: usize| (axis + x.ndim()).checked_sub(rank).map_or(1, |axis| x.shape()[axis]);
    let leading = (0..rank - 2).map(|axis| if extent(a, axis) == 1 { extent(b, axis) } else { extent(a, axis) });
    let shape: Vec<usize> = leading.chain([extent(a, rank - 2), extent(b, rank - 1)]).collect();
    let at = |x: &ArrayD<S>, batch: &[usize], row: usize, column: usize| {
        let full = batch.iter().copied().chain([row, column]).enumerate();
        let own: Vec<usize> = full.map(|(axis, i)| if extent(x, axis) == 1 { 0 } else { i }).collect();
        x[&own[rank - x.ndim()..]]
    };
    ArrayD::from_shape_fn(shape, |index| {
        let (batch, place) = index.slice().split_at(rank - 2);
        let terms = (0..extent(a, rank - 1)).map(|k| at(a, batch, place[0], k) * at(b, batch, k, place[1]));
        terms.fold(S::zero(), |sum, term| sum + term)
    })
}

/// act(Σₖ xᵢₖ · wⱼₖ + bⱼ)
fn linear<S: Scalar>(activation: Fused, x: &[ArrayD<S>]) -> ArrayD<S> {
    let mut z = product(&x[0], &x[1].t().to_owned());
    for (index, z) in z.indexed_iter_mut() {
        if let Some(bias) = x.get(2) {
            *z += bias[[index[1]]];
        }
        *z = match activation {
            Fused::Identity => *z,
            Fused::Relu if *z > S::zero() => *z,
            Fused::Relu => S::zero(),
            Fused::LeakyRelu(_) if *z > S::zero() => *z,
            Fused::LeakyRelu(slope) => S::of(slope) * *z,
        };
    }
    z
}
