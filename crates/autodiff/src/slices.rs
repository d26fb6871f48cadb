//! Reductions over axes: the slices of a tensor, each of which becomes one number.

use diabolo_kernels::fold::{Join, fold_axes};
use diabolo_kernels::{Layout, MAX_RANK, Rule, Scalar, Source, map};

use crate::difference::exp_of_difference;
use crate::shape::{Axes, Shape};

/// The slices of a tensor that run over a set of axes. They are numbered in the order of the axes that are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slices {
    shape: Shape,
    axes: Axes,
}

impl Slices {
    /// The slices of a tensor of this shape, which has the axes.
    pub(crate) fn new(shape: Shape, axes: Axes) -> Self {
        Self { shape, axes }
    }

    /// How many slices there are.
    pub(crate) fn count(self) -> usize {
        self.shape.without(self.axes).size()
    }

    /// The number of elements of each.
    pub(crate) fn length(self) -> usize {
        self.axes.iter().map(|&axis| self.shape[axis]).product()
    }

    /// `y` = the elements of each slice, joined.
    pub(crate) fn fold<S: Scalar, J: Join<S>>(self, join: J, x: &[S], y: &mut [S]) {
        fold_axes(join, x, &self.shape, &self.axes, y);
    }

    /// One number a slice, repeated over its slice.
    pub(crate) fn repeat<S: Scalar>(self, one_per_slice: &[S]) -> Source<'_, S> {
        Source::Broadcast(one_per_slice, Layout::broadcast(&self.shape.with_ones(self.axes), &self.shape))
    }

    /// The first element of each slice of `x`, repeated over its slice.
    pub(crate) fn first<S: Scalar>(self, x: &[S]) -> Source<'_, S> {
        let (mut strides, mut stride) = ([0; MAX_RANK], 1);
        for (axis, &extent) in self.shape.iter().enumerate().rev() {
            strides[axis] = if self.axes.contains(&axis) { 0 } else { stride };
            stride *= extent as isize;
        }
        Source::Broadcast(x, Layout::new(&self.shape, &strides[..self.shape.len()], 0))
    }

    /// `rows` = one slice after the other, each contiguous.
    pub(crate) fn gather<S: Scalar>(self, x: &[S], rows: &mut [S]) {
        let order = self.order();
        map(Same, [Source::Broadcast(x, Layout::permuted(&self.shape, &order[..self.shape.len()]))], [], rows);
    }

    /// What [`gather`](Self::gather) made, in the order of the tensor.
    pub(crate) fn scatter<S: Scalar>(self, rows: &[S]) -> Source<'_, S> {
        let (order, rank) = (self.order(), self.shape.len());
        let (mut extents, mut back) = ([0; MAX_RANK], [0; MAX_RANK]);
        for (place, &axis) in order[..rank].iter().enumerate() {
            (extents[place], back[axis]) = (self.shape[axis], place);
        }
        Source::Broadcast(rows, Layout::permuted(&extents[..rank], &back[..rank]))
    }

    /// The axes that are kept, then those of the slices.
    fn order(self) -> [usize; MAX_RANK] {
        let mut order = [0; MAX_RANK];
        let kept = (0..self.shape.len()).filter(|axis| !self.axes.contains(axis));
        order.iter_mut().zip(kept.chain(self.axes.iter().copied())).for_each(|(to, axis)| *to = axis);
        order
    }
}

#[derive(Clone, Copy)]
struct Same;

impl<S: Scalar> Rule<S, 1, 0> for Same {
    #[inline(always)]
    fn apply(self, [x]: [S; 1], []: [S; 0]) -> S {
        x
    }
}

/// a · b
#[derive(Clone, Copy)]
pub(crate) struct Times;

impl<S: Scalar> Rule<S, 2, 0> for Times {
    #[inline(always)]
    fn apply(self, [a, b]: [S; 2], []: [S; 0]) -> S {
        a * b
    }
}

/// a / b
#[derive(Clone, Copy)]
pub(crate) struct Quotient;

impl<S: Scalar> Rule<S, 2, 0> for Quotient {
    #[inline(always)]
    fn apply(self, [a, b]: [S; 2], []: [S; 0]) -> S {
        a / b
    }
}

/// e^(x − m), the form that does not overflow where m is the largest x. The difference is not taken for exact.
#[derive(Clone, Copy)]
pub(crate) struct ShiftedExp;

impl<S: Scalar> Rule<S, 2, 0> for ShiftedExp {
    #[inline(always)]
    fn apply(self, [x, m]: [S; 2], []: [S; 0]) -> S {
        exp_of_difference(x, m)
    }
}
