//! eˣ and eˣ − 1.
//!
//! ```text
//! x = n·ln 2 + r, |r| ≤ ½ ln 2      eˣ = 2ⁿ · (1 + m)      m = eʳ − 1
//! m(r/512) = Σ (r/512)ᵏ/k!          m(2r) = m(r) · (2 + m(r)), nine times
//! ```
//!
//! m keeps its relative accuracy through the doublings, so eˣ − 1 is as good near 0 as elsewhere: both are within 2⁻⁹⁶ of the
//! exact result where |x| < 1000, relative to it. n·ln 2 is as exact as ln 2, so the error grows as x: eˣ at 10¹⁵ is worth
//! half as many digits, of which ln makes whole ones again.

use super::DoubleDouble;

/// ln 2
pub(super) const LN_2: (f64, f64) = (std::f64::consts::LN_2, 2.319_046_813_846_299_6e-17);
/// Beyond it e^|x| is taken for infinite.
const LIMIT: f64 = 1e15;
const DOUBLINGS: u32 = 9;

pub(super) fn exp(x: DoubleDouble) -> DoubleDouble {
    match reduce(x) {
        Ok((n, m)) => (DoubleDouble::ONE + m).scaled(n),
        Err(limit) => DoubleDouble::from(limit),
    }
}

pub(super) fn exp_m1(x: DoubleDouble) -> DoubleDouble {
    match reduce(x) {
        Ok((0, m)) => m,
        Ok((n, m)) => (DoubleDouble::ONE + m).scaled(n) - DoubleDouble::ONE,
        Err(limit) => DoubleDouble::from(limit - 1.0),
    }
}

/// n and m of the header; or what eˣ is where it has none.
fn reduce(x: DoubleDouble) -> Result<(i64, DoubleDouble), f64> {
    let near = x.to_f64();
    if near.is_nan() || near.abs() > LIMIT {
        return Err(if near < 0.0 { 0.0 } else { near * f64::INFINITY });
    }
    let n = (near * std::f64::consts::LOG2_E).round();
    let r = x - DoubleDouble::from(n) * DoubleDouble::sum_of(LN_2.0, LN_2.1);
    let r = r.scaled(-i64::from(DOUBLINGS));
    let (mut term, mut m) = (r, r);
    for k in 2..=11 {
        term = term * r / DoubleDouble::from(f64::from(k));
        m += term;
    }
    for _ in 0..DOUBLINGS {
        m = m * (DoubleDouble::from(2.0) + m);
    }
    Ok((n as i64, m))
}
