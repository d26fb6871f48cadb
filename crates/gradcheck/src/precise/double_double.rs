//! A number as the unevaluated sum of two `f64`, with an exponent of its own: 106 bits, and no overflow or underflow.
//!
//! ```text
//! x = (h + l) · 2ᵉ      1 ≤ |h| < 2, |l| ≤ ½ ulp(h)
//! a + b   s = fl(a + b), and s + r = a + b exactly (two-sum)
//! a · b   p = fl(a · b), r = fma(a, b, −p), and p + r = a · b exactly
//! a / b   one quotient of leading parts after another, each of what the last has left over
//! √a      y = √h + (a − (√h)²) / (2·√h), one step of Newton's rule
//! ```
//!
//! Sources: Dekker, *A floating-point technique for extending the available precision*, Numerische Mathematik 18, 1971; Knuth,
//! *The art of computer programming* 2, section 4.2.2; Hida, Li and Bailey, *Algorithms for quad-double precision
//! floating point arithmetic*, 2001. Sum, product, quotient and root are within 2⁻¹⁰² of the exact result, relative to it.
//!
//! Why the exponent: without it the exact remainder of a product underflows from 2⁻⁹⁶⁹ on, which is where the tails are that
//! have to be checked; and textbook formulas may pass through e¹⁰⁰⁰.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// (`high` + `low`) · 2^`exponent`. What is zero, infinite or NaN is so in `high`, with nothing in the other two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DoubleDouble {
    high: f64,
    low: f64,
    exponent: i64,
}

/// Numbers this many binary places smaller than their neighbour do not change it. (Not 106: a low part may be far below.)
const NEGLIGIBLE: i64 = 900;

impl DoubleDouble {
    pub(crate) const ZERO: Self = Self { high: 0.0, low: 0.0, exponent: 0 };
    pub(crate) const ONE: Self = Self { high: 1.0, low: 0.0, exponent: 0 };
    pub(crate) const NAN: Self = Self { high: f64::NAN, low: 0.0, exponent: 0 };

    /// `high` + `low`, exactly. For constants, of which `low` is what rounding took from `high`.
    pub(crate) fn sum_of(high: f64, low: f64) -> Self {
        Self::from(high) + Self::from(low)
    }

    /// x · 2ⁿ
    pub(crate) fn scaled(self, n: i64) -> Self {
        if self.is_special() { self } else { Self { exponent: self.exponent.saturating_add(n), ..self } }
    }

    /// The e of 2ᵉ ≤ |x| < 2ᵉ⁺¹, for what is neither zero, infinite nor NaN.
    pub(crate) fn exponent(self) -> Option<i64> {
        // A leading part of exactly ±1 may stand for a little less.
        let below = self.high.abs() == 1.0 && self.low * self.high < 0.0;
        (!self.is_special()).then(|| self.exponent - i64::from(below))
    }

    /// The number without its exponent, between 1 and 2 in magnitude.
    pub(crate) fn significand(self) -> Self {
        Self { exponent: 0, ..self }
    }

    /// The two parts, each times 2ᵉ.
    pub(crate) fn parts(self) -> (f64, f64, i64) {
        (self.high, self.low, self.exponent)
    }

    pub(crate) fn abs(self) -> Self {
        if self.is_negative() { -self } else { self }
    }

    pub(crate) fn is_negative(self) -> bool {
        self.high < 0.0
    }

    pub(crate) fn is_zero(self) -> bool {
        self.high == 0.0
    }

    pub(crate) fn is_nan(self) -> bool {
        self.high.is_nan()
    }

    pub(crate) fn is_finite(self) -> bool {
        self.high.is_finite()
    }

    /// The larger of two; NaN if either is NaN.
    pub(crate) fn larger(self, other: Self) -> Self {
        if self.is_nan() || self > other { self } else { other }
    }

    /// The nearest `f64`, or one beside it where that is subnormal.
    pub(crate) fn to_f64(self) -> f64 {
        if self.is_special() {
            return self.high;
        }
        // In two steps, since 2ᵉ alone may be subnormal or infinite where the number is not.
        let e = self.exponent.clamp(-1200, 1200);
        self.high * power_of_2(e / 2) * power_of_2(e - e / 2)
    }

    pub(crate) fn sqrt(self) -> Self {
        if self.is_special() || self.is_negative() {
            return Self::special(self.high.sqrt());
        }
        let odd = self.exponent.rem_euclid(2);
        let x = self.significand().scaled(odd);
        let near = Self::from(x.to_f64().sqrt());
        let root = near + (x - near * near) / near.scaled(1);
        root.scaled((self.exponent - odd) / 2)
    }

    /// xⁿ by squaring, within n · 2⁻¹⁰² of the exact result, relative to it.
    pub(crate) fn powi(self, n: i64) -> Self {
        let (mut y, mut factor, mut rest) = (Self::ONE, self, n.unsigned_abs());
        while rest > 0 {
            if rest % 2 == 1 {
                y *= factor;
            }
            factor *= factor;
            rest /= 2;
        }
        if n < 0 { Self::ONE / y } else { y }
    }

    fn is_special(self) -> bool {
        self.high == 0.0 || !self.high.is_finite()
    }

    fn special(high: f64) -> Self {
        Self { high, low: 0.0, exponent: 0 }
    }

    /// (high + low) · 2ᵉ in the form of the header, for |low| below |high|.
    fn normal(high: f64, low: f64, exponent: i64) -> Self {
        let sum = high + low;
        if sum == 0.0 || !sum.is_finite() {
            return Self::special(sum);
        }
        let low = low - (sum - high);
        let shift = exponent_of(sum);
        let high = f64::from_bits(sum.to_bits() & !EXPONENT_BITS | 1.0_f64.to_bits());
        // There is something low only where the shift is small: a number that comes from outside has nothing there.
        let low = if low == 0.0 { low } else { low * power_of_2(-shift) };
        Self { high, low, exponent: exponent.saturating_add(shift) }
    }
}

const EXPONENT_BITS: u64 = 0x7ff << 52;

/// 2ⁿ for −1022 ≤ n ≤ 1023.
fn power_of_2(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

/// The e of 2ᵉ ≤ |x| < 2ᵉ⁺¹ for an x that is not subnormal.
fn exponent_of(x: f64) -> i64 {
    (x.to_bits() >> 52 & 0x7ff) as i64 - 1023
}

/// a + b, and what rounding took from it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// The same for |a| ≥ |b|.
fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

impl From<f64> for DoubleDouble {
    fn from(x: f64) -> Self {
        let (x, exponent) = if x.is_subnormal() { (x * power_of_2(200), -200) } else { (x, 0) };
        Self::normal(x, 0.0, exponent)
    }
}

impl fmt::Display for DoubleDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_f64(), f)
    }
}

impl PartialEq for DoubleDouble {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for DoubleDouble {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.is_special() || other.is_special() {
            self.high.partial_cmp(&other.high)
        } else {
            (*self - *other).high.partial_cmp(&0.0)
        }
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low, exponent: self.exponent }
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    #[inline(never)]
    fn add(self, other: Self) -> Self {
        if !self.is_finite() || !other.is_finite() || self.is_zero() && other.is_zero() {
            return Self::special(self.high + other.high);
        }
        let (a, b) = if other.is_zero() || !self.is_zero() && self.exponent >= other.exponent {
            (self, other)
        } else {
            (other, self)
        };
        let apart = a.exponent.saturating_sub(b.exponent);
        if b.is_zero() || apart > NEGLIGIBLE {
            return a;
        }
        let scale = power_of_2(-apart);
        let (sum, lost) = two_sum(a.high, b.high * scale);
        let (low, lost_low) = two_sum(a.low, b.low * scale);
        let (sum, lost) = quick_two_sum(sum, lost + low);
        Self::normal(sum, lost + lost_low, a.exponent)
    }
}

impl Sub for DoubleDouble {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    #[inline(never)]
    fn mul(self, other: Self) -> Self {
        let product = self.high * other.high;
        let lost = self.high.mul_add(other.high, -product);
        let lost = lost + (self.high * other.low + self.low * other.high);
        if self.is_special() || other.is_special() {
            return Self::special(product);
        }
        Self::normal(product, lost, self.exponent.saturating_add(other.exponent))
    }
}

impl Div for DoubleDouble {
    type Output = Self;

    #[inline(never)]
    fn div(self, other: Self) -> Self {
        if self.is_special() || other.is_special() {
            return Self::special(self.high / other.high);
        }
        let (a, b) = (self.significand(), other.significand());
        let first = Self::from(a.high / b.high);
        let rest = a - first * b;
        let second = Self::from(rest.to_f64() / b.high);
        let rest = rest - second * b;
        let third = Self::from(rest.to_f64() / b.high);
        (first + (second + third)).scaled(self.exponent.saturating_sub(other.exponent))
    }
}

impl AddAssign for DoubleDouble {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for DoubleDouble {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for DoubleDouble {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl DivAssign for DoubleDouble {
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl Sum for DoubleDouble {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, |sum, term| sum + term)
    }
}
