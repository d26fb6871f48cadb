//! eˣ and eˣ − 1.
//!
//!   x = n·ln 2 + r, |r| ≤ ½ ln 2      eˣ = 2ⁿ · eʳ      eʳ − 1 = r + r²·P(r)
//!
//! n·ln 2 is taken away in two parts, the first of which is exact (Cody and Waite). P are the coefficients of Cephes'
//! `expf` (Moshier), of degree 5.

use std::f32::consts::LOG2_E;

/// 1.5 · 2²³: adding it rounds to an integer, which then stands in the low bits of the significand.
const ROUND: f32 = 12_582_912.0;
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// n, and eʳ − 1 as a sum of a large and a small part, for the x of the header brought into [`low`, 89] first. NaN gives
/// NaN for both parts.
#[inline(always)]
fn reduce(x: f32, low: f32) -> (i32, f32, f32) {
    // Comparisons with NaN are false, so NaN passes both.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < low { low } else { x };
    let t = x.mul_add(LOG2_E, ROUND);
    let n = t - ROUND;
    let (high, low) = (n.mul_add(-LN_2_HIGH, x), n * -LN_2_LOW);
    let r = high + low;
    let p = 1.987_569_1e-4_f32
        .mul_add(r, 1.398_199_9e-3)
        .mul_add(r, 8.333_452e-3)
        .mul_add(r, 4.166_579_6e-2)
        .mul_add(r, 1.666_666_6e-1)
        .mul_add(r, 0.5);
    ((t.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32), high, p.mul_add(r * r, low))
}

/// 2ⁿ for −126 ≤ n ≤ 127.
#[inline(always)]
fn power_of_2(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    weighted(x, 1.0)
}

/// `weight`·eˣ
#[inline(always)]
pub(super) fn exp_times(x: f32, weight: f32) -> f32 {
    let y = weighted(x, weight);
    if x < -1e3 { 0.0 } else { y }
}

/// `weight`·eˣ for weights up to 10²⁸.
#[inline(always)]
fn weighted(x: f32, weight: f32) -> f32 {
    // e⁻¹⁷⁰ times such a weight is less than half of the smallest subnormal number, e⁸⁹ more than the largest number.
    let (n, large, small) = reduce(x, -170.0);
    let sum = 1.0 + large;
    let lost = large - (sum - 1.0);
    // Two factors, so that a subnormal result is rounded once and 2¹²⁸ needs no exponent of its own.
    (sum + (small + lost)) * weight * power_of_2(n >> 1) * power_of_2(n.wrapping_sub(n >> 1))
}

#[inline(always)]
pub(super) fn exp_m1(x: f32) -> f32 {
    let (n, large, small) = reduce(x, -20.0);
    let half = power_of_2(n.wrapping_sub(1));
    let y = 2.0 * half.mul_add(large + small, half - 0.5);
    // Halves of subnormal numbers would be rounded, and −0 lost.
    if x.abs() < 1e-8 { x } else { y }
}
