//! The numbers that everything above is generic over.

use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::product::{self, Epilogue, Operand};

mod double;
mod single;

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
    /// eˣ
    fn exp(self) -> Self;
    /// eˣ − 1 without cancellation near 0.
    fn exp_m1(self) -> Self;
    /// Natural logarithm; −∞ at 0, NaN below.
    fn ln(self) -> Self;
    /// ln(1 + x) without cancellation near 0.
    fn ln_1p(self) -> Self;
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

    /// x²
    #[inline(always)]
    fn square(self) -> Self {
        self * self
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
    fn product(left: Operand<'_, Self>, right: Operand<'_, Self>, out: &mut [Self], epilogue: Epilogue<'_, Self>) {
        product::naive(left, right, out, epilogue);
    }
}
