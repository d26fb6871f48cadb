//! Where a NaN or an infinity first appeared.

use std::fmt;
use std::panic::Location;

use diabolo_kernels::Scalar;

/// Where a NaN or an infinity first appeared.
#[derive(Clone, Debug, PartialEq)]
pub struct NonFinite {
    /// `"value"` or `"gradient"`.
    pub what: &'static str,
    /// The name of the op.
    pub op: &'static str,
    /// The part of the model, as `encoder.0`; empty outside of any.
    pub scope: String,
    /// The line that recorded the op.
    pub place: &'static Location<'static>,
    /// Smallest and largest value of each input.
    pub inputs: Vec<(f64, f64)>,
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} of {}", self.what, self.op)?;
        if !self.scope.is_empty() {
            write!(f, " in {}", self.scope)?;
        }
        write!(f, " (recorded at {}) is not finite", self.place)?;
        for (i, (low, high)) in self.inputs.iter().enumerate() {
            let lead = if i == 0 { "; its inputs range over" } else { "," };
            write!(f, "{lead} [{low:.3e}, {high:.3e}]")?;
        }
        Ok(())
    }
}

/// The smallest and the largest value, NaN if there is one.
pub(super) fn range<S: Scalar>(values: &[S]) -> (f64, f64) {
    values.iter().map(|x| x.to_f64()).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        if x.is_nan() || low.is_nan() { (f64::NAN, f64::NAN) } else { (low.min(x), high.max(x)) }
    })
}
