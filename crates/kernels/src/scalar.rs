//! The numbers that everything above is generic over.

use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::product::{self, Epilogue, Known, Operand};
use crate::random::{self, Key, Law};
use crate::transpose::{self, BLOCK};

mod double;
mod logistic;
mod normal;
mod single;

/// 1/√(2π), the density of the standard normal distribution at 0.
pub const FRAC_1_SQRT_2_PI: f64 = 0.398_942_280_401_432_7;

/// A real number, or something that behaves like one: `f32`, `f64`, a dual number, a number of higher precision.
///
/// A rule written once for `S: Scalar` trains in `f32`, is checked in `f64`, and gives second derivatives on duals.
/// For `f32`, in which models are trained, every function is `#[inline(always)]` and free of branches (but for sine and
/// cosine), so that a rule mapped over a slice becomes vector code. For `f64`, in which they are checked, the standard
/// library's functions serve. Comparison and selection look at the value alone (the primal part of a dual number).
pub trait Scalar:
    Copy
    + Debug
    + Display
    + Default
    + PartialOrd
    + Send
    + Sync
    + Sum
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + 'static
{
    /// The distance from 1 to the next larger number.
    const EPSILON: f64;

    /// Whether loops over this type are worth compiling for every vector instruction set.
    const IN_VECTORS: bool = false;

    /// The nearest number of this type to `x`: how constants enter a rule.
    fn of(x: f64) -> Self;
    /// The value as `f64` (the primal part of a dual number).
    fn to_f64(self) -> f64;

    /// 0
    #[inline(always)]
    fn zero() -> Self {
        Self::of(0.0)
    }
    /// 1
    #[inline(always)]
    fn one() -> Self {
        Self::of(1.0)
    }
    /// Whether this is 0 in every component, so that nothing it multiplies can matter.
    fn is_zero(self) -> bool;
    /// Whether any component is NaN.
    fn is_nan(self) -> bool;
    /// Whether every component is neither NaN nor infinite.
    fn is_finite(self) -> bool;

    /// `self * b + c`, rounded once where the machine can.
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// This number, or 0 where it is subnormal; by default, as for numbers that carry more than a value, itself.
    #[inline(always)]
    fn settled(self) -> Self {
        self
    }
    /// eˣ
    fn exp(self) -> Self;
    /// `weight`·eˣ for x ≤ 0, rounded as if eˣ had no smallest number: of a tail that is multiplied by something large no digits
    /// are lost where eˣ alone is subnormal. Below −1000 it is 0, whatever the weight.
    fn exp_times(self, weight: Self) -> Self;
    /// eˣ − 1 without cancellation near 0.
    fn exp_m1(self) -> Self;
    /// Natural logarithm; −∞ at 0, NaN below.
    fn ln(self) -> Self;
    /// ln(1 + x) without cancellation near 0.
    fn ln_1p(self) -> Self;
    /// ln(1 + x) for 0 ≤ x ≤ 1, where less is to be taken care of.
    #[inline(always)]
    fn ln_1p_of_unit(self) -> Self {
        self.ln_1p()
    }
    /// √x; NaN below 0.
    fn sqrt(self) -> Self;
    /// |x|
    fn abs(self) -> Self;
    /// Sine of an angle in radians.
    fn sin(self) -> Self;
    /// Cosine of an angle in radians.
    fn cos(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 1 / cosh x, which survives where 1 − tanh² x is lost to rounding.
    fn sech(self) -> Self;
    /// Logistic function 1 / (1 + e⁻ˣ), without overflow on either side.
    fn sigmoid(self) -> Self;
    /// ln(1 + eˣ), without overflow on either side.
    fn softplus(self) -> Self;
    /// Error function 2/√π · ∫₀ˣ e^(−t²) dt.
    fn erf(self) -> Self;
    /// Φ(x) = ½ · (1 + erf (x/√2)), the distribution function of the standard normal distribution, whose left tail is kept
    /// down to the smallest number.
    fn normal_cdf(self) -> Self;
    /// e^(x²/2)·Φ(−x) for 0 ≤ x ≤ 100: the tail of the normal distribution without its fall.
    fn normal_tail(self) -> Self;
    /// x·Φ(x), whose left tail is kept down to the smallest number; 0 at −∞.
    ///
    /// With h(x) = e^(x²/2)·Φ(−x) it is max(x, 0) − e^(−x²/2)·|x|·h(|x|): everything that falls is multiplied last.
    #[inline(always)]
    fn gelu(self) -> Self {
        let (line, size) = if self < Self::zero() { (Self::zero(), -self) } else { (self, self) };
        line + self.gaussian_times(0.5, -(size * size.normal_tail()))
    }
    /// xᵖ for a constant p, as IEEE 754 defines pow: x⁰ is 1 for every x, also for NaN; below 0 only integer powers have a
    /// value.
    fn powf(self, p: f64) -> Self;

    /// x²
    #[inline(always)]
    fn square(self) -> Self {
        self * self
    }
    /// e^(−c·x²) for c = ½ or 1.
    #[inline(always)]
    fn gaussian(self, c: f64) -> Self {
        self.gaussian_times(c, Self::one())
    }
    /// `weight`·e^(−c·x²) for c = ½ or 1, and 0 where x² is large, whatever the weight: where x is large, what rounding takes from
    /// x² would be magnified, and is made good.
    #[inline(always)]
    fn gaussian_times(self, c: f64, weight: Self) -> Self {
        // e^(−10⁶) is 0 in every precision, and squares of larger numbers might be infinite.
        let x = self.max(Self::of(-1e3)).min(Self::of(1e3));
        let square = x.square();
        let lost = x.mul_add(x, -square);
        let y = (square * Self::of(-c)).exp_times(weight);
        y.mul_add(lost * Self::of(-c), y)
    }
    /// φ(x) = e^(−x²/2) / √(2π), the density of the standard normal distribution.
    #[inline(always)]
    fn normal_pdf(self) -> Self {
        self.gaussian_times(0.5, Self::of(FRAC_1_SQRT_2_PI))
    }
    /// The larger of the two; NaN if either is NaN.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self.is_nan() || self > other { self } else { other }
    }
    /// The smaller of the two; NaN if either is NaN.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        if self.is_nan() || self < other { self } else { other }
    }

    /// `out = epilogue(left · right)`. A plain loop unless the type has a fast path; see [`product`](crate::product()).
    fn product(
        left: Operand<'_, Self>,
        right: Operand<'_, Self>,
        out: &mut [Self],
        epilogue: Epilogue<'_, Self>,
    ) -> Known {
        product::naive(left, right, out, epilogue);
        Known::Nothing
    }

    /// A [fill](crate::random) of random numbers, which for `f32` and `f64` is compiled here and not where it is called: each takes half a
    /// dozen loops over blocks of Philox.
    #[doc(hidden)]
    fn fill(key: Key, law: Law, out: &mut [Self]) {
        random::compute(key, law, out);
    }

    /// Sixteen rows of one length, no shorter than that, become columns `i` to `i + 15` of `to`. Element by element unless the
    /// type has a faster way.
    #[doc(hidden)]
    #[inline(always)]
    fn turn_band(rows: [&[Self]; BLOCK], to: &mut [Self], to_stride: usize, i: usize) {
        transpose::turn_band(rows, to, to_stride, i);
    }
}
