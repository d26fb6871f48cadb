//! # powf
//!
//! ```text
//! y = xᵖ
//! x̄ = ȳ · p · xᵖ⁻¹
//! ```
//!
//! For a real p that is not part of the differentiation. xᵖ = e^(p·ln x), so dy = xᵖ·p/x·dx = p·xᵖ⁻¹·dx; as p·y/x that would be
//! 0 / 0 at x = 0.
//!
//! Kinks: at x = 0 the slope is 0 for p > 1, 1 for p = 1, ∞ for 0 < p < 1 and −∞ for p < 0 (a pole), unless the cotangent is 0: then
//! nothing flowed, and the gradient is 0. x⁰ is the constant 1 with slope 0, also at 0 and at NaN. Below 0 all is NaN, unless p is an
//! integer: then y is the integer power. All as IEEE 754 defines pow.

use diabolo_kernels::Scalar;

use crate::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};

/// A constant real power, elementwise.
#[derive(Clone, Copy, Debug)]
pub struct Powf {
    /// p
    pub exponent: f64,
}

impl Elementwise<1> for Powf {
    const CARD: Card = Card {
        name: "powf",
        forward: "y = xᵖ",
        backward: &["x̄ = ȳ · p · xᵖ⁻¹"],
        latex: r"y = x^p, \qquad \bar x = \bar y\, p x^{p-1}",
        reads: Reads::X,
        kinks: "slope ∞ at x = 0 where 0 < p < 1; a zero cotangent stays 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    #[inline(always)]
    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.powf(self.exponent)
    }

    #[inline(always)]
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        let p = self.exponent;
        [if p == 0.0 { S::zero() } else { gy * S::of(p) * x.powf(p - 1.0) }]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// xᵖ for a constant p = `exponent`, elementwise; for integers [`powi`](Self::powi) is exact more often.
    ///
    /// # Panics
    /// If `exponent` is not finite.
    #[must_use]
    #[track_caller]
    pub fn powf(self, exponent: f64) -> Self {
        assert!(exponent.is_finite(), "powf: the exponent must be finite, not {exponent}");
        self.tape.record(Map(Powf { exponent }), &[self])
    }
}

impl Case for Powf {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].powf(self.exponent)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |exponent, domain| Sample::new(Self { exponent }).input(&[3, 4], domain);
        vec![
            sample(0.5, Domain::POSITIVE),
            sample(2.7, Domain::POSITIVE),
            sample(-1.5, Domain::Between(0.5, 3.0)),
            sample(0.0, Domain::REAL),
            sample(3.0, Domain::REAL),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::ALL]
    }

    fn edges() -> Vec<Edge<Self>> {
        let at = |exponent, x, y, slope, why| Edge::point(Self { exponent }, [x], y, [slope], why);
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            at(1.5, 4.0, 8.0, 3.0, "1.5 · √4"),
            at(0.5, 0.0, 0.0, inf, "the tangent is upright"),
            at(1.0, 0.0, 0.0, 1.0, "x¹ is a line, at 0 too"),
            at(1.5, 0.0, 0.0, 0.0, "flat where it begins"),
            at(0.0, 0.0, 1.0, 0.0, "0⁰ is 1, and 0 · 0⁻¹ is not NaN"),
            at(-1.5, 0.0, inf, -inf, "the pole"),
            at(0.5, -1.0, nan, nan, "no real value below 0"),
            at(3.0, -2.0, -8.0, 12.0, "but of integer powers"),
            at(2.0, 1e200, inf, 2e200, "the value overflows, the slope does not"),
            at(0.5, inf, inf, 0.0, "grows ever more slowly"),
            at(0.0, nan, 1.0, 0.0, "a constant does not depend on x"),
            at(0.5, nan, nan, nan, "NaN in, NaN out"),
            at(
                0.5,
                1e-310,
                9.999_999_999_999_986e-156,
                5.000_000_000_000_008e154,
                "the root of a subnormal number is an ordinary one",
            ),
            at(2.0, 1e-310, 0.0, 2e-310, "the value underflows, the slope does not"),
            at(3.0, -inf, -inf, inf, "odd powers keep the sign of −∞"),
            at(0.5, -inf, inf, 0.0, "IEEE 754 has it so: the sign of −∞ is lost"),
            Edge::empty(Self { exponent: 0.5 }, 1),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Powf>();
    }

    #[test]
    #[should_panic(expected = "the exponent must be finite, not NaN")]
    fn an_exponent_that_is_no_number() {
        let _ = crate::Tape::<f64>::new().scalar(0.5).powf(f64::NAN);
    }
}
