//! Rules of single numbers, mapped over tensors.

use std::array::from_fn;
use std::fmt::Debug;

use diabolo_kernels::{Buffer, Layout, Rule, Scalar, Source, map};

use crate::gradients::Cotangents;
use crate::op::{Card, Inputs, Op};
use crate::shape::Shape;

/// A differentiable function of `N` numbers. The code that a reader reads is the loop that runs, vectorised.
pub trait Elementwise<const N: usize>: Copy + Debug + Send + Sync + 'static {
    /// What the op says of itself.
    const CARD: Card;

    /// y from the inputs.
    fn forward<S: Scalar>(self, x: [S; N]) -> S;

    /// The cotangent of each input, from inputs, output and the output's cotangent. Only what the card says is read.
    fn vjp<S: Scalar>(self, x: [S; N], y: S, gy: S) -> [S; N];
}

/// `x` · `weight`, which is 0 where the weight is 0: the limit of functions whose weight falls faster than x grows.
#[inline(always)]
pub(crate) fn weighted<S: Scalar>(x: S, weight: S) -> S {
    if weight.is_zero() { S::zero() } else { x * weight }
}

/// An elementwise rule as an op on tensors, whose inputs are repeated to a common shape.
#[derive(Clone, Copy, Debug)]
pub struct Map<const N: usize, E>(pub E);

impl<S: Scalar, const N: usize, E: Elementwise<N>> Op<S> for Map<N, E> {
    fn card(&self) -> &'static Card {
        const { &E::CARD }
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        common_shape(x)
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        map(Forward(self.0), sources(x, y.len()), [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        give_each(x, [y, gy], gx, &|i, sources, w, g| map(Backward(self.0, i), sources, w, g));
    }
}

/// Fills the cotangent of an input.
type OfInput<'a, S, const N: usize> = &'a dyn Fn(usize, [Source<'_, S>; N], [&[S]; 2], &mut [S]);

/// The loop over the inputs of a rule, which is called for the cotangent of input `i`: compiled once for all rules.
fn give_each<S: Scalar, const N: usize>(
    x: Inputs<'_, S>,
    w: [&[S]; 2],
    gx: &mut Cotangents<'_, S>,
    rule: OfInput<'_, S, N>,
) {
    for i in 0..N {
        gx.give_repeated(i, |g| rule(i, sources(x, g.len()), w, g));
    }
}

fn common_shape<S: Scalar>(x: Inputs<'_, S>) -> Result<Shape, String> {
    let mut common = x.shape(0);
    for i in 1..x.len() {
        common = common
            .broadcast(&x.shape(i))
            .ok_or_else(|| format!("{common} and {} cannot be repeated to a common shape", x.shape(i)))?;
    }
    Ok(common)
}

fn sources<'a, S: Scalar, const N: usize>(x: Inputs<'a, S>, size: usize) -> [Source<'a, S>; N] {
    let common = (1..N).fold(x.shape(0), |s, i| s.broadcast(&x.shape(i)).expect("shapes were checked when recorded"));
    from_fn(|i| match x.shape(i) {
        whole if whole.size() == size => Source::Whole(x.value(i)),
        part => Source::Broadcast(x.value(i), Layout::broadcast(&part, &common)),
    })
}

#[derive(Clone, Copy)]
struct Forward<E>(E);

impl<S: Scalar, const N: usize, E: Elementwise<N>> Rule<S, N, 0> for Forward<E> {
    #[inline(always)]
    fn apply(self, x: [S; N], []: [S; 0]) -> S {
        self.0.forward(x)
    }
}

#[derive(Clone, Copy)]
struct Backward<E>(E, usize);

impl<S: Scalar, const N: usize, E: Elementwise<N>> Rule<S, N, 2> for Backward<E> {
    /// A zero cotangent gives a zero gradient also where the local derivative is infinite: nothing flowed there.
    #[inline(always)]
    fn apply(self, x: [S; N], [y, gy]: [S; 2]) -> S {
        let all = self.0.vjp(x, y, gy);
        // Not `all[self.1]`: indexing by a number known only at run time keeps the loop from becoming vector code.
        let mut g = all[0];
        for (i, other) in all.iter().enumerate().skip(1) {
            if i == self.1 {
                g = *other;
            }
        }
        if gy.is_zero() { S::zero() } else { g }
    }
}
