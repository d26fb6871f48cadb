//! Distances between floating-point numbers, counted in numbers.

/// How many steps from one `f64` to the next lie between two of them: 1 for neighbours, 0 for −0 and 0. NaN is infinitely
/// far from everything but NaN.
///
/// Between a number and its negative lie all the numbers around zero, so that a wrong sign is some 10¹⁹ away.
///
/// ```
/// use diabolo_gradcheck::ulps_apart;
///
/// assert_eq!(ulps_apart(1.0, 1.0 + 2.0 * f64::EPSILON), 2.0);
/// assert_eq!(ulps_apart(-5e-324, 5e-324), 2.0); // over zero
/// ```
pub fn ulps_apart(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return if a.is_nan() && b.is_nan() { 0.0 } else { f64::INFINITY };
    }
    place(a).abs_diff(place(b)) as f64
}

/// The place of a number among all, counted from 0.
fn place(x: f64) -> i64 {
    let magnitude = x.abs().to_bits().cast_signed();
    if x < 0.0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::ulps_apart;

    #[test]
    fn neighbours_are_one_apart_everywhere() {
        for x in [0.0, 1.0, -1.0, 5e-324, f64::MIN_POSITIVE, 0.1, -1e300, f64::MAX] {
            assert_eq!((ulps_apart(x, x.next_up()), ulps_apart(x.next_down(), x)), (1.0, 1.0), "at {x}");
        }
        assert_eq!(ulps_apart(0.0, -0.0), 0.0);
        assert_eq!(ulps_apart(f64::NAN, 1.0), f64::INFINITY);
        assert!(ulps_apart(1.0, -1.0) > 9e18);
    }
}
