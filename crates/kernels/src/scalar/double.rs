//! `f64`: the standard library's functions, and what it lacks in forms that survive saturation.

use super::Scalar;
use crate::product::{Epilogue, Level, Operand, product_on};

impl Scalar for f64 {
    const EPSILON: f64 = f64::EPSILON;
    const IN_VECTORS: bool = true;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
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
        self.exp()
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        self.exp_m1()
    }
    #[inline(always)]
    fn ln(self) -> Self {
        self.ln()
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        self.ln_1p()
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
        self.sin()
    }
    #[inline(always)]
    fn cos(self) -> Self {
        self.cos()
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        self.tanh()
    }
    #[inline(always)]
    fn sech(self) -> Self {
        let e = Scalar::exp(-self.abs());
        2.0 * e / (1.0 + e * e)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let e = Scalar::exp(-self.abs());
        (if self < 0.0 { e } else { 1.0 }) / (1.0 + e)
    }
    #[inline(always)]
    fn softplus(self) -> Self {
        Scalar::max(self, 0.0) + Scalar::ln_1p(Scalar::exp(-self.abs()))
    }

    fn product(left: Operand<'_, Self>, right: Operand<'_, Self>, out: &mut [Self], epilogue: Epilogue<'_, Self>) {
        product_on(Level::Widest, left, right, out, epilogue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_lacks_survives_saturation() {
        let inf = f64::INFINITY;
        assert_eq!([0.0, inf, -inf].map(Scalar::sech), [1.0, 0.0, 0.0]);
        assert_eq!([0.0, inf, -inf].map(Scalar::sigmoid), [0.5, 1.0, 0.0]);
        assert_eq!([inf, -inf, 800.0].map(Scalar::softplus), [inf, 0.0, 800.0]);
        for x in [-40.0_f64, -3.0, -1e-9, 0.25, 5.0, 300.0] {
            let near = |a: f64, b: f64| (a / b - 1.0).abs() < 4.0 * f64::EPSILON;
            assert!(near(Scalar::sech(x), 1.0 / x.cosh()));
            assert!(near(Scalar::sigmoid(x), 1.0 / (1.0 + (-x).exp())));
            assert!(near(Scalar::softplus(x), if x > 100.0 { x } else { x.exp().ln_1p() }));
        }
        for function in [Scalar::sech, Scalar::sigmoid, Scalar::softplus] as [fn(f64) -> f64; 3] {
            assert!(function(f64::NAN).is_nan());
        }
    }
}
