//! Dual numbers in double-double that remember how large the terms of their sums were.
//!
//! ```text
//! x + ẋ·ε, ε² = 0
//! f(x)     size of value: |f′|·s        of tangent: max(|f′|·ṡ, |f″·ẋ|·s)
//! a + b    the largest of their sizes, and of |a| and |b| if the signs differ
//! a · b    the largest of |a|·s_b, |b|·s_a; of the tangent: those of ȧ·b + a·ḃ
//! ```
//!
//! A sum that nearly cancels cannot be better than its largest term's last place, however it is computed. So each number carries
//! s and ṡ, the sizes to which such terms have grown in its value and in its tangent: a distance is measured in units in the last
//! place of the larger of the result and that. What is given (an input, a constant) is exact: the sum of two such has no excuse,
//! since it is rounded once. Nor has a sum whose terms have the same sign: it is larger than both.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::DoubleDouble;

/// A value and its derivative along one direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Jet {
    /// The value.
    pub(crate) value: DoubleDouble,
    /// The derivative along the chosen direction.
    pub(crate) tangent: DoubleDouble,
    /// The largest term in the sums of the value; 0 without any.
    pub(crate) value_size: DoubleDouble,
    /// The largest term in the sums of the tangent; 0 without any.
    pub(crate) tangent_size: DoubleDouble,
    /// Whether the value was given and not computed.
    pub(super) given: bool,
}

impl Jet {
    /// A constant.
    pub(crate) fn constant(value: impl Into<DoubleDouble>) -> Self {
        Self::variable(value, 0.0)
    }

    /// An input that moves with this velocity.
    pub(crate) fn variable(value: impl Into<DoubleDouble>, tangent: f64) -> Self {
        Self { value: value.into(), tangent: tangent.into(), given: true, ..Self::default() }
    }

    /// xⁿ
    pub(crate) fn powi(self, n: i64) -> Self {
        let falling =
            |by: i64| (0..by).map(|i| DoubleDouble::from((n - i) as f64)).fold(DoubleDouble::ONE, |a, b| a * b);
        // The derivatives of a constant are 0 also where the power that they would have is infinite.
        let derivative = |by: i64| match falling(by) {
            zero if zero.is_zero() => zero,
            factor => factor * self.value.powi(n - by),
        };
        self.chain(self.value.powi(n), derivative(1), derivative(2))
    }

    /// 1 / x
    pub(crate) fn recip(self) -> Self {
        let y = DoubleDouble::ONE / self.value;
        self.chain(y, -(y * y), (y * y * y).scaled(1))
    }

    /// f(x), from f(x), f′(x) and f″(x).
    #[inline(never)]
    pub(super) fn chain(self, value: DoubleDouble, slope: DoubleDouble, curvature: DoubleDouble) -> Self {
        Self {
            value,
            // What does not move stays where it is, also where the slope is infinite.
            tangent: times(self.tangent, slope),
            value_size: times(self.value_size, slope).abs(),
            tangent_size: times(self.tangent_size, slope)
                .abs()
                .larger(times(self.value_size, times(self.tangent, curvature)).abs()),
            given: false,
        }
    }
}

/// size · factor, where a size of 0 stays 0.
fn times(size: DoubleDouble, factor: DoubleDouble) -> DoubleDouble {
    if size.is_zero() { DoubleDouble::ZERO } else { size * factor }
}

/// The larger of two terms of a sum, if they cancel.
fn larger_term(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let cancel = a.is_negative() != b.is_negative() && !a.is_zero() && !b.is_zero();
    if cancel { a.abs().larger(b.abs()) } else { DoubleDouble::ZERO }
}

impl PartialEq for Jet {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialOrd for Jet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl fmt::Display for Jet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {}ε", self.value, self.tangent)
    }
}

impl Neg for Jet {
    type Output = Self;
    fn neg(self) -> Self {
        Self { value: -self.value, tangent: -self.tangent, ..self }
    }
}

impl Add for Jet {
    type Output = Self;

    #[inline(never)]
    fn add(self, other: Self) -> Self {
        let terms = match self.given && other.given {
            true => DoubleDouble::ZERO,
            false => larger_term(self.value, other.value),
        };
        Self {
            value: self.value + other.value,
            tangent: self.tangent + other.tangent,
            value_size: terms.larger(self.value_size).larger(other.value_size),
            tangent_size: larger_term(self.tangent, other.tangent).larger(self.tangent_size).larger(other.tangent_size),
            given: false,
        }
    }
}

impl Sub for Jet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Jet {
    type Output = Self;

    #[inline(never)]
    fn mul(self, other: Self) -> Self {
        let (a, b) = (self, other);
        let (left, right) = (times(a.tangent, b.value), times(b.tangent, a.value));
        let inherited = [
            times(a.tangent_size, b.value),
            times(b.value_size, a.tangent),
            times(b.tangent_size, a.value),
            times(a.value_size, b.tangent),
        ];
        Self {
            value: a.value * b.value,
            tangent: left + right,
            value_size: times(b.value_size, a.value).abs().larger(times(a.value_size, b.value).abs()),
            tangent_size: inherited.into_iter().fold(larger_term(left, right), |size, s| size.larger(s.abs())),
            given: false,
        }
    }
}

impl Div for Jet {
    type Output = Self;
    #[expect(clippy::suspicious_arithmetic_impl, reason = "a quotient is a product with the reciprocal")]
    fn div(self, other: Self) -> Self {
        self * other.recip()
    }
}

impl AddAssign for Jet {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Jet {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Jet {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl DivAssign for Jet {
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl Sum for Jet {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::default(), |sum, term| sum + term)
    }
}
