//! What an experiment found: predicted, measured, holds or not.

use super::figure::Figure;
use crate::number::{measured, significant};

/// The outcome of an experiment.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The number of the statement.
    pub number: u8,
    /// A few words.
    pub title: String,
    /// The statement in a sentence.
    pub claim: String,
    /// Authors, year, theorem or equation.
    pub source: String,
    /// What was run: sizes, rates, iterations, starts.
    pub setup: String,
    /// What was predicted and what was measured.
    pub rows: Vec<Row>,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// How long it took.
    pub seconds: f64,
}

impl Finding {
    /// Rows that are judged.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.rows.iter().filter(|row| row.holds().is_some()).count()
    }

    /// Rows that are judged and as predicted.
    #[must_use]
    pub fn met(&self) -> usize {
        self.rows.iter().filter(|row| row.holds() == Some(true)).count()
    }

    /// Whether every row that is judged is as predicted.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.met() == self.judged()
    }
}

/// One number: what it is, what it should be, what it is found to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What is measured, in words.
    pub what: String,
    /// What it should be.
    pub predicted: Prediction,
    /// What it is.
    pub measured: f64,
}

impl Row {
    /// Whether the measured number is as predicted; `None` if it is not judged.
    #[must_use]
    pub fn holds(&self) -> Option<bool> {
        match self.predicted {
            Prediction::Near { value, within } => Some((self.measured - value).abs() <= within),
            Prediction::AtMost(bound) => Some(self.measured <= bound),
            Prediction::AtLeast(bound) => Some(self.measured >= bound),
            Prediction::Published(_) | Prediction::Nothing => None,
        }
    }

    /// The measured number as it is read: digits enough to hold it beside its prediction.
    ///
    /// ```
    /// use diabolo_report::lab::{Prediction, Row};
    /// let row = |predicted, measured| Row { what: String::new(), predicted, measured }.text();
    /// assert_eq!(row(Prediction::AtMost(1e-6), 3.217e-9), "3.22×10⁻⁹");
    /// assert_eq!(row(Prediction::Near { value: 2.0, within: 1e-4 }, 1.99996), "1.99996");
    /// assert_eq!(row(Prediction::Near { value: 7.0, within: 0.0 }, 7.0), "7");
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        if self.measured.fract() == 0.0 && self.measured.abs() < 1e6 {
            return measured(self.measured);
        }
        let digits = match self.predicted {
            Prediction::Near { value, within } => digits_to(value, within) + 1,
            _ => 3,
        };
        significant(self.measured, digits)
    }
}

/// What a number should be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Prediction {
    /// |measured − value| ≤ within.
    Near {
        /// The number that theory gives.
        value: f64,
        /// How far off counts as equal; 0 for counts.
        within: f64,
    },
    /// measured ≤ bound.
    AtMost(f64),
    /// measured ≥ bound.
    AtLeast(f64),
    /// A figure published for other settings: shown beside, not judged.
    Published(f64),
    /// Nothing is predicted.
    #[default]
    Nothing,
}

impl Prediction {
    /// As it stands in a table: `≤ 10⁻⁶`, `0.2500 ± 0.001`, `3`, `published 0.39`.
    ///
    /// ```
    /// use diabolo_report::lab::Prediction;
    /// assert_eq!(Prediction::AtMost(1e-6).text(), "≤ 10⁻⁶");
    /// assert_eq!(Prediction::Near { value: 0.25, within: 1e-3 }.text(), "0.250 ± 0.001");
    /// assert_eq!(Prediction::Published(0.39).text(), "published 0.39");
    /// ```
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Near { value, within: 0.0 } => measured(value),
            Self::Near { value: 0.0, within } => format!("0 ± {}", brief(within)),
            Self::Near { value, within } => {
                format!("{} ± {}", significant(value, digits_to(value, within)), brief(within))
            }
            Self::AtMost(bound) => format!("≤ {}", brief(bound)),
            Self::AtLeast(bound) => format!("≥ {}", brief(bound)),
            Self::Published(value) => format!("published {}", brief(value)),
            Self::Nothing => "–".to_owned(),
        }
    }
}

/// The most digits of a number that is not known better.
const DIGITS: usize = 10;

/// The significant digits of `value` down to the place of `within`.
fn digits_to(value: f64, within: f64) -> usize {
    let places = value.abs().log10().floor() - within.log10().floor() + 1.0;
    if places.is_finite() { (places as usize).clamp(3, DIGITS) } else { 3 }
}

/// A number that somebody chose, with the digits that it has.
fn brief(value: f64) -> String {
    let same = |digits: &usize| format!("{value:.*e}", digits - 1).parse() == Ok(value);
    let text = significant(value, (1..DIGITS).find(same).unwrap_or(3));
    let (sign, size) = text.strip_prefix('−').map_or(("", text.as_str()), |size| ("−", size));
    match size.strip_prefix("1×10") {
        Some(power) => format!("{sign}10{power}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_read_as_people_write_them() {
        for (prediction, text) in [
            (Prediction::Near { value: 12.0, within: 0.0 }, "12"),
            (Prediction::Near { value: 0.0, within: 1e-6 }, "0 ± 10⁻⁶"),
            (Prediction::Near { value: 151.3456, within: 1e-6 }, "151.345600 ± 10⁻⁶"),
            (Prediction::AtLeast(-1.0), "≥ −1"),
            (Prediction::AtMost(-1e-8), "≤ −10⁻⁸"),
            (Prediction::AtLeast(0.05), "≥ 0.05"),
            (Prediction::AtMost(2.5e-7), "≤ 2.5×10⁻⁷"),
            (Prediction::AtMost(1.0 / 3.0), "≤ 0.333"),
            (Prediction::Nothing, "–"),
        ] {
            assert_eq!(prediction.text(), text);
        }
    }

    #[test]
    fn what_is_no_number_does_not_hold() {
        let row = |predicted| Row { what: String::new(), predicted, measured: f64::NAN };
        let near = Prediction::Near { value: 0.0, within: 1.0 };
        let rows =
            vec![row(near), row(Prediction::AtMost(1.0)), row(Prediction::AtLeast(1.0)), row(Prediction::Nothing)];
        let finding = Finding { rows, ..Finding::default() };
        assert_eq!((finding.judged(), finding.met(), finding.holds()), (3, 0, false));
        assert_eq!(finding.rows[0].text(), "NaN");
    }
}
