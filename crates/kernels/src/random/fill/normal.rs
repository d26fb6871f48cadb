//! The transform of Box and Muller, in the arithmetic of the scalar.
//!
//! Two words a pair: one gives the radius, one the angle. Both are taken so that nothing is lost where a 32-bit word
//! says more than a 24-bit significand holds: the radius through ln u below ½ and ln (1 − v) above, the angle as a
//! quarter turn and a rest of at most an eighth turn to either side.

use super::{Draw, LANES};
use crate::Scalar;

#[derive(Clone, Copy)]
pub(super) struct Normal<S> {
    pub(super) mean: S,
    pub(super) std: S,
}

impl<S: Scalar> Draw<S> for Normal<S> {
    const IN_VECTORS: bool = S::IN_VECTORS;

    #[inline(always)]
    fn draw(self, words: &[[u32; LANES]; 4]) -> [[S; LANES]; 4] {
        let mut out = [[S::zero(); LANES]; 4];
        for pair in 0..2 {
            for lane in 0..LANES {
                let radius = radius::<S>(words[2 * pair][lane]);
                let [cos, sin] = direction::<S>(words[2 * pair + 1][lane]);
                out[2 * pair][lane] = (self.std * radius).mul_add(cos, self.mean);
                out[2 * pair + 1][lane] = (self.std * radius).mul_add(sin, self.mean);
            }
        }
        out
    }
}

/// √(−2 ln u) with u = (word + ½) · 2⁻³².
#[inline(always)]
fn radius<S: Scalar>(word: u32) -> S {
    let unit = |word: u32| S::of((f64::from(word) + 0.5) * 2f64.powi(-32));
    let (low, high) = (unit(word).ln(), (-unit(!word)).ln_1p());
    (S::of(-2.0) * if word >> 31 == 0 { low } else { high }).sqrt()
}

/// Cosine and sine of the angle word · 2⁻³² turns.
#[inline(always)]
fn direction<S: Scalar>(word: u32) -> [S; 2] {
    let quarter = word.wrapping_add(1 << 29) >> 30;
    let rest = word.wrapping_sub(quarter << 30) as i32;
    let x = S::of(f64::from(rest) * (std::f64::consts::TAU * 2f64.powi(-32)));
    let z = x.square();
    // The series of sin x and cos x, to f64's precision on |x| ≤ π/4: the coefficients are ±1/n!.
    let sin =
        x * series(z, [1.0, -6.0, 120.0, -5_040.0, 362_880.0, -39_916_800.0, 6_227_020_800.0, -1_307_674_368_000.0]);
    let cos = series(
        z,
        [1.0, -2.0, 24.0, -720.0, 40_320.0, -3_628_800.0, 479_001_600.0, -87_178_291_200.0, 20_922_789_888_000.0],
    );
    let (a, b) = if quarter & 1 == 0 { (cos, sin) } else { (sin, cos) };
    [if (quarter + 1) & 2 == 0 { a } else { -a }, if quarter & 2 == 0 { b } else { -b }]
}

/// Σₙ zⁿ / divisors[n]
#[inline(always)]
fn series<S: Scalar, const N: usize>(z: S, divisors: [f64; N]) -> S {
    divisors.into_iter().rev().fold(S::zero(), |sum, divisor| sum.mul_add(z, S::of(1.0 / divisor)))
}
