//! [`DoubleDouble`] as a [`Scalar`], so that one formula serves it and numbers of any other precision.

use diabolo_kernels::Scalar;

use super::{DoubleDouble, exponential, logarithm, logistic, normal, power, trigonometric};

impl Scalar for DoubleDouble {
    /// 2⁻¹⁰⁵
    const EPSILON: f64 = f64::EPSILON * f64::EPSILON / 2.0;

    fn of(x: f64) -> Self {
        Self::from(x)
    }
    fn to_f64(self) -> f64 {
        self.to_f64()
    }
    fn is_zero(self) -> bool {
        self.is_zero()
    }
    fn is_nan(self) -> bool {
        self.is_nan()
    }
    fn is_finite(self) -> bool {
        self.is_finite()
    }
    fn mul_add(self, b: Self, c: Self) -> Self {
        self * b + c
    }
    fn exp(self) -> Self {
        exponential::exp(self)
    }
    fn exp_times(self, weight: Self) -> Self {
        self.exp() * weight
    }
    fn exp_m1(self) -> Self {
        exponential::exp_m1(self)
    }
    fn ln(self) -> Self {
        logarithm::ln(self)
    }
    fn ln_1p(self) -> Self {
        logarithm::ln_1p(self)
    }
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    fn abs(self) -> Self {
        self.abs()
    }
    fn sin(self) -> Self {
        trigonometric::sin(self)
    }
    fn cos(self) -> Self {
        trigonometric::cos(self)
    }
    fn tanh(self) -> Self {
        logistic::tanh(self)
    }
    fn sech(self) -> Self {
        logistic::sech(self)
    }
    fn sigmoid(self) -> Self {
        logistic::sigmoid(self)
    }
    fn softplus(self) -> Self {
        logistic::softplus(self)
    }
    fn erf(self) -> Self {
        normal::erf(self)
    }
    fn normal_cdf(self) -> Self {
        normal::normal_cdf(self)
    }
    fn normal_tail(self) -> Self {
        normal::normal_cdf(-self) * exponential::exp((self * self).scaled(-1))
    }
    fn powf(self, p: f64) -> Self {
        power::pow(self, p.into())
    }
    fn gaussian(self, c: f64) -> Self {
        normal::gaussian(self, c)
    }
    fn normal_pdf(self) -> Self {
        normal::gaussian(self, 0.5) * normal::one_over_root_two_pi()
    }
}
