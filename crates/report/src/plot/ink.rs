use std::fmt;

use crate::theme;

/// The stroke of a curve or of dots: a colour and a shape by role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// One of the few curves of a plot.
    Series(usize),
    /// One of many classes or runs.
    Class(usize),
    /// What has no colour of its own.
    Other,
}

impl Ink {
    pub(crate) fn series(index: usize) -> Self {
        Self::Series(index % theme::SERIES)
    }

    /// Ten colours as discs, the same ten as squares, and one grey for all the rest.
    pub(crate) fn class(index: usize) -> Self {
        if index < 2 * theme::CLASSES { Self::Class(index) } else { Self::Other }
    }
}

impl fmt::Display for Ink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Series(index) => write!(formatter, "s{index}"),
            Self::Class(index) if index < theme::CLASSES => write!(formatter, "c{index}"),
            Self::Class(index) => write!(formatter, "c{} square", index % theme::CLASSES),
            Self::Other => formatter.write_str("other"),
        }
    }
}

impl maud::Render for Ink {
    fn render_to(&self, buffer: &mut String) {
        buffer.push_str(&self.to_string());
    }
}
