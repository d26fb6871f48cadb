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
    quiet_below: Option<f64>,
}

impl Bars {
    /// A plot of `values` from left to right.
    #[must_use]
    pub fn new(x: Axis, y: Axis, values: Vec<f64>) -> Self {
        Self { x: x.integer(), y: y.from_zero(), values, quiet_below: None }
    }

    /// Draws a dotted line at `value` and greys the bars that do not rise above it.
    #[must_use]
    pub fn quiet_below(mut self, value: f64) -> Self {
        self.quiet_below = Some(value);
        self
    }

    /// Draws the plot; `description` says in words what it shows.
    #[must_use]
    pub fn figure(&self, description: impl Into<String>) -> Figure {
        let ends = [0.5, self.values.len().max(1) as f64 + 0.5];

        let x = self.x.fit(ends.into_iter());
        let y = self.y.fit(self.values.iter().copied().chain(self.quiet_below));
        let frame = Frame::new(520.0, 230.0, (&self.x, x), (&self.y, y), Vec::new());
        let slot = (frame.right - frame.left) / (ends[1] - ends[0]);
        let thickness = (slot * 0.78).clamp(0.4, 34.0);
        let shown: Vec<_> = self
            .values
            .iter()
            .enumerate()
            .filter_map(|(index, &value)| {
                let (x, y) = frame.point((index as f64 + 1.0, value))?;
                Some((index + 1, value, x, y))
            })
            .collect();
        let floor = frame.y(0.0).unwrap_or(frame.bottom);
        let marks = html! {
            @for &(number, value, x, y) in &shown {
                @let quiet = self.quiet_below.is_some_and(|level| value <= level);
                rect class=(if quiet { "quiet" } else { "f0" }) x=(At(x - thickness / 2.0)) y=(At(y.min(floor)))
                    width=(At(thickness)) height=(At((floor - y).abs().max(0.5))) {
                    title { (number) ": " (number::significant(value, 4)) }
                }
            }
            @if let Some(level) = self.quiet_below { (level::draw(level, "", &frame, &[])) }
        };
        frame.figure(description.into(), &marks, shown.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(values: Vec<f64>) -> String {
        Bars::new(Axis::new("i"), Axis::new("v"), values).quiet_below(0.01).figure("bars").to_svg()
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
    fn bars_under_the_level_are_quiet() {
        let svg = bars(vec![2.0, 0.005]);
        assert_eq!(svg.matches("class=\"quiet\"").count(), 1);
        assert_eq!(svg.matches("class=\"f0\"").count(), 1);
    }
}
