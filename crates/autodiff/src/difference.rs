//! Exponentials of differences, with what rounding takes from the difference made good.
//!
//! ```text
//! d = a − b rounded
//! r = (a − b) − d                     exactly, from d alone: Knuth, The art of computer programming, volume 2, 4.2.2, theorem B
//! e^(a − b) = e^d · e^r ≈ e^d · (1 + r)
//! ```
//!
//! The exponential magnifies an error in d by the size of e^d, so without r half an ulp of d = 100 becomes 64 ulps of e^d.

use diabolo_kernels::Scalar;

/// e^(a − b)
#[inline(always)]
pub(crate) fn exp_of_difference<S: Scalar>(a: S, b: S) -> S {
    let [d, r] = difference(a, b);
    let e = d.exp();
    unless_nan(e.mul_add(r, e), e)
}

/// a − b, and e^(a − b) − 1.
#[inline(always)]
pub(crate) fn exp_m1_of_difference<S: Scalar>(a: S, b: S) -> [S; 2] {
    let [d, r] = difference(a, b);
    let excess = d.exp_m1();
    [d, unless_nan((excess + S::one()).mul_add(r, excess), excess)]
}

/// a − b rounded, and what that took; NaN where it is infinite.
#[inline(always)]
fn difference<S: Scalar>(a: S, b: S) -> [S; 2] {
    let d = a - b;
    let minus_b = d - a;
    [d, (a - (d - minus_b)) - (b + minus_b)]
}

#[inline(always)]
fn unless_nan<S: Scalar>(better: S, plain: S) -> S {
    if better.is_nan() { plain } else { better }
}

#[cfg(test)]
mod tests {
    use super::{difference, exp_m1_of_difference, exp_of_difference};

    #[test]
    fn nothing_is_lost() {
        for (a, b) in [(0.1, 100.7), (-70.3, 80.2), (1e-9, 3.0), (5.0, 5.0)] {
            let [d, r] = difference::<f32>(a, b);
            assert_eq!(f64::from(d) + f64::from(r), f64::from(a) - f64::from(b));
        }
    }

    #[test]
    fn the_ends_are_those_of_the_plain_form() {
        let inf = f64::INFINITY;
        assert_eq!(exp_of_difference(-inf, 3.0), 0.0);
        assert_eq!(exp_of_difference(3.0, inf), 0.0);
        assert_eq!(exp_of_difference(2e3, 1.1), inf);
        assert!(exp_of_difference(inf, inf).is_nan() && exp_of_difference(f64::NAN, 1.0).is_nan());
        assert_eq!(exp_m1_of_difference(-inf, 3.0), [-inf, -1.0]);
        assert_eq!(exp_m1_of_difference(2e3, 1.1), [1998.9, inf]);
        assert_eq!(exp_m1_of_difference(1e-20, 0.0), [1e-20, 1e-20]);
    }
}
