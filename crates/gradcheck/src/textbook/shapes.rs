//! Formulas that move numbers: which element of the input stands at an index of the output.

use std::any::Any;

use diabolo_autodiff::ops::{
    broadcast::Broadcast, concat::Concat, detach::Detach, pad::Pad, permute::Permute, reshape::Reshape, slice::Slice,
    stack::Stack, transpose::Transpose,
};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, Dimension};

use super::{Formula, of};

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    of(op, |_: &Detach, x| x[0].mapv(|x| Scalar::of(x.to_f64())))
        .or_else(|| of(op, |_: &Transpose, x| x[0].t().to_owned()))
        .or_else(|| of(op, |op: &Permute, x| permute(&x[0], op.axes())))
        .or_else(|| of(op, |Reshape { shape }, x| reshape(&x[0], shape)))
        .or_else(|| of(op, |Broadcast { shape }, x| broadcast(&x[0], shape)))
        .or_else(|| of(op, |Slice { axis, range }, x| slice(&x[0], *axis, range.start, range.len())))
        .or_else(|| of(op, |op: &Pad, x| pad(&x[0], &op.widths(), op.value)))
        .or_else(|| of(op, |Concat { axis }, x| concat(x, *axis)))
        .or_else(|| of(op, |Stack { axis }, x| stack(x, *axis)))
}

fn from_fn<S: Scalar>(shape: &[usize], element: impl Fn(&[usize]) -> S) -> ArrayD<S> {
    ArrayD::from_shape_fn(shape, |index| element(index.slice()))
}

/// The index with entry `axis` changed.
fn with(index: &[usize], axis: usize, i: usize) -> Vec<usize> {
    let mut index = index.to_vec();
    index[axis] = i;
    index
}

fn permute<S: Scalar>(x: &ArrayD<S>, axes: &[usize]) -> ArrayD<S> {
    let shape: Vec<usize> = axes.iter().map(|&axis| x.shape()[axis]).collect();
    from_fn(&shape, |index| {
        let mut own = vec![0; index.len()];
        axes.iter().zip(index).for_each(|(&axis, &i)| own[axis] = i);
        x[&*own]
    })
}

fn reshape<S: Scalar>(x: &ArrayD<S>, shape: &[usize]) -> ArrayD<S> {
    ArrayD::from_shape_vec(shape, x.iter().copied().collect()).expect("the elements fill the shape")
}

fn broadcast<S: Scalar>(x: &ArrayD<S>, shape: &[usize]) -> ArrayD<S> {
    from_fn(shape, |index| {
        let own = index[index.len() - x.ndim()..].iter().zip(x.shape());
        x[&*own.map(|(&i, &extent)| if extent == 1 { 0 } else { i }).collect::<Vec<_>>()]
    })
}

fn slice<S: Scalar>(x: &ArrayD<S>, axis: usize, start: usize, length: usize) -> ArrayD<S> {
    from_fn(&with(x.shape(), axis, length), |index| x[&*with(index, axis, start + index[axis])])
}

fn pad<S: Scalar>(x: &ArrayD<S>, widths: &[(usize, usize)], value: f64) -> ArrayD<S> {
    let shape: Vec<usize> = x.shape().iter().zip(widths).map(|(n, (before, after))| before + n + after).collect();
    from_fn(&shape, |index| {
        let own: Option<Vec<usize>> = index.iter().zip(widths).map(|(i, (before, _))| i.checked_sub(*before)).collect();
        own.and_then(|own| x.get(&*own).copied()).unwrap_or(S::of(value))
    })
}

fn concat<S: Scalar>(x: &[ArrayD<S>], axis: usize) -> ArrayD<S> {
    let together = x.iter().map(|x| x.shape()[axis]).sum();
    from_fn(&with(x[0].shape(), axis, together), |index| {
        let mut i = index[axis];
        for x in x {
            match i.checked_sub(x.shape()[axis]) {
                Some(behind) => i = behind,
                None => return x[&*with(index, axis, i)],
            }
        }
        unreachable!("the index lies in one of the parts")
    })
}

fn stack<S: Scalar>(x: &[ArrayD<S>], axis: usize) -> ArrayD<S> {
    let mut shape = x[0].shape().to_vec();
    shape.insert(axis, x.len());
    from_fn(&shape, |index| {
        let mut own = index.to_vec();
        let part = own.remove(axis);
        x[part][&*own]
    })
}
