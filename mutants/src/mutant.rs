//! A fault: where it is, what it is, and what is made of the code.

use std::fmt;

use serde::Serialize;

/// What kind of mistake a mutant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A minus too many or too few.
    Sign,
    /// + for −, × for ÷.
    Operator,
    /// A term or a factor is missing.
    Dropped,
    /// A constant is 2⁻⁷ too large, or by that part of itself.
    Constant,
    /// > for ≥ or for <, = for ≠, a test for NaN or 0 that is missing.
    Comparison,
    /// A condition that always or never holds.
    Condition,
    /// One function for another.
    Function,
    /// An input that is given no cotangent.
    NotGiven,
    /// A line that is missing.
    Statement,
    /// Of a sum only the first part is taken: what broadcasting repeated is not added up.
    FirstPart,
    /// An index or the end of a range that is off by one.
    Index,
}

impl Kind {
    /// All kinds.
    pub(crate) const ALL: [Self; 11] = [
        Self::Sign,
        Self::Operator,
        Self::Dropped,
        Self::Constant,
        Self::Comparison,
        Self::Condition,
        Self::Function,
        Self::NotGiven,
        Self::Statement,
        Self::FirstPart,
        Self::Index,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sign => "sign",
            Self::Operator => "+ for −, × for ÷",
            Self::Dropped => "dropped term",
            Self::Constant => "shifted constant",
            Self::Comparison => "comparison",
            Self::Condition => "condition forced",
            Self::Function => "function exchanged",
            Self::NotGiven => "cotangent not given",
            Self::Statement => "line skipped",
            Self::FirstPart => "sum not taken",
            Self::Index => "index off by one",
        })
    }
}

/// One fault.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mutant {
    /// Its number in the instrumented copy; 0 is no mutant.
    pub(crate) id: usize,
    /// The file, below the sources of autodiff.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    /// The function and what became of it. Together with the file it names the mutant across changes elsewhere.
    pub(crate) change: String,
}

impl Mutant {
    /// The op whose checks must object; `None` in the driver, where those of any op may.
    pub(crate) fn op(&self) -> Option<&str> {
        self.file.strip_prefix("ops/")?.strip_suffix(".rs")
    }

    /// The op, or the file of the driver.
    pub(crate) fn group(&self) -> &str {
        self.op().unwrap_or(&self.file)
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} [{}] {}", self.file, self.line, self.kind, self.change)
    }
}
