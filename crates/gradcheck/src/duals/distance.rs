//! Distances in units in the last place.
//!
//! ```text
//! |ours − exact| / ulp(max(|exact|, size))      ulp(x) = 2^(max(e, e_min) − p), 2ᵉ ≤ |x| < 2ᵉ⁺¹
//! ```
//!
//! with p = 52, e_min = −1022 in double and p = 23, e_min = −126 in single precision: below the normal numbers all have the same
//! ulp. What is too large for a number counts as the first power of two that is, and so does infinity.

use diabolo_autodiff::Ulps;

use crate::precise::DoubleDouble;

/// The precision a rule works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    /// `f32`
    Single,
    /// `f64`
    Double,
}

impl Precision {
    /// Binary places after the first.
    fn places(self) -> i64 {
        match self {
            Self::Single => 23,
            Self::Double => 52,
        }
    }

    /// The exponents of the smallest and the largest normal number.
    fn exponents(self) -> (i64, i64) {
        match self {
            Self::Single => (-126, 127),
            Self::Double => (-1022, 1023),
        }
    }

    /// The nearest finite number of this precision; of what is not 0, the nearest that is not 0 either.
    pub(crate) fn nearest(self, x: f64) -> f64 {
        match self {
            Self::Double => x,
            Self::Single => {
                let near = (x as f32).clamp(f32::MIN, f32::MAX);
                f64::from(if near == 0.0 && x != 0.0 { f32::from_bits(1).copysign(near) } else { near })
            }
        }
    }

    /// What a card allows in this precision.
    pub(crate) fn of(self, ulps: Ulps) -> u32 {
        match self {
            Self::Single => ulps.f32,
            Self::Double => ulps.f64,
        }
    }

    /// What infinity stands for.
    fn end(self) -> DoubleDouble {
        DoubleDouble::ONE.scaled(self.exponents().1 + 1)
    }
}

/// How far `ours` is from `exact`, in units in the last place of the larger of it and `size`; infinite if one of them alone is not a
/// number.
pub(crate) fn ulps(ours: f64, exact: DoubleDouble, size: DoubleDouble, precision: Precision) -> f64 {
    if ours.is_nan() || exact.is_nan() {
        return if ours.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let end = precision.end();
    let inside = |x: DoubleDouble| match x {
        x if x > end => end,
        x if x < -end => -end,
        x => x,
    };
    let (ours, exact) = (inside(ours.into()), inside(exact));
    // A size that is no number excuses nothing.
    let larger = if size > exact.abs() && size.is_finite() { size } else { exact.abs() };
    let (smallest, largest) = precision.exponents();
    let exponent = larger.exponent().unwrap_or(smallest).clamp(smallest, largest);
    (ours - exact).abs().scaled(precision.places() - exponent).to_f64()
}

#[cfg(test)]
mod tests {
    use super::{Precision, ulps};
    use crate::precise::DoubleDouble;

    fn apart(ours: f64, exact: f64, size: f64, precision: Precision) -> f64 {
        ulps(ours, exact.into(), size.into(), precision)
    }

    #[test]
    fn neighbours_are_one_apart() {
        for x in [1.0, -3.5, 1e300, 2.3e-308, 1e-310, 5e-324, 0.0, -0.0] {
            assert_eq!(apart(f64::next_up(x), x, 0.0, Precision::Double), 1.0, "{x:e}");
        }
        for x in [1.0_f32, -3.5, 1e38, 1.2e-38, 1e-40, 1e-45] {
            assert_eq!(apart(x.next_up().into(), x.into(), 0.0, Precision::Single), 1.0, "{x:e}");
        }
        let half_way = DoubleDouble::sum_of(1.0, f64::EPSILON / 2.0);
        assert_eq!(ulps(1.0, half_way, DoubleDouble::ZERO, Precision::Double), 0.5);
    }

    #[test]
    fn a_larger_term_makes_the_unit_larger() {
        assert_eq!(apart(1.0 + f64::EPSILON, 1.0, 8.0, Precision::Double), 0.125);
        assert_eq!(apart(1.0 + f64::EPSILON, 1.0, f64::NAN, Precision::Double), 1.0);
        assert_eq!(apart(1.0 + f64::EPSILON, 1.0, f64::INFINITY, Precision::Double), 1.0);
    }

    #[test]
    fn what_is_no_number_is_near_its_like_alone() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        for (ours, exact, want) in
            [(nan, nan, 0.0), (nan, 1.0, inf), (1.0, nan, inf), (inf, inf, 0.0), (-inf, -inf, 0.0)]
        {
            assert_eq!(apart(ours, exact, 0.0, Precision::Double), want, "{ours} and {exact}");
        }
        assert_eq!(apart(inf, f64::MAX, 0.0, Precision::Double), 1.0);
        assert!(apart(inf, -inf, 0.0, Precision::Double) > 1e15);
        let beyond = DoubleDouble::from(1e300) * DoubleDouble::from(1e300);
        assert_eq!(ulps(inf, beyond, DoubleDouble::ZERO, Precision::Double), 0.0);
        assert_eq!(ulps(f64::MAX, beyond, DoubleDouble::ZERO, Precision::Double), 1.0);
    }
}
