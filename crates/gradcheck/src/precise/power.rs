//! xᵖ for a constant p, as IEEE 754 defines pow.
//!
//! ```text
//! xᵖ = e^(p·ln x)      (−x)ᵖ = xᵖ for an even p, −xᵖ for an odd one
//! ```
//!
//! Within |p·ln x| · 2⁻⁹⁸ of the exact result, relative to it. The exponent may have more digits than an `f64`, as p − 1 has where p
//! is small.

use super::DoubleDouble;
use super::exponential::exp;
use super::logarithm::ln;

pub(super) fn pow(x: DoubleDouble, p: DoubleDouble) -> DoubleDouble {
    let near = p.to_f64();
    if x.is_zero() || !x.is_finite() || p.is_zero() {
        return DoubleDouble::from(x.to_f64().powf(near));
    }
    let whole = DoubleDouble::from(near) == p && near.fract() == 0.0;
    let y = exp(ln(x.abs()) * p);
    match x.is_negative() {
        true if !whole => DoubleDouble::NAN,
        true if (near / 2.0).fract() != 0.0 => -y,
        _ => y,
    }
}
