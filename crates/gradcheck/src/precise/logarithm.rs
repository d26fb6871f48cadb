//! ln x and ln (1 + x).
//!
//! ```text
//! x = 2ᵉ·m, ¾ ≤ m < 3/2      ln x = e·ln 2 + ln (1 + (m − 1))
//! y₀ ≈ ln (1 + u) in f64      h = (u − (e^y₀ − 1)) / e^y₀      ln (1 + u) = y₀ + h − h²/2 + …
//! ```
//!
//! One step of Newton's rule, and m − 1 is exact: so ln is good to its last digits next to 1 too, where it is 0. Both are within
//! 2⁻⁹⁸ of the exact result, relative to it.

use super::DoubleDouble;
use super::exponential::{LN_2, exp_m1};

pub(super) fn ln(x: DoubleDouble) -> DoubleDouble {
    let Some(mut e) = x.exponent().filter(|_| !x.is_negative()) else {
        return DoubleDouble::from(x.to_f64().ln());
    };
    let mut m = x.scaled(-e);
    if m > DoubleDouble::from(1.5) {
        (m, e) = (m.scaled(-1), e + 1);
    }
    DoubleDouble::from(e as f64) * DoubleDouble::sum_of(LN_2.0, LN_2.1) + near_one(m - DoubleDouble::ONE)
}

pub(super) fn ln_1p(x: DoubleDouble) -> DoubleDouble {
    if x.abs() < DoubleDouble::from(0.25) { near_one(x) } else { ln(DoubleDouble::ONE + x) }
}

/// ln (1 + u) for |u| ≤ ½.
fn near_one(u: DoubleDouble) -> DoubleDouble {
    // A subnormal starting point would have too few digits for one step; u itself is the logarithm there.
    if u.abs() < DoubleDouble::from(1e-200) {
        return u - (u * u).scaled(-1);
    }
    let near = DoubleDouble::from(u.to_f64().ln_1p());
    let m = exp_m1(near);
    let h = (u - m) / (DoubleDouble::ONE + m);
    near + (h - (h * h).scaled(-1))
}
