//! Dual numbers: a value and its derivative along one direction, computed together.

use std::cmp::Ordering;
use std::f64::consts::FRAC_2_SQRT_PI;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use diabolo_kernels::{FRAC_1_SQRT_2_PI, Scalar};

/// value + tangent·ε with ε² = 0.
///
/// A function of duals computes f(x) + f′(x)·ẋ·ε. A tape of duals differentiates a gradient: the tangent of the gradient
/// of a loss along v is the Hessian–vector product H·v. Comparison looks at the value alone.
///
/// ```
/// use diabolo_autodiff::{Dual, Gradients, Tape};
/// use ndarray::arr0;
///
/// // The second derivative of x³ at 2, forward over reverse.
/// let tape = Tape::new();
/// let x = tape.variable(&arr0(Dual::new(2.0, 1.0)));
/// let mut gradients = Gradients::new();
/// (x * x * x).backward(&mut gradients);
/// let slope = gradients.of(x).unwrap()[[]];
/// assert_eq!((slope.value, slope.tangent), (12.0, 12.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dual<S> {
    /// The value.
    pub value: S,
    /// The derivative along the chosen direction.
    pub tangent: S,
}

impl<S: Scalar> Dual<S> {
    /// A dual number.
    pub fn new(value: S, tangent: S) -> Self {
        Self { value, tangent }
    }

    /// f(x) with derivative `slope`.
    fn chain(self, value: S, slope: S) -> Self {
        // A constant stays constant where the slope is infinite, as a zero cotangent does in the reverse rules.
        Self { value, tangent: if self.tangent.is_zero() { S::zero() } else { slope * self.tangent } }
    }
}

impl<S: Scalar> PartialOrd for Dual<S> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<S: Scalar> fmt::Display for Dual<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {}ε", self.value, self.tangent)
    }
}

impl<S: Scalar> Add for Dual<S> {
    type Output = Self;
    fn add(self, b: Self) -> Self {
        Self::new(self.value + b.value, self.tangent + b.tangent)
    }
}

impl<S: Scalar> Sub for Dual<S> {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        Self::new(self.value - b.value, self.tangent - b.tangent)
    }
}

impl<S: Scalar> Mul for Dual<S> {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        Self::new(self.value * b.value, self.tangent * b.value + self.value * b.tangent)
    }
}

impl<S: Scalar> Div for Dual<S> {
    type Output = Self;
    fn div(self, b: Self) -> Self {
        let quotient = self.value / b.value;
        Self::new(quotient, (self.tangent - quotient * b.tangent) / b.value)
    }
}

impl<S: Scalar> Neg for Dual<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.value, -self.tangent)
    }
}

impl<S: Scalar> AddAssign for Dual<S> {
    fn add_assign(&mut self, b: Self) {
        *self = *self + b;
    }
}

impl<S: Scalar> SubAssign for Dual<S> {
    fn sub_assign(&mut self, b: Self) {
        *self = *self - b;
    }
}

impl<S: Scalar> MulAssign for Dual<S> {
    fn mul_assign(&mut self, b: Self) {
        *self = *self * b;
    }
}

impl<S: Scalar> DivAssign for Dual<S> {
    fn div_assign(&mut self, b: Self) {
        *self = *self / b;
    }
}

impl<S: Scalar> Sum for Dual<S> {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::default(), |sum, term| sum + term)
    }
}

impl<S: Scalar> Scalar for Dual<S> {
    const EPSILON: f64 = S::EPSILON;

    fn of(x: f64) -> Self {
        Self::new(S::of(x), S::zero())
    }
    fn to_f64(self) -> f64 {
        self.value.to_f64()
    }
    fn is_zero(self) -> bool {
        self.value.is_zero() && self.tangent.is_zero()
    }
    fn is_nan(self) -> bool {
        self.value.is_nan() || self.tangent.is_nan()
    }
    fn is_finite(self) -> bool {
        self.value.is_finite() && self.tangent.is_finite()
    }
    fn mul_add(self, b: Self, c: Self) -> Self {
        let tangent = self.tangent.mul_add(b.value, self.value.mul_add(b.tangent, c.tangent));
        Self::new(self.value.mul_add(b.value, c.value), tangent)
    }
    fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e)
    }
    fn exp_times(self, weight: Self) -> Self {
        let value = self.value.exp_times(weight.value);
        let scaled = |weight: S| if weight.is_zero() { weight } else { self.value.exp_times(weight) };
        self.chain(value, value) + Self::new(S::zero(), scaled(weight.tangent))
    }
    fn exp_m1(self) -> Self {
        self.chain(self.value.exp_m1(), self.value.exp())
    }
    fn ln(self) -> Self {
        self.chain(self.value.ln(), S::one() / self.value)
    }
    fn ln_1p(self) -> Self {
        self.chain(self.value.ln_1p(), S::one() / (S::one() + self.value))
    }
    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.chain(root, S::of(0.5) / root)
    }
    fn abs(self) -> Self {
        let zero = S::zero();
        let sign = if self.value > zero {
            S::one()
        } else if self.value < zero {
            -S::one()
        } else if self.value.is_nan() {
            self.value
        } else {
            zero
        };
        self.chain(self.value.abs(), sign)
    }
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
    fn tanh(self) -> Self {
        self.chain(self.value.tanh(), self.value.sech().square())
    }
    fn sech(self) -> Self {
        let y = self.value.sech();
        self.chain(y, -(y * self.value.tanh()))
    }
    fn sigmoid(self) -> Self {
        self.chain(self.value.sigmoid(), self.value.sigmoid() * (-self.value).sigmoid())
    }
    fn softplus(self) -> Self {
        self.chain(self.value.softplus(), self.value.sigmoid())
    }
    fn erf(self) -> Self {
        self.chain(self.value.erf(), S::of(FRAC_2_SQRT_PI) * self.value.gaussian(1.0))
    }
    fn normal_cdf(self) -> Self {
        self.chain(self.value.normal_cdf(), self.value.normal_pdf())
    }
    fn normal_tail(self) -> Self {
        let h = self.value.normal_tail();
        self.chain(h, self.value.mul_add(h, S::of(-FRAC_1_SQRT_2_PI)))
    }
    fn powf(self, p: f64) -> Self {
        // The constant x⁰ has slope 0 also where x⁻¹ is infinite.
        let slope = if p == 0.0 { S::zero() } else { S::of(p) * self.value.powf(p - 1.0) };
        self.chain(self.value.powf(p), slope)
    }
}
