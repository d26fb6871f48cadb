//! xᵖ for a constant p.
//!
//!   |x| = 2ᵉ·m, m in [√½, √2)      log₂ |x| = e + 2/ln 2 · artanh s, s = (m − 1)/(m + 1)      |x|ᵖ = 2ⁿ·eʳ
//!
//! where p·log₂ |x| = n + r/ln 2 with |r| ≤ ½ ln 2. All in `f64`: the logarithm is multiplied by up to 150 before it
//! becomes a relative error. Both series are cut where the next term is below 10⁻¹¹, and the one rounding is that to
//! `f32` at the end.

use std::f64::consts::{LN_2, LOG2_E};

/// 1.5 · 2⁵²: adding it rounds to an integer, which then stands in the low bits of the significand.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// 2⁵²: integers below it, put into its low bits, are added to it.
const TWO_52: f64 = 4_503_599_627_370_496.0;
/// The bits of √½.
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const FRACTION: u64 = (1 << 52) - 1;
const BIAS: u64 = 1023;

/// As IEEE 754 defines pow.
#[inline(always)]
pub(super) fn powf(x: f32, p: f64) -> f32 {
    let y = exp_2(p * log_2(f64::from(x.abs()))) as f32;
    let whole = p.floor() == p;
    let odd = whole && (0.5 * p).floor() != 0.5 * p;
    let y = if odd { y.copysign(x) } else { y };
    // Below 0, but for −∞, only integer powers have a value.
    let y = if !whole && x < 0.0 && x > f32::NEG_INFINITY { f32::NAN } else { y };
    if p == 0.0 { 1.0 } else { y }
}

/// log₂ x for x ≥ 0 that is not subnormal, as no `f32` is in `f64`.
#[inline(always)]
fn log_2(x: f64) -> f64 {
    let bits = x.to_bits().wrapping_add((BIAS << 52) - SQRT_HALF);
    let e = f64::from_bits(bits >> 52 | TWO_52.to_bits()) - (TWO_52 + BIAS as f64);
    let m = f64::from_bits((bits & FRACTION) + SQRT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let series = [13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0].into_iter().fold(0.0_f64, |sum, n| sum.mul_add(z, 1.0 / n));
    let y = (2.0 * LOG2_E * s).mul_add(series, e);
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    // Infinity and NaN are their own logarithms.
    if x < f64::INFINITY { y } else { x }
}

/// 2ᵗ, far beyond the range of `f32` on both sides. NaN gives NaN.
#[inline(always)]
fn exp_2(t: f64) -> f64 {
    // Comparisons with NaN are false, so NaN passes both.
    let t = if t > 1000.0 { 1000.0 } else { t };
    let t = if t < -1000.0 { -1000.0 } else { t };
    let shifted = t + ROUND;
    let r = (t - (shifted - ROUND)) * LN_2;
    let series = (1..=9).rev().fold(1.0_f64, |sum, n| (sum * r).mul_add(1.0 / f64::from(n), 1.0));
    series * f64::from_bits(shifted.to_bits().wrapping_add(BIAS) << 52)
}
