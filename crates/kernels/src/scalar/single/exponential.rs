//! eˣ and eˣ − 1.
//!
//! ```text
//! x = n·ln 2 + r, |r| ≤ ½ ln 2      eˣ = 2ⁿ · (1 + s)      s = eʳ − 1 = r + r²·P(r)
//! ```
//!
//! n·ln 2 is taken away in two parts, the first of which is exact (Cody and Waite). P, of degree 4, is the best one in the largest error of
//! its kind (Remez), once for 1 + s and once for s itself, with its coefficients rounded to `f32` from the lowest power on, the rest
//! fitted anew after each.
//!
//! 1 + s is never formed: multiplied by 2ⁿ as s·2ⁿ + 2ⁿ it is rounded once, with whatever is added to 2ⁿ beforehand.

use std::f32::consts::LOG2_E;

/// 1.5 · 2²³: adding it rounds to an integer, which then stands in the low bits of the significand.
const ROUND: f32 = 12_582_912.0;
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// What is added to an exponent where it is stored.
pub(super) const BIAS: u16 = 127;

/// n, rounded from `x`·`factor`, as a number, and n + `shift` in the lowest nine bits of a word.
#[inline(always)]
pub(super) fn exponent(x: f32, factor: f32, shift: u16) -> (f32, u32) {
    let round = ROUND + f32::from(shift);
    let t = x.mul_add(factor, round);
    (t - round, t.to_bits())
}

/// r, and n + `shift` in the lowest nine bits of a word.
#[inline(always)]
pub(super) fn reduce(x: f32, shift: u16) -> (f32, u32) {
    let (n, bits) = exponent(x, LOG2_E, shift);
    (n.mul_add(-LN_2_LOW, n.mul_add(-LN_2_HIGH, x)), bits)
}

/// 2 to the power of the lowest nine bits, less [`BIAS`].
#[inline(always)]
pub(super) fn power_of_2(bits: u32) -> f32 {
    f32::from_bits(bits << 23)
}

/// s, exact enough to be added to 1.
#[inline(always)]
pub(super) fn beside_one(r: f32) -> f32 {
    series(r, [0.499_999_94, 0.166_665_17, 0.041_668_102, 8.369_192e-3, 1.383_890_3e-3])
}

/// s, exact enough to stand alone.
#[inline(always)]
pub(super) fn alone(r: f32) -> f32 {
    series(r, [0.499_999_97, 0.166_665_39, 0.041_667_756, 8.367_122e-3, 1.383_570_1e-3])
}

/// r + r²·P(r): in this order because a loop waits for its longest chain and not for the number of its operations.
#[inline(always)]
fn series(r: f32, p: [f32; 5]) -> f32 {
    let square = r * r;
    let low = p[1].mul_add(r, p[0]);
    let high = p[4].mul_add(square, p[3].mul_add(r, p[2]));
    high.mul_add(square, low).mul_add(square, r)
}

#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Half the smallest subnormal number is more than e⁻¹⁰⁴.
    weighted(x, -104.0, 1.0)
}

/// `weight`·eˣ for weights up to 10²⁸.
#[inline(always)]
pub(super) fn exp_times(x: f32, weight: f32) -> f32 {
    // e⁻¹⁷⁰ times such a weight is less than half of the smallest subnormal number.
    let y = weighted(x, -170.0, weight);
    if x < -1e3 { 0.0 } else { y }
}

/// `weight`·eˣ, for x brought into [`low`, 89] first. Comparisons with NaN are false, so NaN passes.
#[inline(always)]
fn weighted(x: f32, low: f32, weight: f32) -> f32 {
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < low { low } else { x };
    let (r, bits) = reduce(x, 2 * BIAS);
    // Two factors, so that a subnormal result is rounded once and 2¹²⁸ needs no exponent of its own.
    let half = bits >> 1;
    beside_one(r).mul_add(weight, weight) * power_of_2(half) * power_of_2(bits.wrapping_sub(half))
}

/// e^(−|x|) for any x but NaN, of which it makes a number.
#[inline(always)]
pub(super) fn falling(x: f32) -> f32 {
    // As numbers without sign: the compiler would turn the lesser of two `f32`, negated, into three instructions.
    let size = f32::from_bits(x.abs().to_bits().min(104_f32.to_bits()));
    // 2⁶⁴ times too large until the end, so that a subnormal result is rounded once.
    let (r, bits) = reduce(-size, BIAS + 64);
    let power = power_of_2(bits);
    beside_one(r).mul_add(power, power) * f32::from_bits(u32::from(BIAS - 64) << 23)
}

#[inline(always)]
pub(super) fn exp_m1(x: f32) -> f32 {
    let y = if x > 89.0 { 89.0 } else { x };
    let y = if y < -20.0 { -20.0 } else { y };
    // Half of it, since 2¹²⁸ is not a number.
    let (r, bits) = reduce(y, BIAS - 1);
    let power = power_of_2(bits);
    let y = 2.0 * alone(r).mul_add(power, power - 0.5);
    // Halves of subnormal numbers would be rounded, and −0 lost.
    if x.abs() < 1e-8 { x } else { y }
}
