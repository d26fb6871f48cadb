//! The functions that are made of 1 + e⁻ˣ.
//!
//! ```text
//! σ(x)        = 1 / (1 + e⁻ˣ)
//! |tanh x|    = (1 − e) / (1 + e)                   e = e^(−2|x|)
//! softplus(x) = max(x, 0) + ln (1 + e)              e = e^(−|x|)
//! ```
//!
//! With e = 2ⁿ·(1 + s) sums are taken as 2ⁿ·s + (2ⁿ ± 1), where the bracket is exact: no other rounding comes before the division.
//!
//! ln (1 + e) = e + e²·P(e) on [0, 1]: P, of degree 8, is the best in the largest relative error (Remez), rounded to `f32` from the lowest
//! power on, the rest fitted anew after each. Powers are taken in pairs whose sums do not cancel.

use super::exponential::{self, BIAS, alone, beside_one, power_of_2, reduce};

const LN_1P: [f32; 9] = [
    -0.499_999_3,
    0.333_304_64,
    -0.249_580_19,
    0.196_921_02,
    -0.153_448_8,
    0.106_611_28,
    -0.057_457_23,
    0.020_086_242,
    -3.290_468_6e-3,
];

#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    // Beyond, e⁻ˣ is nothing beside 1, and σ is 0. Comparisons with NaN are false, so NaN passes both.
    let x = if x > 30.0 { 30.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    // Numerator and denominator are 2⁻³² of what they should be: e¹⁰⁴ is not a number, and its reciprocal is one.
    const ONE: f32 = 1.0 / 4_294_967_296.0;
    let (r, bits) = reduce(-x, BIAS - 32);
    let power = power_of_2(bits);
    let sum = power + ONE;
    // The bracket is not exact where 2ⁿ is 2²⁴ or more.
    let lost = ONE - (sum - power);
    ONE / (beside_one(r).mul_add(power, lost) + sum)
}

#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    let y = -2.0 * x.abs();
    let (r, bits) = reduce(if y < -20.0 { -20.0 } else { y }, BIAS);
    let (power, s) = (power_of_2(bits), alone(r));
    (s.mul_add(power, power - 1.0) / s.mul_add(power, power + 1.0)).copysign(x)
}

#[inline(always)]
pub(super) fn softplus(x: f32) -> f32 {
    // NaN is not below 0.
    (if x < 0.0 { 0.0 } else { x }) + ln_1p_of_unit(exponential::falling(x))
}

#[inline(always)]
pub(super) fn ln_1p_of_unit(e: f32) -> f32 {
    let square = e * e;
    let pair = |i: usize| LN_1P[i + 1].mul_add(e, LN_1P[i]);
    let p = pair(7).mul_add(square, pair(5)).mul_add(square, pair(3)).mul_add(square, pair(1)).mul_add(e, LN_1P[0]);
    p.mul_add(square, e)
}
