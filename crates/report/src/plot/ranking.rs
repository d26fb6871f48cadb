use maud::html;

use super::figure::{At, Figure, shortened, text_width};
use crate::number;

const WIDTH: f64 = 520.0;
const LINE: f64 = 22.0;
const TOP: f64 = 26.0;

/// Names take at most this share of the width.
const NAMES: f64 = 0.4;

/// Names with a horizontal bar each, one above the other, in the order given: errors of columns.
///
/// ```
/// use diabolo_report::plot::Ranking;
/// let bars = vec![("alcohol".to_owned(), 0.41), ("hue".to_owned(), 0.12)];
/// assert!(Ranking::new("mean squared error", bars).figure("Alcohol is the hardest.").to_svg().contains("hue"));
/// ```
#[derive(Clone, Debug)]
pub struct Ranking {
    measure: String,
    bars: Vec<(String, f64)>,
}

impl Ranking {
    /// A plot of values of 0 and above, which are all a `measure` of their names.
    #[must_use]
    pub fn new(measure: impl Into<String>, bars: Vec<(String, f64)>) -> Self {
        Self { measure: measure.into(), bars }
    }

    /// Draws the plot; `description` says in words what it shows.
    #[must_use]
    pub fn figure(&self, description: impl Into<String>) -> Figure {
        let names: Vec<String> = self.bars.iter().map(|(name, _)| shortened(name, WIDTH * NAMES)).collect();
        let values: Vec<String> = self.bars.iter().map(|(_, value)| number::significant(*value, 3)).collect();
        let widest = |texts: &[String]| texts.iter().map(|text| text_width(text)).fold(24.0, f64::max);
        let left = widest(&names) + 10.0;
        let room = (WIDTH - left - widest(&values) - 8.0).max(20.0);
        let shown = |value: f64| if (0.0..=1e300).contains(&value) { value } else { 0.0 };
        let longest = self.bars.iter().map(|(_, value)| shown(*value)).fold(f64::MIN_POSITIVE, f64::max);
        let marks = html! {
            text x="2" y=(At(TOP - 12.0)) { (self.measure) }
            @for (index, (full, value)) in self.bars.iter().enumerate() {
                @let y = TOP + LINE * index as f64;
                @let length = shown(*value) / longest * room;
                text.strong.end x=(At(left - 9.0)) y=(At(y + 15.5)) { title { (full) } (names[index]) }
                rect.f0 x=(At(left)) y=(At(y + 4.0)) width=(At(length.max(0.5))) height=(At(LINE - 7.0)) rx="1" {}
                text x=(At(left + length + 7.0)) y=(At(y + 15.5)) { (values[index]) }
            }
        };
        Figure::new(WIDTH, TOP + LINE * self.bars.len() as f64 + 6.0, description.into(), marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_values_and_names_make_valid_figures() {
        let cases = [
            vec![],
            vec![("<a> & b".to_owned(), f64::NAN)],
            vec![("x".repeat(300), 0.0), (String::new(), f64::INFINITY), ("minus".to_owned(), -1.0)],
        ];
        for bars in cases {
            let svg = Ranking::new("error", bars.clone()).figure("").to_svg();
            let document = roxmltree::Document::parse(&svg).unwrap();
            for bar in document.descendants().filter(|node| node.attribute("class") == Some("f0")) {
                let end: f64 =
                    ["x", "width"].map(|name| bar.attribute(name).unwrap().parse::<f64>().unwrap()).iter().sum();
                assert!((0.0..=WIDTH).contains(&end), "{bars:?}: {end}");
            }
        }
    }

    #[test]
    fn the_longest_bar_is_the_largest_value() {
        let bars = vec![("a".to_owned(), 1.0), ("b".to_owned(), 4.0)];
        let svg = Ranking::new("error", bars).figure("").to_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let widths: Vec<f64> = document
            .descendants()
            .filter(|node| node.attribute("class") == Some("f0"))
            .map(|node| node.attribute("width").unwrap().parse().unwrap())
            .collect();
        assert!((widths[1] / widths[0] - 4.0).abs() < 0.01, "{widths:?}");
    }
}
