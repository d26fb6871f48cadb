//! The error function and the distribution function of the normal distribution, for any precision that brings its series.
//!
//! ```text
//! erf x = x + x·P(x²)                               |x| < 1
//! erf x = ±(1 − 2·e^(−x²)·h(|x|·√2))                beyond
//! Φ(x)  = e^(−x²/2)·h(−x), x ≤ 0                    Φ(x) = 1 − Φ(−x), x > 0
//! ```
//!
//! The tails are in h(x) = e^(x²/2)·Φ(−x), which falls only as 1/(x·√(2π)): with q = 1/(x + κ) and t = 1 − 2κ·q, which runs from −1 to
//! 1 as x runs from 0 to ∞, it is q·G(t), and one polynomial G serves for all x ≥ 0. (The variable is that of Shepherd and Laframboise,
//! *Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞*, Mathematics of Computation 36, 1981.) The coefficients are
//! those of Chebyshev interpolants, computed with 60 digits.
//!
//! q is rounded, so q·G(t) is exact for a neighbour of x, whose distance is known: (1 − q·(x + κ))/q. With h′ = x·h − 1/√(2π) that is made
//! good, and without it the error would be twice as large. κ is a power of two, so that 2κ·q is exact.

use std::f64::consts::SQRT_2;

use super::{FRAC_1_SQRT_2_PI, Scalar};

const KAPPA: f64 = 4.0;

/// The coefficients of one precision, those of low powers first.
#[derive(Debug)]
pub(super) struct Series<const N: usize, const M: usize> {
    /// P, in x².
    pub(super) centre: [f64; N],
    /// G, in t.
    pub(super) tail: [f64; M],
}

impl<const N: usize, const M: usize> Series<N, M> {
    #[inline(always)]
    pub(super) fn erf<S: Scalar>(&self, x: S) -> S {
        let near = x.mul_add(polynomial(&self.centre, x.square()), x);
        // Of what is taken from 1 a few units in the last place do not count.
        let Near { q, g, .. } = self.near(x.abs() * S::of(SQRT_2));
        let far = (-x.gaussian(1.0)).mul_add((q + q) * g, S::one());
        let far = if x < S::zero() { -far } else { far };
        if x.abs() < S::one() { near } else { far }
    }

    #[inline(always)]
    pub(super) fn normal_cdf<S: Scalar>(&self, x: S) -> S {
        // Beyond, the density is 0 in every precision.
        let x = x.max(S::of(-1e3)).min(S::of(1e3));
        let square = x.square();
        // What rounding takes from x² would be magnified.
        let lost = x.mul_add(x, -square) * S::of(-0.5);
        let tail = self.tail(x.abs(), lost);
        let below = (square * S::of(-0.5)).exp_times(tail);
        if x > S::zero() { S::one() - below } else { below }
    }

    /// h(x)·(1 + `more`) for x ≥ 0 and a small `more`. From 100 on h(100), by which nothing is multiplied but 0.
    #[inline(always)]
    pub(super) fn tail<S: Scalar>(&self, x: S, more: S) -> S {
        let (x, kappa) = (x.min(S::of(100.0)), S::of(KAPPA));
        let Near { sum, q, g } = self.near(x);
        let part = sum - x;
        let lost = (x - (sum - part)) + (kappa - part);
        let h = q * g;
        let away = ((-q).mul_add(sum, S::one()) - q * lost) * sum;
        let slope = x.mul_add(h, S::of(-FRAC_1_SQRT_2_PI));
        q.mul_add(g, h * more - slope * away)
    }

    #[inline(always)]
    fn near<S: Scalar>(&self, x: S) -> Near<S> {
        let sum = x + S::of(KAPPA);
        let q = S::one() / sum;
        Near { sum, q, g: polynomial(&self.tail, q.mul_add(S::of(-2.0 * KAPPA), S::one())) }
    }
}

/// x + κ, its reciprocal q, and G: q·G is h at a neighbour of x.
struct Near<S> {
    sum: S,
    q: S,
    g: S,
}

#[inline(always)]
fn polynomial<S: Scalar, const N: usize>(coefficients: &[f64; N], x: S) -> S {
    coefficients.iter().rev().fold(S::zero(), |sum, &c| sum.mul_add(x, S::of(c)))
}
