//! `f32`: functions without branches, so that a rule mapped over a slice becomes vector code.
//!
//! Each is a reduction to a small interval, a polynomial there, and a reconstruction; the cases that a formula does not
//! cover (NaN, infinities, zeros, subnormals) are set right by selection, never by a jump. No error exceeds
//! these bounds, in units in the last place of the exact result:
//!
//! | exp | exp_m1 | ln | ln_1p | sigmoid | softplus | tanh | sech | sin, cos | erf | normal_cdf | normal_pdf | powf |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | 1 | 2 | 1 | 1 | 2 | 2 | 3 | 3 | 1 | 2 | 6 | 3 | 1 |

use super::Scalar;
use super::normal::Series;
use crate::product::{Epilogue, Level, Operand, product_on};

mod exponential;
mod logarithm;
mod power;
mod trigonometric;

use exponential::{exp, exp_m1};
use logarithm::{ln, ln_1p};
use power::powf;
use trigonometric::{cos, sin};

const NORMAL: Series<7, 13> = Series {
    centre: [0.128_379_17, -0.376_126_26, 0.112_835_97, -0.026_854_329, 5.189_312e-3, -8.018_855e-4, 7.882_497_4e-5],
    tail: [
        1.021_582_7,
        -0.687_160_7,
        0.279_472_05,
        -0.036_442_768,
        -0.021_510_232,
        6.483_71e-3,
        3.088_095_5e-3,
        -8.540_403e-4,
        -6.562_003e-4,
        6.590_308e-5,
        1.353_756_1e-4,
        2.654_791e-6,
        -1.701_773_9e-5,
    ],
    knot: 2.0,
};

impl Scalar for f32 {
    const EPSILON: f64 = f32::EPSILON as f64;
    const IN_VECTORS: bool = true;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        self == 0.0
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.is_nan()
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        self.mul_add(b, c)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp(self)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        exp_m1(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        ln(self)
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        ln_1p(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn sin(self) -> Self {
        sin(self)
    }
    #[inline(always)]
    fn cos(self) -> Self {
        cos(self)
    }
    /// With t = e⁻²ˡˣˡ − 1: |tanh x| = −t / (2 + t).
    #[inline(always)]
    fn tanh(self) -> Self {
        let t = exp_m1(-2.0 * self.abs());
        (-t / (2.0 + t)).copysign(self)
    }
    /// With e = e⁻ˡˣˡ: 2e / (1 + e²).
    #[inline(always)]
    fn sech(self) -> Self {
        let e = exp(-self.abs());
        2.0 * e / e.mul_add(e, 1.0)
    }
    /// With e = e⁻ˡˣˡ: 1 / (1 + e), or e / (1 + e) below 0.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let e = exp(-self.abs());
        let sum = 1.0 + e;
        let y = (if self < 0.0 { e } else { 1.0 }) / sum;
        // What the sum lost by rounding is made good: y/(sum + lost) to first order, with 1/sum by its chord on [1, 2].
        let lost = e - (sum - 1.0);
        (y * lost).mul_add(sum.mul_add(0.5, -1.5), y)
    }
    /// max(x, 0) + ln(1 + e⁻ˡˣˡ)
    #[inline(always)]
    fn softplus(self) -> Self {
        Scalar::max(self, 0.0) + ln_1p(exp(-self.abs()))
    }
    #[inline(always)]
    fn erf(self) -> Self {
        NORMAL.erf(self)
    }
    #[inline(always)]
    fn normal_cdf(self) -> Self {
        NORMAL.normal_cdf(self)
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        powf(self, p)
    }

    fn product(left: Operand<'_, Self>, right: Operand<'_, Self>, out: &mut [Self], epilogue: Epilogue<'_, Self>) {
        product_on(Level::Widest, left, right, out, epilogue);
    }
}

#[cfg(test)]
mod tests;
