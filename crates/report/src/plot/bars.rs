use maud::html;

use super::axis::Axis;
use super::figure::{At, Figure};
use super::frame::Frame;
use super::level;
use crate::number;

/// A bar for each value, numbered from 1: shares of variance, KL of each latent unit.
///
/// ```
/// use diabolo_report::plot::{Axis, Bars};
/// let figure = Bars::new(Axis::new("component"), Axis::new("variance").unit("%"), vec![9.7, 7.1, 6.2])
///     .figure("The first components carry most.");
/// assert_eq!(figure.to_svg().matches("<title>").count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Bars {
    x: Axis,
    y: Axis,
    values: Vec<f64>,
    names: Vec<String>,
    quiet: Vec<bool>,
    levels: Vec<(f64, String)>,
}

impl Bars {
    /// A plot of `values` from left to right.
    #[must_use]
    pub fn new(x: Axis, y: Axis, values: Vec<f64>) -> Self {
        Self { x: x.integer(), y: y.from_zero(), values, names: Vec::new(), quiet: Vec::new(), levels: Vec::new() }
    }

    /// Names the bars in their tooltips; a bar without a name is called by its number.
    #[must_use]
    pub fn names(mut self, names: Vec<String>) -> Self {
        self.names = names;
        self
    }

    /// Greys the bars that are marked `true`.
    #[must_use]
    pub fn quiet(mut self, quiet: Vec<bool>) -> Self {
        self.quiet = quiet;
        self
    }

    /// Adds a dotted horizontal line to compare with. It is always in view.
    #[must_use]
    pub fn level(mut self, value: f64, label: impl Into<String>) -> Self {
        self.levels.push((value, label.into()));
        self
    }

    /// Draws the plot; `description` says in words what it shows.
    #[must_use]
    pub fn figure(&self, description: impl Into<String>) -> Figure {
        let ends = [0.5, self.values.len().max(1) as f64 + 0.5];
        let x = self.x.fit(ends.into_iter());
        let y = self.y.fit(self.values.iter().copied().chain(self.levels.iter().map(|(value, _)| *value)));
        let frame = Frame::new(520.0, 230.0, (&self.x, x), (&self.y, y), Vec::new());
        let slot = (frame.right - frame.left) / (ends[1] - ends[0]);
        let thickness = (slot * 0.78).clamp(0.4, 34.0);
        let place = |(index, &value): (usize, &f64)| {
            let (x, y) = frame.point((index as f64 + 1.0, value))?;
            Some((index, value, x, y))
        };
        let shown: Vec<_> = self.values.iter().enumerate().filter_map(place).collect();
        let tops: Vec<_> = shown.iter().map(|&(_, _, x, y)| (x, y)).collect();
        let floor = frame.y(0.0).unwrap_or(frame.bottom);
        let marks = html! {
            @for &(index, value, x, y) in &shown {
                @let quiet = self.quiet.get(index).copied().unwrap_or(false);
                rect class=(if quiet { "quiet" } else { "f0" }) x=(At(x - thickness / 2.0)) y=(At(y.min(floor)))
                    width=(At(thickness)) height=(At((floor - y).abs().max(0.5))) {
                    title { (self.name(index)) ": " (number::significant(value, 4)) }
                }
            }
            @for (value, label) in &self.levels { (level::draw(*value, label, &frame, &tops)) }
        };
        frame.figure(description.into(), &marks, shown.is_empty())
    }

    fn name(&self, index: usize) -> String {
        self.names.get(index).cloned().unwrap_or_else(|| (index + 1).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(values: Vec<f64>) -> String {
        Bars::new(Axis::new("i"), Axis::new("v"), values).level(0.01, "").figure("bars").to_svg()
    }

    #[test]
    fn unusual_values_make_valid_figures() {
        for values in [vec![], vec![0.0], vec![f64::NAN, 1.0], vec![-1.0, 2.0], vec![1e200; 3], vec![0.5; 2000]] {
            let svg = bars(values.clone());
            assert!(roxmltree::Document::parse(&svg).is_ok(), "{values:?}");
            assert!(!svg.contains("NaN"), "{svg}");
            let drawn = values.iter().filter(|value| value.is_finite()).count();
            assert_eq!(svg.matches("<title>").count(), drawn);
        }
    }

    #[test]
    fn marked_bars_are_quiet_and_names_are_told() {
        let svg = Bars::new(Axis::new("i"), Axis::new("v"), vec![2.0, 0.005])
            .quiet(vec![false, true])
            .names(vec!["unit <7>".to_owned()])
            .figure("bars")
            .to_svg();
        assert_eq!((svg.matches("class=\"quiet\"").count(), svg.matches("class=\"f0\"").count()), (1, 1));
        assert!(svg.contains("unit &lt;7&gt;: 2.000") && svg.contains("<title>2: 0.005"));
    }
}
