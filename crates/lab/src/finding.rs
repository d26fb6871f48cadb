//! What an experiment found: predicted, measured, holds or not.

use std::fmt;

use serde::Serialize;

use crate::figure::Figure;
use crate::statement::Statement;

/// The outcome of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Which of the nine statements was put to the test.
    pub statement: Statement,
    /// A few words.
    pub title: &'static str,
    /// The statement in a sentence.
    pub claim: &'static str,
    /// Authors, year, theorem or equation.
    pub source: &'static str,
    /// What was run: sizes, rates, iterations, starts.
    pub setup: String,
    /// What was predicted and what was measured.
    pub rows: Vec<Row>,
    /// The data of its figures.
    pub figures: Vec<Figure>,
}

/// What an experiment is about, before it is made.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) statement: Statement,
    pub(crate) title: &'static str,
    pub(crate) claim: &'static str,
    pub(crate) source: &'static str,
}

impl Claim {
    /// The finding that comes of it.
    pub(crate) fn found(&self, setup: String, rows: Vec<Row>, figures: Vec<Figure>) -> Finding {
        let &Self { statement, title, claim, source } = self;
        Finding { statement, title, claim, source, setup, rows, figures }
    }
}

impl Finding {
    /// Whether every row that is judged holds.
    pub fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.holds() != Some(false))
    }

    /// The figure of this name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The row about this.
    pub fn row(&self, what: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.what == what)
    }
}

/// One number: what it is, what it should be, what it is found to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What is measured, in words.
    pub what: String,
    /// What it should be, and how near is near enough.
    pub predicted: Prediction,
    /// What it is.
    pub measured: f64,
}

impl Row {
    /// A row.
    pub fn new(what: impl Into<String>, predicted: Prediction, measured: f64) -> Self {
        Self { what: what.into(), predicted, measured }
    }

    /// Whether the measured number is as predicted; `None` if it is not judged.
    pub fn holds(&self) -> Option<bool> {
        self.predicted.admits(self.measured)
    }
}

/// What a number should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
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
    /// A figure published for other settings, or under other random numbers: shown beside, not judged.
    Published(f64),
    /// Shown to be seen; nothing is predicted.
    Nothing,
}

impl Prediction {
    /// A count, to be met exactly.
    pub fn count(value: usize) -> Self {
        Self::Near { value: value as f64, within: 0.0 }
    }

    /// Whether `measured` is as predicted; NaN never is.
    pub fn admits(self, measured: f64) -> Option<bool> {
        match self {
            Self::Near { value, within } => Some((measured - value).abs() <= within),
            Self::AtMost(bound) => Some(measured <= bound),
            Self::AtLeast(bound) => Some(measured >= bound),
            Self::Published(_) | Self::Nothing => None,
        }
    }
}

/// As `≤ 1e-6`, `0.25 ± 1e-3`, `3`, `published: 0.39`.
impl fmt::Display for Prediction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Near { value, within } if *within == 0.0 => write!(f, "{value}"),
            Self::Near { value, within } => write!(f, "{value:.6} ± {within:e}"),
            Self::AtMost(bound) => write!(f, "≤ {bound:?}"),
            Self::AtLeast(bound) => write!(f, "≥ {bound:?}"),
            Self::Published(value) => write!(f, "published: {value}"),
            Self::Nothing => write!(f, "–"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_met_or_not() {
        for (prediction, inside, outside) in [
            (Prediction::Near { value: 1.0, within: 0.5 }, 1.5, 1.6),
            (Prediction::count(3), 3.0, 2.0),
            (Prediction::AtMost(0.0), 0.0, 1e-300),
            (Prediction::AtLeast(-1.0), -1.0, f64::NAN),
        ] {
            assert_eq!(prediction.admits(inside), Some(true), "{prediction}");
            assert_eq!(prediction.admits(outside), Some(false), "{prediction}");
            assert_eq!(prediction.admits(f64::NAN), Some(false), "{prediction}");
        }
        assert_eq!(Prediction::Published(0.39).admits(0.0), None);
    }

    #[test]
    fn predictions_read_as_people_write_them() {
        assert_eq!(Prediction::AtMost(1e-6).to_string(), "≤ 1e-6");
        assert_eq!(Prediction::count(3).to_string(), "3");
        assert_eq!(Prediction::Near { value: 0.25, within: 1e-3 }.to_string(), "0.250000 ± 1e-3");
        assert_eq!(Prediction::Published(0.39).to_string(), "published: 0.39");
    }
}
