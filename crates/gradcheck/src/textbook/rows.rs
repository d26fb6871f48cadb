//! Rows by index: picked out, and added up.

use std::any::Any;

use diabolo_autodiff::ops::{gather_rows::GatherRows, scatter_add::ScatterAdd};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, Dimension};

use super::{Formula, of};

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    of(op, |GatherRows { rows }, x| gather(&x[0], rows))
        .or_else(|| of(op, |ScatterAdd { rows }, x| scatter(&x[0], &x[1], rows)))
}

/// yᵢ = x at row rᵢ
fn gather<S: Scalar>(x: &ArrayD<S>, rows: &[u32]) -> ArrayD<S> {
    let mut shape = x.shape().to_vec();
    shape[0] = rows.len();
    ArrayD::from_shape_fn(shape, |index| x[&*at_row(index.slice(), rows[index[0]])])
}

/// yₖ = xₖ + Σ sᵢ over all i with rᵢ = k
fn scatter<S: Scalar>(x: &ArrayD<S>, source: &ArrayD<S>, rows: &[u32]) -> ArrayD<S> {
    let mut y = x.clone();
    for (index, &s) in source.indexed_iter() {
        y[&*at_row(index.slice(), rows[index[0]])] += s;
    }
    y
}

fn at_row(index: &[usize], row: u32) -> Vec<usize> {
    [&[row as usize], &index[1..]].concat()
}
