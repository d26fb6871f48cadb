//! The elementary functions of a [`Jet`], with their first and second derivatives.
//!
//! They are written here from the textbook and share nothing with `diabolo_autodiff::Dual` or the files of the ops: a slope that
//! is wrong in one place is not wrong in the other. With u = e^(−|x|):
//!
//! ```text
//! tanh′ = 4u² / (1 + u²)²      sech′ = ∓2u·(1 − u²) / (1 + u²)²      σ′ = u / (1 + u)²
//! erf′ = 2/√π · e^(−x²)        Φ′ = e^(−x²/2) / √(2π)
//! ```

use diabolo_kernels::Scalar;

use super::normal::{one_over_root_two_pi, two_over_root_pi};
use super::power::pow;
use super::{DoubleDouble, Jet};

const ONE: DoubleDouble = DoubleDouble::ONE;
const ZERO: DoubleDouble = DoubleDouble::ZERO;

/// e^(−|x|)
fn falling(x: DoubleDouble) -> DoubleDouble {
    (-x.abs()).exp()
}

/// 1, with the sign of x.
fn sign(x: DoubleDouble) -> DoubleDouble {
    if x.is_negative() { -ONE } else { ONE }
}

/// σ′(x)
fn logistic_slope(x: DoubleDouble) -> DoubleDouble {
    let u = falling(x);
    u / (ONE + u).square()
}

impl Scalar for Jet {
    const EPSILON: f64 = DoubleDouble::EPSILON;

    fn of(x: f64) -> Self {
        Self::constant(x)
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
        self * b + c
    }
    fn exp(self) -> Self {
        let y = self.value.exp();
        self.chain(y, y, y)
    }
    fn exp_times(self, weight: Self) -> Self {
        self.exp() * weight
    }
    fn exp_m1(self) -> Self {
        let slope = self.value.exp();
        self.chain(self.value.exp_m1(), slope, slope)
    }
    fn ln(self) -> Self {
        let x = self.value;
        self.chain(x.ln(), ONE / x, -ONE / x.square())
    }
    fn ln_1p(self) -> Self {
        let u = ONE + self.value;
        self.chain(self.value.ln_1p(), ONE / u, -ONE / u.square())
    }
    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        let slope = ONE / root.scaled(1);
        self.chain(root, slope, -slope / self.value.scaled(1))
    }
    fn abs(self) -> Self {
        match self.value {
            x if x.is_negative() => -self,
            x if x.is_zero() => Self { tangent: ZERO, ..self },
            _ => self,
        }
    }
    fn sin(self) -> Self {
        let (sin, cos) = (self.value.sin(), self.value.cos());
        self.chain(sin, cos, -sin)
    }
    fn cos(self) -> Self {
        let (sin, cos) = (self.value.sin(), self.value.cos());
        self.chain(cos, -sin, -cos)
    }
    fn tanh(self) -> Self {
        let (y, square) = (self.value.tanh(), falling(self.value).square());
        let slope = square.scaled(2) / (ONE + square).square();
        self.chain(y, slope, -(y * slope).scaled(1))
    }
    fn sech(self) -> Self {
        let (y, u) = (self.value.sech(), falling(self.value));
        let one_minus_square = -(-self.value.abs().scaled(1)).exp_m1();
        let slope = -sign(self.value) * u.scaled(1) * one_minus_square / (ONE + u.square()).square();
        self.chain(y, slope, y - (y * y * y).scaled(1))
    }
    fn sigmoid(self) -> Self {
        let (y, slope) = (self.value.sigmoid(), logistic_slope(self.value));
        self.chain(y, slope, slope * (ONE - y.scaled(1)))
    }
    fn softplus(self) -> Self {
        let u = falling(self.value);
        let slope = if self.value.is_negative() { u } else { ONE } / (ONE + u);
        self.chain(self.value.softplus(), slope, logistic_slope(self.value))
    }
    fn erf(self) -> Self {
        let slope = two_over_root_pi() * (-self.value.square()).exp();
        self.chain(self.value.erf(), slope, -(self.value * slope).scaled(1))
    }
    fn normal_cdf(self) -> Self {
        let slope = self.value.normal_pdf();
        self.chain(self.value.normal_cdf(), slope, -self.value * slope)
    }
    fn normal_tail(self) -> Self {
        let (x, h) = (self.value, self.value.normal_tail());
        let slope = x * h - one_over_root_two_pi();
        self.chain(h, slope, h + x * slope)
    }
    fn powf(self, p: f64) -> Self {
        let x = self.value;
        let factor = DoubleDouble::from(p);
        // The derivatives of a constant are 0 also where the power that they would have is infinite.
        let slope = if p == 0.0 { ZERO } else { factor * pow(x, factor - ONE) };
        let curvature = match factor * (factor - ONE) {
            zero if zero.is_zero() => zero,
            both => both * pow(x, factor - DoubleDouble::from(2.0)),
        };
        self.chain(x.powf(p), slope, curvature)
    }
    fn gaussian(self, c: f64) -> Self {
        (-self.square() * Self::of(c)).exp()
    }
    fn normal_pdf(self) -> Self {
        let y = self.value.normal_pdf();
        self.chain(y, -self.value * y, (self.value.square() - ONE) * y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Function = (fn(Jet) -> Jet, &'static [f64]);

    const EVERYWHERE: &[f64] = &[-30.0, -2.5, -0.3, 0.4, 1.7, 25.0];
    const POSITIVE: &[f64] = &[1e-3, 0.4, 1.7, 25.0];
    const FUNCTIONS: [Function; 19] = [
        (Jet::exp, EVERYWHERE),
        (Jet::exp_m1, EVERYWHERE),
        (Jet::ln, POSITIVE),
        (Jet::ln_1p, POSITIVE),
        (Jet::sqrt, POSITIVE),
        (Jet::sin, EVERYWHERE),
        (Jet::cos, EVERYWHERE),
        (Jet::tanh, EVERYWHERE),
        (Jet::sech, EVERYWHERE),
        (Jet::sigmoid, EVERYWHERE),
        (Jet::softplus, EVERYWHERE),
        (Jet::erf, &[-5.0, -0.3, 0.4, 1.7]),
        (Jet::normal_cdf, &[-30.0, -2.5, 0.4, 1.7]),
        (Jet::normal_tail, POSITIVE),
        (Jet::normal_pdf, EVERYWHERE),
        (|x| x.powf(2.7), POSITIVE),
        (|x| x.powf(-1.5), POSITIVE),
        (|x| x.powi(-3), EVERYWHERE),
        (Jet::recip, EVERYWHERE),
    ];

    /// f(x + h) − f(x − h) over 2h, which misses f′(x) by h²/6 · f‴.
    fn central(x: f64, f: impl Fn(DoubleDouble) -> DoubleDouble) -> DoubleDouble {
        let (x, h) = (DoubleDouble::from(x), ONE.scaled(-32));
        (f(x + h) - f(x - h)) / h.scaled(1)
    }

    #[test]
    fn slopes_are_those_of_the_values() {
        for (at, (function, points)) in FUNCTIONS.into_iter().enumerate() {
            for &x in points {
                let slope = function(Jet::variable(x, 1.0)).tangent;
                let want = central(x, |x| function(Jet::constant(x)).value);
                let curvature = central(x, |x| function(Jet { value: x, ..Jet::variable(0.0, 1.0) }).tangent);
                // A size of 1 in the value becomes one of |f″| in the tangent, where nothing else is larger.
                let sized = Jet { value_size: ONE, ..Jet::variable(x, 1.0) };
                for (ours, want) in [(slope, want), (function(sized).tangent_size, curvature.abs())] {
                    let scale = want.abs().larger(slope.abs().scaled(-20)).larger(DoubleDouble::from(1e-12));
                    assert!(((ours - want) / scale).abs().to_f64() < 1e-9, "function {at} at {x}: {ours}, not {want}");
                }
            }
        }
    }

    #[test]
    fn sums_remember_their_largest_term_where_they_cancel() {
        let (large, small) = (Jet::variable(1e8, 1.0), Jet::constant(1.0));
        // Given numbers are rounded once when they are added.
        assert!((large - small).value_size.is_zero());
        let square = large * large;
        let rest = square - (square + small);
        assert_eq!((rest.value.to_f64(), rest.value_size.to_f64()), (-1.0, 1e16 + 1.0));
        // The slopes of both squares cancel too.
        assert_eq!((rest.tangent.to_f64(), rest.tangent_size.to_f64()), (0.0, 2e8));
        assert!(((rest * large).value_size.to_f64() / 1e24 - 1.0).abs() < 1e-15);
        // Terms of the same sign are no excuse.
        assert!((square + small + square).value_size.is_zero());
    }
}
