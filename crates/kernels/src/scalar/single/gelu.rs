//! x·Φ(x), exact to the last places also where the tail of Φ is far below them.
//!
//! ```text
//! x·Φ(x) = max(x, 0) − e^(−a²/2)·G(a)      a = |x|      G(a) = a·e^(a²/2)·Φ(−a)
//! G(a) = u·W(u)      u = a/(a + κ)      W(u) = κ/2 − u + u·P(u − c)
//! ```
//!
//! G rises from 0 to 1/√(2π). In u, which runs from 0 to 1, what is left of it is nearly a straight line, and u·P is less than a seventh
//! of W: so its errors do not count. P, of degree 9, is the best in the largest relative error of W up to a = 14.45, beyond which
//! e^(−a²/2)·G is less than half of the smallest number (Remez; rounded to `f32` from the lowest power on, the rest fitted anew after each).
//!
//! What rounding takes from large terms is kept beside them and added last. That of u = fl(a/fl(a + κ)), whose distance from the
//! quotient is known, is worth dG/du·(a + κ)⁻¹ times the remainder of the division: a rough parabola in u serves for it.

use super::exponential::{BIAS, LN_2_HIGH, LN_2_LOW, beside_one, exponent, power_of_2};

const KAPPA: f32 = 2.5;
const CENTRE: f32 = 0.4375;
const P: [f32; 10] = [
    -0.113_352_03,
    0.413_923_8,
    0.215_274_6,
    -0.179_621_8,
    -0.132_038_67,
    0.064_900_08,
    0.111_905_22,
    9.429_422e-3,
    -0.066_339_22,
    -0.033_210_874,
];
/// dG/du·(a + κ)⁻¹, within a few hundredths.
const SLOPE: [f32; 3] = [0.5, -1.38, 0.95];

#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    // Comparisons with NaN are false, so NaN passes.
    let a = if x.abs() > 15.0 { 15.0 } else { x.abs() };
    // 2⁶⁴ times too large until the end, so that a subnormal result is rounded once.
    let (power, s) = bell(a, BIAS + 64);
    let sum = a + KAPPA;
    let u = a / sum;
    let scaled = u * power;

    let line = 0.5 * KAPPA - u;
    let rest = u.mul_add(polynomial(u - CENTRE), (0.5 * KAPPA - line) - u);
    let large = scaled * line;
    let remainder = (-u).mul_add(a - (sum - KAPPA), (-u).mul_add(sum, a));
    let slope = SLOPE[2].mul_add(u, SLOPE[1]).mul_add(u, SLOPE[0]);
    // The rest may be a seventh of the whole, so it needs its share of 1 + s.
    let small = (scaled * (1.0 + s)).mul_add(rest, scaled.mul_add(line, -large));
    let small = (slope * power).mul_add(remainder, small);

    let fallen = s.mul_add(large, small) + large;
    fallen.mul_add(-power_of_2(u32::from(BIAS - 64)), if x < 0.0 { 0.0 } else { x })
}

/// 2ⁿ, `shift` − [`BIAS`] places up, and s, with e^(−a²/2) = 2ⁿ·(1 + s). The square enters r unrounded.
#[inline(always)]
fn bell(a: f32, shift: u16) -> (f32, f32) {
    let half = -0.5 * a;
    let (n, bits) = exponent(a * half, shift);
    let r = n.mul_add(-LN_2_LOW, a.mul_add(half, n * -LN_2_HIGH));
    (power_of_2(bits), beside_one(r))
}

/// Even and odd powers apart, as two chains that run side by side.
#[inline(always)]
fn polynomial(t: f32) -> f32 {
    let square = t * t;
    let chain = |from: usize| (from..from + 8).step_by(2).rev().fold(P[from + 8], |sum, i| sum.mul_add(square, P[i]));
    chain(1).mul_add(t, chain(0))
}
