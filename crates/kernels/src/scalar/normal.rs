//! The error function and the distribution function of the normal distribution, for any precision that brings its series.
//!
//!   erf x = x + x·P(x²)                              |x| < 1
//!   erf x = ±(1 − e^(−x²)·erfcx |x|)                 beyond
//!   Φ(x)  = ½·e^(−x²/2)·erfcx (|x|/√2), x ≤ 0        Φ(x) = 1 − Φ(−x), x > 0
//!
//! The tails are in erfcx z = e^(z²)·(1 − erf z), which falls only as 1/(z√π): with q = 1/(z + K) and t = 1 − 2K·q, which
//! runs from −1 to 1 as z runs from 0 to ∞, it is q·G(t), and one polynomial G serves for all z ≥ 0. (The variable is that
//! of Shepherd and Laframboise, *Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞*, Mathematics of
//! Computation 36, 1981.) The coefficients are those of Chebyshev interpolants, computed with 50 digits.

use std::f64::consts::FRAC_1_SQRT_2;

use super::Scalar;

/// The coefficients of one precision, those of low powers first.
#[derive(Debug)]
pub(super) struct Series<const N: usize, const M: usize> {
    /// P, in x².
    pub(super) centre: [f64; N],
    /// G, in t.
    pub(super) tail: [f64; M],
    /// K, where t is 0.
    pub(super) knot: f64,
}

impl<const N: usize, const M: usize> Series<N, M> {
    #[inline(always)]
    pub(super) fn erf<S: Scalar>(&self, x: S) -> S {
        let near = x.mul_add(polynomial(&self.centre, x.square()), x);
        let far = (-x.gaussian(1.0)).mul_add(self.erfcx(x.abs()), S::one());
        let far = if x < S::zero() { -far } else { far };
        if x.abs() < S::one() { near } else { far }
    }

    #[inline(always)]
    pub(super) fn normal_cdf<S: Scalar>(&self, x: S) -> S {
        // Half of a number is exact unless it is subnormal: the factor that is not small is halved.
        let half = S::of(0.5) * self.erfcx(x.abs() * S::of(FRAC_1_SQRT_2));
        let bell = x.gaussian(0.5);
        if x > S::zero() { (-bell).mul_add(half, S::one()) } else { bell * half }
    }

    /// e^(z²)·(1 − erf z) for z ≥ 0. Rounding z costs nothing here, where it would cost z² times as much in 1 − erf z.
    #[inline(always)]
    fn erfcx<S: Scalar>(&self, z: S) -> S {
        let q = S::one() / (z + S::of(self.knot));
        q * polynomial(&self.tail, q.mul_add(S::of(-2.0 * self.knot), S::one()))
    }
}

#[inline(always)]
fn polynomial<S: Scalar, const N: usize>(coefficients: &[f64; N], x: S) -> S {
    coefficients.iter().rev().fold(S::zero(), |sum, &c| sum.mul_add(x, S::of(c)))
}
