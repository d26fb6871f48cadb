//! Divisions of an axis at 1, 2 or 5 times a power of ten.

use crate::number;

/// About how many divisions an axis gets.
const WANTED: f64 = 5.0;

/// Values to mark, with their labels.
#[derive(Clone, Debug)]
pub(crate) struct Ticks {
    pub(crate) marks: Vec<(f64, String)>,
    /// The power of ten by which all labels are to be multiplied.
    pub(crate) exponent: Option<i32>,
}

/// Multiples of 1, 2 or 5 times a power of ten between `low` and `high`.
pub(crate) fn linear(low: f64, high: f64, integer: bool) -> Ticks {
    let mut step = round_step((high - low) / WANTED);
    if integer {
        step = step.max(1.0);
    }
    let slack = step * 1e-9;
    let (first, last) = (((low - slack) / step).ceil(), ((high + slack) / step).floor());
    let count = (last - first + 1.0).clamp(0.0, 64.0) as usize;
    let values: Vec<f64> = (0..count).map(|index| (first + index as f64) * step).collect();
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let exponent = (largest >= 1e6 || (largest > 0.0 && largest < 1e-3)).then(|| exponent_of(largest));
    let unit = exponent.map_or(1.0, |exponent| 10_f64.powi(exponent));
    let decimals = usize::try_from(-exponent_of(step / unit)).unwrap_or(0);
    let marks = values.into_iter().map(|value| (value, number::fixed(value / unit, decimals))).collect();
    Ticks { marks, exponent }
}

/// Powers of ten between `low` and `high`, with 2 and 5 times them where there are few.
pub(crate) fn logarithmic(low: f64, high: f64) -> Ticks {
    let (first, last) = (exponent_of(low), exponent_of(high));
    let decades = high.log10() - low.log10();
    let factors: &[f64] = if decades < 2.5 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = (decades / WANTED).ceil().max(1.0) as i32;
    let candidates = (first..=last + 1)
        .filter(|exponent| exponent.rem_euclid(every) == 0)
        .flat_map(|exponent| factors.iter().map(move |factor| factor * 10_f64.powi(exponent)));
    let within: Vec<f64> = candidates.filter(|&value| (low * 0.95..=high * 1.05).contains(&value)).collect();
    if within.len() < 2 {
        let mut ticks = linear(low, high.max(low * 1.1), false);
        ticks.marks.retain(|(value, _)| *value > 0.0);
        return ticks;
    }
    Ticks { marks: within.into_iter().map(|value| (value, power_label(value))).collect(), exponent: None }
}

/// Zero and powers of ten on both sides of it, between `low` and `high` and from `least` on.
pub(crate) fn signed_logarithmic(low: f64, high: f64, least: f64) -> Ticks {
    let (first, last) = (exponent_of(least), exponent_of(low.abs().max(high.abs())));
    let sides = if low < 0.0 && high > 0.0 { 2.0 } else { 1.0 };
    let every = round_step(f64::from(last - first) * sides / WANTED).max(1.0).round() as i32;
    // The first of them would lie on zero.
    let exponents = (first..=last).filter(|exponent| exponent % every == 0 && exponent - first > every / 2);
    let positive: Vec<(f64, String)> = exponents.map(power_of_ten).collect();
    let negative = positive.iter().rev().map(|(value, label)| (-value, format!("−{label}")));
    let marks = negative.chain([(0.0, "0".to_owned())]).chain(positive.iter().cloned());
    Ticks { marks: marks.filter(|(value, _)| (low..=high).contains(value)).collect(), exponent: None }
}

/// From its text, which is exact where a product of tens is not.
fn power_of_ten(exponent: i32) -> (f64, String) {
    let value = format!("1e{exponent}").parse().unwrap_or(f64::NAN);
    let label = if (-3..=4).contains(&exponent) { power_label(value) } else { number::power_of_ten(exponent) };
    (value, label)
}

fn power_label(value: f64) -> String {
    let exponent = exponent_of(value);
    if (-3..=4).contains(&exponent) {
        return number::fixed(value, usize::try_from(-exponent).unwrap_or(0));
    }
    match (value / 10_f64.powi(exponent)).round() {
        1.0 => number::power_of_ten(exponent),
        factor => format!("{factor}×{}", number::power_of_ten(exponent)),
    }
}

/// The nearest, as a ratio, of 1, 2, 5 and 10 times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powi(exponent_of(step));
    let factor = match step / power {
        rest if rest < 2_f64.sqrt() => 1.0,
        rest if rest < 10_f64.sqrt() => 2.0,
        rest if rest < 50_f64.sqrt() => 5.0,
        _ => 10.0,
    };
    factor * power
}

/// The exponent of a positive number's scientific notation; the tiny offset lets 10³ computed as 999.999… count as 3.
fn exponent_of(value: f64) -> i32 {
    (value.log10() + 1e-9).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.marks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn steps_are_one_two_or_five() {
        assert_eq!(labels(&linear(0.0, 1.0, false)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&linear(-3.0, 7.0, false)), ["−2", "0", "2", "4", "6"]);
        assert_eq!(labels(&linear(104.2, 161.0, false)), ["110", "120", "130", "140", "150", "160"]);
        assert_eq!(labels(&linear(0.0, 40_000.0, false)), ["0", "10,000", "20,000", "30,000", "40,000"]);
    }

    #[test]
    fn whole_numbers_stay_whole() {
        assert_eq!(labels(&linear(1.0, 3.0, true)), ["1", "2", "3"]);
        assert_eq!(labels(&linear(0.5, 1.5, true)), ["1"]);
    }

    #[test]
    fn extreme_values_share_a_power_of_ten() {
        let huge = linear(0.0, 4e9, false);
        assert_eq!((labels(&huge), huge.exponent), (vec!["0", "1", "2", "3", "4"], Some(9)));
        let tiny = linear(0.0, 4e-7, false);
        assert_eq!((labels(&tiny), tiny.exponent), (vec!["0", "1", "2", "3", "4"], Some(-7)));
    }

    #[test]
    fn logarithmic_divisions() {
        assert_eq!(labels(&logarithmic(1.0, 1000.0)), ["1", "10", "100", "1000"]);
        assert_eq!(labels(&logarithmic(3.0, 60.0)), ["5", "10", "20", "50"]);
        assert_eq!(labels(&logarithmic(1e-12, 1e12)), ["10⁻¹⁰", "10⁻⁵", "1", "10⁵", "10¹⁰"]);
        assert_eq!(labels(&logarithmic(3.0, 4.0)), ["3.0", "3.2", "3.4", "3.6", "3.8", "4.0"]);
    }

    #[test]
    fn divisions_on_both_sides_of_zero() {
        let all = signed_logarithmic(-f64::MAX, f64::MAX, 5e-324);
        assert_eq!(labels(&all), ["−10²⁰⁰", "−1", "−10⁻²⁰⁰", "0", "10⁻²⁰⁰", "1", "10²⁰⁰"]);
        assert_eq!(labels(&signed_logarithmic(0.0, 2e6, 0.5)), ["0", "1", "10", "100", "1000", "10,000", "10⁵", "10⁶"]);
        assert_eq!(labels(&signed_logarithmic(-700.0, 1e-9, 1e-9)), ["−1", "−10⁻⁵", "0"]);
    }
}
