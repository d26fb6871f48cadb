//! # gelu
//!
//! ```text
//! y = x · Φ(x)
//! x̄ = ȳ · (Φ(x) + x · φ(x))
//! ```
//!
//! Gaussian error linear unit (Hendrycks and Gimpel, *Gaussian error linear units*, 2016, section 2), exact and not by tanh: Φ is the
//! distribution function of the standard normal distribution and φ = Φ′ its density. dy = Φ(x)·dx + x·φ(x)·dx.
//!
//! Kinks: none. Why not ½ · x · (1 + erf (x/√2)): the sum is exactly 0 in `f32` from about x = −5.5 on, and loses digits long before.
//! And why not Φ(x) as such: from −37.5 on (−12.9 in `f32`) it is subnormal, and x times it has no more digits than it has. So with
//! h(x) = e^(x²/2) · Φ(−x), the tail without its fall, everything that falls is multiplied last:
//!
//! ```text
//! y  = max(x, 0) − e^(−x²/2) · |x| · h(|x|)
//! y′ = [x ≥ 0] + e^(−x²/2) · (x/√(2π) ∓ h(|x|))      − where x ≥ 0, + below
//! ```
//!
//! since Φ(x) = 1 − Φ(−x). At −∞ e^(−x²/2) falls faster than x grows: value and slope are 0, not 0 · ∞.
//! In the left tail of the slope bell, x and h each err: among 10⁵ points some are 4.3 ulps off. `Scalar::gelu` computes the value as above;
//! that of `f32` is within 2 ulps for every x.

use diabolo_kernels::{FRAC_1_SQRT_2_PI, Scalar};

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// x · Φ(x), the smooth gate of the normal distribution, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

impl Elementwise<1> for Gelu {
    const CARD: Card = Card {
        name: "gelu",
        forward: "y = x · Φ(x)",
        backward: &["x̄ = ȳ · (Φ(x) + x · φ(x))"],
        latex: r"y = x\, \Phi(x), \qquad \bar x = \bar y\,(\Phi(x) + x\, \varphi(x))",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 5, f32: 5 },
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.gelu()
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        let tail = (if x < S::zero() { -x } else { x }).normal_tail();
        let (slope, tail) = if x < S::zero() { (S::zero(), tail) } else { (S::one(), -tail) };
        [gy * (slope + x.gaussian_times(0.5, x.mul_add(S::of(FRAC_1_SQRT_2_PI), tail)))]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x · Φ(x) with the distribution function Φ of the standard normal distribution, elementwise, exactly.
    #[must_use]
    #[track_caller]
    pub fn gelu(self) -> Self {
        self.tape.record(Map(Gelu), &[self])
    }
}

impl Case for Gelu {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].gelu()
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![
            Sample::new(Self).input(&[3, 4], Domain::REAL),
            Sample::new(Self).input(&[5], Domain::Between(-20.0, 20.0)),
            Sample::new(Self).input(&[1], Domain::Between(0.0, 0.0)), // where the sides meet, for second derivatives
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-40.0, 40.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge::point(Self, [0.0], 0.0, [0.5], "half the slope of a line"),
            Edge::point(Self, [1.0], 0.841_344_746_068_542_9, [1.083_315_470_587_686_3], "overshoots the line"),
            Edge::point(
                Self,
                [-0.5],
                -0.154_268_769_362_993_45,
                [0.132_504_875_343_837_15],
                "an ordinary point on the left",
            ),
            Edge::point(
                Self,
                [-10.0],
                -7.619_853_024_160_526e-23,
                [-7.618_400_096_464_814e-22],
                "the left tail survives",
            ),
            Edge::point(
                Self,
                [-37.0],
                -2.118_461_352_334_093_5e-298,
                [-7.838_298_669_418_516e-297],
                "to the end of the range",
            ),
            Edge::point(Self, [f64::NEG_INFINITY], 0.0, [0.0], "the limit on the left"),
            Edge::point(Self, [f64::INFINITY], f64::INFINITY, [1.0], "the limit on the right"),
            Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
            Edge::point(Self, [-1e-310], -5e-311, [0.5], "subnormal numbers are on a line"),
            Edge::point(
                Self,
                [-38.25],
                -7.954_8e-319,
                [-3.042_703e-317],
                "Φ has four digits left here, value and slope have all that they can have",
            ),
            Edge::empty(Self, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Gelu>();
    }
}
