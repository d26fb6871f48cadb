use maud::html;

use super::figure::{At, Figure, shortened, text_width};
use crate::image::signed_limit;
use crate::number;

const WIDTH: f64 = 520.0;
const TOP: f64 = 6.0;
const LINE: f64 = 20.0;

/// Names take at most this share of the width.
const NAMES: f64 = 0.4;

/// Signed values in rows and columns: red where positive, blue where negative, clear at 0, and the more opaque the
/// larger. Rows have names, columns are numbered from 1.
///
/// ```
/// use diabolo_report::plot::HeatMap;
/// let rows = vec![("alcohol".to_owned(), vec![0.5, -0.1]), ("hue".to_owned(), vec![-0.3, 0.8])];
/// let figure = HeatMap::new("component", rows).figure("Two components of two columns.");
/// assert_eq!(figure.to_svg().matches("negative\"").count(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct HeatMap {
    columns: String,
    rows: Vec<(String, Vec<f64>)>,
}

impl HeatMap {
    /// A map of rows of values; `columns` says what the numbers of the columns count.
    #[must_use]
    pub fn new(columns: impl Into<String>, rows: Vec<(String, Vec<f64>)>) -> Self {
        Self { columns: columns.into(), rows }
    }

    /// Draws the map; `description` says in words what it shows.
    #[must_use]
    pub fn figure(&self, description: impl Into<String>) -> Figure {
        let names: Vec<String> = self.rows.iter().map(|(name, _)| shortened(name, WIDTH * NAMES)).collect();
        let left = names.iter().map(|name| text_width(name)).fold(24.0, f64::max) + 10.0;
        let columns = self.rows.iter().map(|(_, values)| values.len()).max().unwrap_or(0).max(1);
        let cell = ((WIDTH - left) / columns as f64).min(44.0);
        let limit = signed_limit(self.rows.iter().flat_map(|(_, values)| values));
        // Labels of the columns stand so far apart that the widest fits.
        let every = ((text_width(&columns.to_string()) + 4.0) / cell).ceil().max(1.0) as usize;
        let bottom = TOP + LINE * self.rows.len() as f64;
        let marks = html! {
            @for (row, (full, values)) in self.rows.iter().enumerate() {
                @let y = TOP + LINE * row as f64;
                text.strong.end x=(At(left - 9.0)) y=(At(y + 14.5)) { title { (full) } (names[row]) }
                @for (column, &value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                    rect class=(if value < 0.0 { "negative" } else { "positive" }) x=(At(left + cell * column as f64))
                        y=(At(y)) width=(At(cell - 1.0)) height=(At(LINE - 1.0))
                        fill-opacity=(opacity(value / limit)) {
                        title { (full) ", " (self.columns) " " (column + 1) ": " (number::significant(value, 3)) }
                    }
                }
            }
            @for column in (0..columns).filter(|column| (column + 1) % every == 0 || *column == 0) {
                text.mid x=(At(left + cell * (column as f64 + 0.5))) y=(At(bottom + 17.0)) { (column + 1) }
            }
            text.end x=(At(left + cell * columns as f64)) y=(At(bottom + 36.0)) { (self.columns) }
        };
        Figure::new(WIDTH, bottom + 44.0, description.into(), marks)
    }
}

/// Two decimals are finer than an eye can tell.
fn opacity(share: f64) -> f64 {
    (share.abs().min(1.0) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_values_make_valid_figures() {
        let wide = vec![("w".repeat(90), vec![0.5; 200])];
        for rows in [vec![], vec![(String::new(), vec![])], vec![("<a>".to_owned(), vec![f64::NAN, -1e300, 0.0])], wide]
        {
            let svg = HeatMap::new("component", rows.clone()).figure("").to_svg();
            assert!(roxmltree::Document::parse(&svg).is_ok() && !svg.contains("NaN"), "{svg}");
            let finite = rows.iter().flat_map(|(_, values)| values).filter(|value| value.is_finite()).count();
            assert_eq!(svg.matches("fill-opacity=").count(), finite);
        }
    }
}
