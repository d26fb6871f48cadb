//! The backward rule of the largest and of the smallest: those that reach it share the cotangent.

use diabolo_kernels::fold::Add;
use diabolo_kernels::{Rule, Scalar, Source, UpdateRule, map, update};

use crate::gradients::Cotangents;
use crate::slices::Slices;

/// Gives input 0, with the values `x`, its cotangent: equal shares where x = y, and 0 elsewhere.
pub(crate) fn share<S: Scalar>(slices: Slices, x: &[S], y: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
    let (mut reaches, mut shares) = (gx.scratch(x.len()), gx.scratch(y.len()));
    map(Reaches, [Source::Whole(x), slices.repeat(y)], [], &mut reaches);
    slices.fold(Add, &reaches, &mut shares);
    update(Share, [&mut shares], [gy]);
    gx.give(0, |g| map(Take, [slices.repeat(&shares), slices.repeat(y)], [&reaches], g));
    gx.recycle(reaches);
    gx.recycle(shares);
}

/// 1 where x = y, else 0.
#[derive(Clone, Copy)]
struct Reaches;

impl<S: Scalar> Rule<S, 2, 0> for Reaches {
    #[inline(always)]
    fn apply(self, [x, y]: [S; 2], []: [S; 0]) -> S {
        if x == y { S::one() } else { S::zero() }
    }
}

/// ȳ / n
#[derive(Clone, Copy)]
struct Share;

impl<S: Scalar> UpdateRule<S, 1, 1> for Share {
    #[inline(always)]
    fn apply(self, [n]: [S; 1], [gy]: [S; 1]) -> [S; 1] {
        [gy / n]
    }
}

/// The share where x reaches y, else 0; NaN if y is.
#[derive(Clone, Copy)]
struct Take;

impl<S: Scalar> Rule<S, 2, 1> for Take {
    #[inline(always)]
    fn apply(self, [share, y]: [S; 2], [reaches]: [S; 1]) -> S {
        if !reaches.is_zero() {
            share
        } else if y.is_nan() {
            y
        } else {
            S::zero()
        }
    }
}
