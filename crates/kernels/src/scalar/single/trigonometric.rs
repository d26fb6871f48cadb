//! sin x and cos x.
//!
//!   x = q·π/2 + r, |r| ≤ π/4      sin and cos of r by their series      q mod 4 says which of them, and the sign
//!
//! All in `f64`, whose rounding errors vanish in the rounding to `f32` at the end. The reduction is exact enough while
//! q·π/2 is known to well below the last place of the result; beyond 10⁴ the standard library takes over.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// π/2 − [`FRAC_PI_2`]
const FRAC_PI_2_LOW: f64 = 6.123_233_995_736_766e-17;
/// 1.5 · 2⁵²: adding it rounds to an integer, which then stands in the low bits of the significand.
const ROUND: f64 = 6_755_399_441_055_744.0;
const LIMIT: f32 = 1e4;

#[inline(always)]
pub(super) fn sin(x: f32) -> f32 {
    if x.abs() < LIMIT { quarter_turns(x, 0) } else { far(x, f64::sin) }
}

#[inline(always)]
pub(super) fn cos(x: f32) -> f32 {
    if x.abs() < LIMIT { quarter_turns(x, 1) } else { far(x, f64::cos) }
}

/// Out of line, or the compiler computes it for every argument and then selects.
#[cold]
#[inline(never)]
fn far(x: f32, function: fn(f64) -> f64) -> f32 {
    function(x.into()) as f32
}

/// sin (x + `turns`·π/2)
#[inline(always)]
fn quarter_turns(x: f32, turns: u64) -> f32 {
    let x = f64::from(x);
    let t = x.mul_add(FRAC_2_PI, ROUND);
    let n = t - ROUND;
    let q = t.to_bits().wrapping_add(turns);
    let r = n.mul_add(-FRAC_PI_2_LOW, n.mul_add(-FRAC_PI_2, x));
    let z = r * r;
    let series = |divisors: [f64; 6]| divisors.into_iter().rev().fold(0.0_f64, |sum, d| sum.mul_add(z, 1.0 / d));
    // ±1/n!
    let sin = r * series([1.0, -6.0, 120.0, -5_040.0, 362_880.0, -39_916_800.0]);
    let cos = series([1.0, -2.0, 24.0, -720.0, 40_320.0, -3_628_800.0]);
    let y = if q & 1 == 0 { sin } else { cos };
    (if q & 2 == 0 { y } else { -y }) as f32
}
