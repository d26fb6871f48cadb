//! Slopes by central differences, extrapolated to step 0.
//!
//! ```text
//! D(h)     = (f(h) − f(−h)) / 2h = f′(0) + c₂h² + c₄h⁴ + …
//! T(h, 0)  = D(h)
//! T(h, k)  = T(h, k−1) + (T(h, k−1) − T(2h, k−1)) / (4ᵏ − 1)
//! ```
//!
//! Each order removes one power of h² (Richardson). What two neighbours in the table differ by says how wrong they still
//! are, and the step is halved until that, together with rounding, is small: a large step where f is smooth, a small one
//! next to a kink or a pole (Ridders, *Accurate computation of F′(x) and F′(x)F″(x)*, Advances in Engineering Software 4,
//! 1982).

use ndarray::{ArrayD, Zip};

use crate::tolerance::relative;

/// The first step, for a point of magnitude 1.
const FIRST_STEP: f64 = 0.125;
/// How often it may be halved: down to 2⁻²⁰.
const HALVINGS: i32 = 18;
/// The highest order of extrapolation: errors fall as h¹⁴.
const ORDERS: usize = 6;

/// A slope as differences see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slope {
    /// The slope; NaN if no step gave a number.
    pub(crate) value: f64,
    /// What neighbours in the table of extrapolation still differ by.
    pub(crate) unsettled: f64,
    /// The rounding of y, divided by the step.
    pub(crate) rounding: f64,
}

impl Slope {
    const UNKNOWN: Self = Self { value: f64::NAN, unsettled: f64::INFINITY, rounding: 0.0 };

    fn error(&self) -> f64 {
        self.unsettled + self.rounding
    }

    /// How far `ours` is from the slope, relative to the larger of both. `size` is a magnitude below which a distance does
    /// not count as large, beside those of the two; and what rounding hides is within `allowed`.
    pub(crate) fn distance(&self, ours: f64, size: f64, allowed: f64) -> f64 {
        /// How many times the rounding of the outputs may have grown inside the function.
        const GROWTH: f64 = 32.0;
        let hidden = GROWTH * self.rounding / allowed;
        relative(ours, self.value, ours.abs().max(self.value.abs()).max(hidden).max(size))
    }
}

/// d/dt ⟨cotangent, y(t)⟩ at t = 0, for a curve through a point of the given magnitude.
///
/// Outputs are subtracted before they are weighed and summed, so that those that do not move add no rounding.
pub(crate) fn slope(cotangent: &ArrayD<f64>, magnitude: f64, y: &mut dyn FnMut(f64) -> ArrayD<f64>) -> Slope {
    let scale = scale(magnitude);
    let (mut best, mut coarser) = (Slope::UNKNOWN, Vec::<f64>::new());
    for halving in 0..HALVINGS {
        let step = scale * FIRST_STEP * 0.5_f64.powi(halving);
        let (difference, rounding) = central(cotangent, &y(step), &y(-step), step);
        // The point itself is rounded when it moves.
        let rounding = rounding + f64::EPSILON * difference.abs() * scale / step;
        let mut row = vec![difference];
        for (order, &before) in coarser.iter().take(ORDERS).enumerate() {
            let lower = row[order];
            let value = lower + (lower - before) / (4_f64.powi(order as i32 + 1) - 1.0);
            let candidate = Slope { value, unsettled: (value - lower).abs().max((value - before).abs()), rounding };
            if candidate.error() < best.error() {
                best = candidate;
            }
            row.push(value);
        }
        // Rounding grows as the step shrinks: there is nothing more to gain.
        if best.unsettled <= best.rounding {
            break;
        }
        coarser = row;
    }
    best
}

/// The slopes to the left and to the right of t = 0, if they differ: the function has a kink at the point itself.
///
/// Central differences take the mean of both and settle on it, so they cannot see such a kink.
pub(crate) fn kink(
    cotangent: &ArrayD<f64>,
    magnitude: f64,
    y: &mut dyn FnMut(f64) -> ArrayD<f64>,
) -> Option<(f64, f64)> {
    /// More than the curvature of a smooth function makes of the smallest step.
    const APART: f64 = 1e-3;
    let step = scale(magnitude) * FIRST_STEP * 0.5_f64.powi(HALVINGS - 1);
    let (before, here, after) = (y(-step), y(0.0), y(step));
    let (left, left_rounding) = central(cotangent, &here, &before, step / 2.0);
    let (right, right_rounding) = central(cotangent, &after, &here, step / 2.0);
    let apart = APART * left.abs().max(right.abs()) + left_rounding + right_rounding;
    ((left - right).abs() > apart).then_some((left, right))
}

/// A power of two, so that steps are exact.
fn scale(magnitude: f64) -> f64 {
    magnitude.max(1.0).log2().ceil().exp2()
}

/// ⟨ȳ, y₊ − y₋⟩ / 2h, and how much of it may be rounding.
///
/// Outputs that did not move are not rounded; but if none moved, each may have moved by less than can be seen.
fn central(cotangent: &ArrayD<f64>, right: &ArrayD<f64>, left: &ArrayD<f64>, step: f64) -> (f64, f64) {
    let (mut change, mut moved, mut unmoved) = (0.0, 0.0, 0.0);
    Zip::from(cotangent).and(right).and(left).for_each(|gy, &right, &left| {
        change += gy * (right - left);
        let size = gy.abs() * right.abs().max(left.abs());
        *(if right == left { &mut unmoved } else { &mut moved }) += size;
    });
    let size = if moved == 0.0 { unmoved } else { moved };
    (change / (2.0 * step), f64::EPSILON * size / step)
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, arr0};

    use super::{Slope, slope};

    fn at(x: f64, f: impl Fn(f64) -> f64) -> Slope {
        slope(&ArrayD::ones(vec![]), x.abs(), &mut |t| arr0(f(x + t)).into_dyn())
    }

    fn close(slope: Slope, want: f64, error: f64) {
        assert!((slope.value - want).abs() <= error * want.abs(), "{slope:?} where {want} must come out");
    }

    #[test]
    fn smooth_functions_are_found_to_twelve_digits() {
        close(at(1.3, f64::exp), 1.3_f64.exp(), 1e-12);
        close(at(-2.0, f64::tanh), 2.0_f64.cosh().powi(-2), 1e-12);
        close(at(40.0, |x| x * x), 80.0, 1e-13);
    }

    #[test]
    fn steps_become_small_next_to_a_pole_and_a_kink() {
        close(at(0.01, f64::ln), 100.0, 1e-10);
        close(at(0.001, |x| x.max(0.0)), 1.0, 1e-12);
        close(at(1e-3, f64::sqrt), 0.5 / 1e-3_f64.sqrt(), 1e-9);
    }

    #[test]
    fn a_kink_at_the_point_has_two_slopes() {
        let sides =
            |x: f64, f: fn(f64) -> f64| super::kink(&ArrayD::ones(vec![]), x.abs(), &mut |t| arr0(f(x + t)).into_dyn());
        assert_eq!(sides(0.0, |x| x.max(0.0)), Some((0.0, 1.0)));
        assert_eq!(sides(0.0, f64::abs), Some((-1.0, 1.0)));
        assert_eq!(sides(1.0, f64::exp), None);
        assert_eq!(sides(20.0, f64::tanh), None);
    }

    #[test]
    fn what_cannot_be_seen_is_said_to_be_rounding() {
        let tail = at(18.0, f64::tanh);
        assert!((tail.value - 18.0_f64.cosh().powi(-2)).abs() <= 2.0 * tail.rounding, "{tail:?}");
        assert!(tail.rounding < 1e-15, "{tail:?}");
    }

    #[test]
    fn what_has_no_slope_does_not_settle() {
        let jump = at(1e-9, |x| if x > 0.0 { 1.0 } else { 0.0 });
        assert!(jump.unsettled > 1.0, "{jump:?}");
        assert!(at(-1.0, f64::sqrt).value.is_nan());
    }
}
