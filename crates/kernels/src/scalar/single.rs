//! `f32`: functions without branches, so that a rule mapped over a slice becomes vector code.
//!
//! Each is a reduction to a small interval, a polynomial there, and a reconstruction; the cases that a formula does not
//! cover (NaN, infinities, zeros, subnormals) are set right by selection, never by a jump. No error exceeds
//! these bounds, in units in the last place of the exact result:
//!
//! | exp | exp_m1 | ln | ln_1p | sigmoid | softplus | tanh | sech | sin, cos | erf | normal_cdf | normal_pdf | gelu | powf |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | 1.1 | 2 | 1 | 1 | 1.8 | 1.9 | 2 | 2 | 1 | 2 | 4 | 3 | 1.95 | 1 |

use super::Scalar;
use super::normal::Series;
use crate::product::{Epilogue, Known, Level, Operand, product_on};
use crate::random::{self, Key, Law};
#[cfg(target_arch = "x86_64")]
use crate::transpose::shuffle;
use crate::transpose::{BLOCK, turn_band};

mod exponential;
mod gelu;
mod logarithm;
mod logistic;
mod power;
mod trigonometric;

use exponential::{exp, exp_m1, exp_times};
use logarithm::{ln, ln_1p};
use power::powf;
use trigonometric::{cos, sin};

const NORMAL: Series<7, 14> = Series {
    centre: [0.128_379_17, -0.376_126_26, 0.112_835_97, -0.026_854_329, 5.189_312e-3, -8.018_855e-4, 7.882_497_4e-5],
    tail: [
        0.755_285_144,
        -0.607_896_626,
        0.387_137_413,
        -0.186_521_858,
        0.060_396_552_1,
        -0.007_540_075_11,
        -0.003_479_543_37,
        0.001_630_122_31,
        0.000_132_860_572,
        -0.000_229_041_674,
        -1.026_469_82e-6,
        3.195_568_57e-5,
        -2.348_411_24e-7,
        -3.314_263_49e-6,
    ],
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
    fn settled(self) -> Self {
        // NaN is not less than anything, and stays.
        if self.abs() < f32::MIN_POSITIVE { 0.0 } else { self }
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp(self)
    }
    #[inline(always)]
    fn exp_times(self, weight: Self) -> Self {
        exp_times(self, weight)
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
    fn ln_1p_of_unit(self) -> Self {
        logistic::ln_1p_of_unit(self)
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
    #[inline(always)]
    fn tanh(self) -> Self {
        logistic::tanh(self)
    }
    #[inline(always)]
    fn sech(self) -> Self {
        super::logistic::sech(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        logistic::sigmoid(self)
    }
    #[inline(always)]
    fn softplus(self) -> Self {
        logistic::softplus(self)
    }
    #[inline(always)]
    fn gelu(self) -> Self {
        gelu::gelu(self)
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
    fn normal_tail(self) -> Self {
        NORMAL.tail(self, 0.0)
    }
    #[inline(always)]
    fn powf(self, p: f64) -> Self {
        powf(self, p)
    }

    fn product(
        left: Operand<'_, Self>,
        right: Operand<'_, Self>,
        out: &mut [Self],
        epilogue: Epilogue<'_, Self>,
    ) -> Known {
        product_on(Level::Widest, left, right, out, epilogue)
    }

    fn fill(key: Key, law: Law, out: &mut [Self]) {
        random::compute(key, law, out);
    }

    #[inline(always)]
    fn turn_band(rows: [&[Self]; BLOCK], to: &mut [Self], to_stride: usize, i: usize) {
        #[cfg(target_arch = "x86_64")]
        if let Some(v4) = pulp::x86::V4::try_new() {
            return shuffle::turn_band(v4, rows, to, to_stride, i);
        }
        turn_band(rows, to, to_stride, i);
    }
}

#[cfg(test)]
mod tests;
