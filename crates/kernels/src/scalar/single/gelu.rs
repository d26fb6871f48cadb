//! x·Φ(x), exact to the last places also where the tail of Φ is far below them.
//!
//! ```text
//! x·Φ(x) = max(x, 0) − e^(−a²/2)·a·h(a)      a = |x|      h(a) = e^(a²/2)·Φ(−a)
//! 2·h(a) = (γ + R(a))/(a + κ)                γ = √(2/π)
//! ```
//!
//! At infinity h is γ/(2a). R, a rational function of degrees 4 and 5 with positive coefficients, is what that lacks: 0.08 at 0, at most
//! 0.18, and 0 at infinity, so its errors count little. It is the best in the largest relative error of h up to a = 14.35, beyond
//! which the product is less than half of the smallest number (linear programs; rounded to `f32` one after the other, the rest fitted
//! anew after each).
//!
//! What would count are three roundings, and they are known. That of q = fl(1/fl(a + κ)), e = 1 − q·(a + κ), is part of
//!
//! ```text
//! d = R + γ − 1 + e      2·h(a) ≈ q·(1 + d)
//! ```
//!
//! though it should be multiplied by γ + R, which is nearly 1. That of a² is added to ρ in
//!
//! ```text
//! e^(−a²/2) = 2ⁿ·(1 + s)      ρ = a² + 2n·ln 2      s = e^(−ρ/2) − 1 = −ρ/2 + ρ²·P(ρ)
//! ```
//!
//! And that of ln 2 to an `f32` takes n·1.9·10⁻⁹ from ρ/2: but for 10⁻⁹ a multiple of a², for which R makes up.
//! 1 + s and 1 + d are never formed alone: their product is 1 + z with z = d + s·(1 + d), and |z| < 0.4.

use std::f32::consts::{LN_2, LOG2_E};

use super::exponential::{BIAS, exponent, power_of_2};

const KAPPA: f32 = 0.875;
const GAMMA: f32 = 0.797_884_6;
const NUMERATOR: [f32; 5] = [5.769_077, 32.538_97, 19.417_34, 5.461_594, 0.698_054_7];
/// But for the highest, which is 1.
const DENOMINATOR: [f32; 5] = [74.810_94, 129.120_56, 96.002_47, 39.138_878, 8.960_844];
const P: [f32; 5] = [0.124_999_985, -0.020_833_151, 2.604_274_3e-3, -2.615_211_4e-4, 2.158_527e-5];

#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    // Comparisons with NaN are false, so NaN passes.
    let a = if x.abs() > 15.0 { 15.0 } else { x.abs() };
    let square = a * a;
    let (n, bits) = exponent(square, -0.5 * LOG2_E, 63);
    let q = 1.0 / (a + KAPPA);
    let d = rational(a, square) + (-q).mul_add(KAPPA, (-q).mul_add(a, GAMMA));
    let s = fallen(n.mul_add(2.0 * LN_2, square) + a.mul_add(a, -square));
    let z = s.mul_add(d + 1.0, d);

    // 2⁶⁴ times too large until the end, so that a subnormal result is rounded once.
    let scaled = f32::from_bits(q.to_bits().wrapping_add(bits << 23));
    let tail = a.mul_add(scaled, a * scaled * z);
    tail.mul_add(-power_of_2(u32::from(BIAS - 64)), if x < 0.0 { 0.0 } else { x })
}

/// R(a)
#[inline(always)]
fn rational(a: f32, square: f32) -> f32 {
    let ([n0, n1, n2, n3, n4], [d0, d1, d2, d3, d4]) = (NUMERATOR, DENOMINATOR);
    let numerator = n4.mul_add(square, n3.mul_add(a, n2)).mul_add(square, n1.mul_add(a, n0));
    let denominator = (a + d4).mul_add(square, d3.mul_add(a, d2)).mul_add(square, d1.mul_add(a, d0));
    numerator / denominator
}

/// s
#[inline(always)]
fn fallen(rho: f32) -> f32 {
    let square = rho * rho;
    let low = P[1].mul_add(rho, P[0]);
    let high = P[4].mul_add(square, P[3].mul_add(rho, P[2]));
    high.mul_add(square, low).mul_add(square, -0.5 * rho)
}
