use super::Strip;
use crate::{Image, significant};

/// Rows on the page.
const ROWS: usize = 16;

const CAPTION: &str = "In each row one unit of the code takes the values under the columns, while the \
                                  others stay. A row that does not change belongs to a unit that the decoder ignores.";

/// What the decoder shows as single units of the code are moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traversals {
    /// The values of the moved unit, one for each column: from −3 to 3, say.
    pub values: Vec<f64>,
    /// What the values are: “In standard deviations of each unit over the test set.” May be empty.
    pub note: String,
    /// A row for each unit, the most telling first; the first 16 are shown.
    pub rows: Vec<Traversal>,
}

/// One unit of the code, moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traversal {
    /// The unit: “z₇”.
    pub name: String,
    /// What is known of it: “KL 1.42 nats”; may be empty.
    pub note: String,
    /// The decoded images, one for each value.
    pub images: Vec<Image>,
}

impl Traversals {
    pub(super) fn caption(&self) -> String {
        if self.note.is_empty() { CAPTION.to_owned() } else { format!("{CAPTION} {}", self.note) }
    }

    pub(super) fn strip(&self) -> Option<Strip> {
        let row = |row: &Traversal| {
            let label = if row.note.is_empty() { row.name.clone() } else { format!("{}\n{}", row.name, row.note) };
            (label, row.images.clone())
        };
        let rows: Vec<_> = self.rows.iter().filter(|row| !row.images.is_empty()).take(ROWS).map(row).collect();
        let notes = self.values.iter().map(|&value| coordinate(value)).collect();
        (!rows.is_empty()).then_some(Strip { rows, notes })
    }
}

/// A value of a code, short enough to stand under a small image.
pub(super) fn coordinate(value: f64) -> String {
    let text = significant((value * 100.0).round() / 100.0, 3);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        let texts = [-3.0, -1.5, 0.0, -0.001, 0.67449, 2.326, 120.0].map(coordinate);
        assert_eq!(texts, ["−3", "−1.5", "0", "0", "0.67", "2.33", "120"]);
    }
}
