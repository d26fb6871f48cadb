//! From a value to its place on an axis.

use super::ticks::Ticks;

/// Values beyond this are treated like NaN where values are spaced evenly: differences between them would overflow.
pub(super) const LARGEST: f64 = 1e300;

/// Positive values below this cannot be told from 0 on a logarithmic axis: ratios to them would overflow.
pub(super) const SMALLEST: f64 = 1e-300;

/// A range of values with its divisions.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) spacing: Spacing,
    pub(crate) ticks: Ticks,
}

/// What is spaced evenly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spacing {
    /// Values.
    Linear,
    /// Powers of ten.
    Log,
    /// Powers of ten on both sides of zero, from `least` on: sign x · log₁₀(1 + |x| / least).
    SignedLog {
        /// The smallest magnitude that is told from zero.
        least: f64,
    },
}

impl Scale {
    /// Where a value lies, from 0 at the low end to 1 at the high end; `None` if it cannot be shown.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        let [value, low, high] = match self.spacing.shows(value) {
            true => [value, self.low, self.high].map(|value| self.spacing.coordinate(value)),
            false => return None,
        };
        Some((value - low) / (high - low))
    }
}

impl Spacing {
    fn shows(self, value: f64) -> bool {
        match self {
            Self::Linear => value.abs() <= LARGEST,
            Self::Log => (SMALLEST..=LARGEST).contains(&value),
            Self::SignedLog { .. } => value.is_finite(),
        }
    }

    fn coordinate(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.ln(),
            // A difference of logarithms, since the ratio may be too large for a number.
            Self::SignedLog { least } => ((value.abs() + least).log10() - least.log10()) * value.signum(),
        }
    }
}
