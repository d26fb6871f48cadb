//! # powi
//!
//! ```text
//! y = xⁿ
//! x̄ = ȳ · n · xⁿ⁻¹
//! ```
//!
//! For an integer n that is not part of the differentiation. The product of n factors x has n derivatives, each the product of the
//! other factors: d(xⁿ) = n·xⁿ⁻¹·dx; and for n < 0, with m = −n, d(1/xᵐ) = −m·xᵐ⁻¹/x²ᵐ·dx = n·xⁿ⁻¹·dx.
//!
//! Kinks: none. x⁰ is the constant 1 with slope 0, also at 0 and at NaN, as IEEE 754 has it; x¹ has slope 1 at 0 too. Negative powers
//! have a pole at 0, where the formula gives ±∞; a zero cotangent stays 0 there. Powers are made by squaring, and negative ones by
//! dividing, with an error that grows with |n|: each factor is rounded, and so is each product. 5 units in the last place hold for the
//! slope up to |n| = 6; more digits would need products of twice the length.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// An integer power, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Powi {
    /// n
    pub exponent: i32,
}

impl Elementwise<1> for Powi {
    const CARD: Card = Card {
        name: "powi",
        forward: "y = xⁿ",
        backward: &["x̄ = ȳ · n · xⁿ⁻¹"],
        latex: r"y = x^n, \qquad \bar x = \bar y\, n x^{n-1}",
        reads: Reads::X,
        kinks: "none; x⁰ is the constant 1, with slope 0",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 5, f32: 5 },
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        times_power(S::one(), x, self.exponent.into())
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        let n = i64::from(self.exponent);
        [if n == 0 { S::zero() } else { times_power(gy * S::of(n as f64), x, n - 1) }]
    }
}

/// y·xⁿ by squaring: exact on dual numbers too, at 0 as anywhere. The last factors are not squared before they are multiplied, so no
/// factor leaves the range of numbers before the result does.
#[inline(always)]
fn times_power<S: Scalar>(mut y: S, x: S, n: i64) -> S {
    let times = |y: S, factor: S| if n < 0 { y / factor } else { y * factor };
    let (mut factor, mut rest) = (x, n.unsigned_abs());
    while rest > 3 {
        if rest % 2 == 1 {
            y = times(y, factor);
        }
        factor *= factor;
        rest /= 2;
    }
    (0..rest).fold(y, |y, _| times(y, factor))
}

impl<S: Scalar> Var<'_, S> {
    /// xⁿ for an integer n = `exponent`, elementwise; for n = 2 there is [`square`](Self::square).
    #[must_use]
    #[track_caller]
    pub fn powi(self, exponent: i32) -> Self {
        self.tape.record(Map(Powi { exponent }), &[self])
    }
}

impl Case for Powi {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].powi(self.exponent)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |exponent, domain| Sample::new(Self { exponent }).input(&[3, 4], domain);
        let of_any_sign = [0, 1, 2, 3, 6].map(|exponent| sample(exponent, Domain::REAL));
        let with_a_pole = [-1, -2, -5].map(|exponent| sample(exponent, Domain::AwayFromZero(0.5)));
        of_any_sign.into_iter().chain(with_a_pole).collect()
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        let at = |exponent, x, y, slope, why| Edge::point(Self { exponent }, [x], y, [slope], why);
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            at(3, -2.0, -8.0, 12.0, "odd powers keep the sign"),
            at(-2, -2.0, 0.25, 0.25, "even powers lose it"),
            at(0, 0.0, 1.0, 0.0, "0⁰ is 1, and 0 · 0⁻¹ is not NaN"),
            at(1, 0.0, 0.0, 1.0, "x¹ is a line, at 0 too"),
            at(2, 0.0, 0.0, 0.0, "flat at the bottom"),
            at(-1, 0.0, inf, -inf, "the pole"),
            at(2, 1e200, inf, 2e200, "the value overflows, the slope does not"),
            at(i32::MAX, -1.0, -1.0, f64::from(i32::MAX), "any exponent"),
            at(i32::MIN, -1.0, 1.0, 2_147_483_648.0, "any exponent"),
            at(-1, inf, 0.0, 0.0, "falls ever more slowly"),
            at(0, nan, 1.0, 0.0, "a constant does not depend on x"),
            at(2, nan, nan, nan, "NaN in, NaN out"),
            at(2, 5e-324, 0.0, 1e-323, "the value underflows, the slope does not"),
            at(-1, 1e-310, inf, -inf, "the reciprocal of a subnormal number is too large for a number"),
            at(-2, 1e157, 1e-314, 0.0, "x² is too large for a number, its reciprocal is not too small for one"),
            at(3, -inf, -inf, inf, "odd powers keep the sign of −∞"),
            Edge::empty(Self { exponent: 3 }, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Powi>();
    }
}
