//! Numbers as people read them.

/// A value to `digits` significant digits: `105.42`, `60,000`, `0.00123`, `1.5×10⁻⁷`.
///
/// Values from 10⁻⁴ up to 10⁷ are written plainly, others with a power of ten. Digits in front of the point are never
/// dropped.
///
/// ```
/// assert_eq!(diabolo_report::significant(105.4217, 5), "105.42");
/// assert_eq!(diabolo_report::significant(-1.5e-7, 2), "−1.5×10⁻⁷");
/// ```
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = digits.max(1);
    // Rounding first, so that 9.9996 to four digits is 10.00 and not 10.000.
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..7).contains(&exponent) {
        let decimals = usize::try_from(digits as i32 - 1 - exponent).unwrap_or(0);
        fixed(value, decimals)
    } else {
        format!("{}×{}", mantissa.replace('-', "−"), power_of_ten(exponent))
    }
}

/// Significant digits of losses.
const DIGITS: usize = 5;

/// A measured value; counts are whole.
pub(crate) fn measured(value: f64) -> String {
    let digits = match value.abs() {
        size if size < 1e6 && size.fract() == 0.0 => 1,
        size if size < 10.0 => DIGITS - 1,
        _ => DIGITS,
    };
    significant(value, digits)
}

/// Values of one column with the same number of decimals, such that the largest has five digits; missing ones are empty.
pub(crate) fn aligned(values: &[Option<f64>]) -> Vec<String> {
    let finite = values.iter().flatten().map(|value| value.abs()).filter(|value| value.is_finite());
    let largest = finite.fold(0.0, f64::max);
    let plain = (1e-2..1e7).contains(&largest);
    let decimals = if plain { usize::try_from(4 - largest.log10().floor() as i32).unwrap_or(0) } else { 0 };
    let write = |value: f64| {
        if plain && value.is_finite() { fixed(value, decimals) } else { significant(value, 5) }
    };
    values.iter().map(|value| value.map_or_else(String::new, write)).collect()
}

/// A value with a fixed number of decimals, commas between thousands from 10,000 on and a true minus sign.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.find('.').map_or((text.as_str(), ""), |point| text.split_at(point));
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    format!("{sign}{}{rest}", group(whole))
}

/// A count with commas between thousands from 10,000 on: `9999`, `1,149,604`.
///
/// ```
/// assert_eq!(diabolo_report::count(1_149_604), "1,149,604");
/// ```
#[must_use]
pub fn count(value: usize) -> String {
    group(&value.to_string())
}

fn group(digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number under the line, as in the names of units: `₁`, `₄₂`.
///
/// ```
/// assert_eq!(diabolo_report::subscript(42), "₄₂");
/// ```
#[must_use]
pub fn subscript(number: usize) -> String {
    let digit = |digit: char| char::from_u32('₀' as u32 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit);
    number.to_string().chars().map(digit).collect()
}

/// A time span: `48 ms`, `4.8 s`, `3 min 20 s`, `1 h 02 min`.
///
/// ```
/// assert_eq!(diabolo_report::duration(200.4), "3 min 20 s");
/// ```
#[must_use]
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "unknown".to_owned();
    }
    if seconds > 0.0 && seconds < 0.0005 {
        return "below 1 ms".to_owned();
    }
    if seconds < 0.9995 {
        return format!("{:.0} ms", seconds * 1e3);
    }
    if seconds < 59.5 {
        return format!("{seconds:.*} s", usize::from(seconds < 9.95));
    }
    let whole = seconds.round() as u64;
    if whole < 3600 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else {
        let minutes = (seconds / 60.0).round() as u64;
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}

/// `10³`, `10⁻⁷`.
pub(crate) fn power_of_ten(exponent: i32) -> String {
    let digits = exponent.to_string();
    let superscript = digits.chars().map(|symbol| match symbol {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    });
    ['1', '0'].into_iter().chain(superscript).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits() {
        let cases = [
            (105.4217, "105.4"),
            (13.866, "13.87"),
            (9.99996, "10.00"),
            (99_999.6, "100,000"),
            (60_000.0, "60,000"),
            (0.001_234_56, "0.001235"),
            (0.0, "0"),
            (-0.0, "0"),
            (-2.5, "−2.500"),
            (1e7, "1.000×10⁷"),
            (-3.2e-9, "−3.200×10⁻⁹"),
            (1e308, "1.000×10³⁰⁸"),
            (5e-324, "4.941×10⁻³²⁴"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "−∞"),
        ];
        for (value, expected) in cases {
            assert_eq!(significant(value, 4), expected, "{value:e}");
        }
    }

    #[test]
    fn a_column_has_its_points_in_line() {
        assert_eq!(aligned(&[Some(105.421), None, Some(97.9), Some(f64::NAN)]), ["105.42", "", "97.90", "NaN"]);
        assert_eq!(aligned(&[Some(1e9), Some(2.0)]), ["1.0000×10⁹", "2.0000"]);
        assert_eq!(aligned(&[Some(0.0)]), ["0"]);
    }

    #[test]
    fn fixed_never_writes_minus_zero() {
        assert_eq!(fixed(-0.0001, 2), "0.00");
        assert_eq!(fixed(-12_345.678, 1), "−12,345.7");
    }

    #[test]
    fn durations() {
        for (seconds, expected) in [
            (0.0475, "48 ms"),
            (0.9999, "1.0 s"),
            (4.76, "4.8 s"),
            (47.6, "48 s"),
            (59.8, "1 min 00 s"),
            (3599.9, "1 h 00 min"),
            (3725.0, "1 h 02 min"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(duration(seconds), expected, "{seconds}");
        }
    }
}
