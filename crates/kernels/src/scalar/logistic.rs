//! Functions of e = e^(−|x|), for any precision.
//!
//! ```text
//! σ(x)   = 1 / (1 + e), or e / (1 + e) below 0
//! sech x = 2e / (1 + e²)
//! ```
//!
//! What rounding takes from the sum and from the quotient is made good: with s = fl(1 + a), l = 1 + a − s and y = fl(n/s), what is left
//! of n, n − y·s − y·l, is divided by s too, for which the chord of 1/s on [1, 2] is exact enough.

use super::Scalar;

#[inline(always)]
pub(super) fn sigmoid<S: Scalar>(x: S) -> S {
    let e = (-x.abs()).exp();
    let sum = S::one() + e;
    over_sum(if x < S::zero() { e } else { S::one() }, sum, e - (sum - S::one()))
}

#[inline(always)]
pub(super) fn sech<S: Scalar>(x: S) -> S {
    let e = (-x.abs()).exp();
    let sum = e.mul_add(e, S::one());
    over_sum(e + e, sum, e.mul_add(e, S::one() - sum))
}

/// n / (sum + lost) for 1 ≤ sum ≤ 2.
#[inline(always)]
fn over_sum<S: Scalar>(n: S, sum: S, lost: S) -> S {
    let y = n / sum;
    let left = (-y).mul_add(lost, (-y).mul_add(sum, n));
    left.mul_add(sum.mul_add(S::of(-0.5), S::of(1.5)), y)
}
