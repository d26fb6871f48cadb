//! Functions of e = e^(−|x|), for any precision.
//!
//! ```text
//! σ(x)   = 1 / (1 + e), or e / (1 + e) below 0
//! sech x = 2e / (1 + e²)
//! ```
//!
//! What rounding takes from the sum is made good: with s = fl(1 + a), l = 1 + a − s and y = fl(n/s) there is −y·l left of n, and that is
//! divided by s too, for which the chord of 1/s on [1, 2] is exact enough. Of sech, which is squared where it is a slope, what rounding
//! takes from the quotient is made good as well: n − y·s.

use super::Scalar;

#[inline(always)]
pub(super) fn sigmoid<S: Scalar>(x: S) -> S {
    let e = (-x.abs()).exp();
    let sum = S::one() + e;
    let y = (if x < S::zero() { e } else { S::one() }) / sum;
    (-(y * (e - (sum - S::one())))).mul_add(over(sum), y)
}

#[inline(always)]
pub(super) fn sech<S: Scalar>(x: S) -> S {
    let e = (-x.abs()).exp();
    let sum = e.mul_add(e, S::one());
    let y = (e + e) / sum;
    let lost = e.mul_add(e, S::one() - sum);
    (-y).mul_add(lost, (-y).mul_add(sum, e + e)).mul_add(over(sum), y)
}

/// About 1 / `sum`, for a sum between 1 and 2: the chord.
#[inline(always)]
fn over<S: Scalar>(sum: S) -> S {
    sum.mul_add(S::of(-0.5), S::of(1.5))
}
