use maud::{Markup, html};

use super::axis::Axis;
use super::figure::{At, Figure, text_width};
use super::frame::{Frame, Key, Sample};
use super::ink::Ink;
use crate::number;

/// At least and at most so many classes of values.
const BINS: (f64, f64) = (8.0, 48.0);

/// How often values occur: the share of each group's values that lies in each of some intervals of equal width, or of
/// equal ratio on a logarithmic axis.
///
/// The last group is drawn as bars, those before it as outlines. Values that cannot be shown, such as NaN, count in no
/// group.
///
/// ```
/// use diabolo_report::plot::{Axis, Histogram};
/// let figure = Histogram::new(Axis::new("squared error"))
///     .group("training", vec![1.0, 1.5, 2.0])
///     .group("test", vec![1.2, 2.2, 3.1, 4.0])
///     .mark(3.5, "threshold")
///     .figure("Errors on test data are larger.");
/// assert!(figure.to_svg().contains("threshold"));
/// ```
#[derive(Clone, Debug)]
pub struct Histogram {
    x: Axis,
    groups: Vec<(String, Vec<f64>)>,
    marks: Vec<(f64, String)>,
}

impl Histogram {
    /// An empty plot over an axis of values.
    #[must_use]
    pub fn new(x: Axis) -> Self {
        Self { x, groups: Vec::new(), marks: Vec::new() }
    }

    /// Adds a group of values. With two or more groups the plot has a legend.
    #[must_use]
    pub fn group(mut self, name: impl Into<String>, values: Vec<f64>) -> Self {
        self.groups.push((name.into(), values));
        self
    }

    /// Adds a dotted vertical line at a value. It is always in view.
    #[must_use]
    pub fn mark(mut self, value: f64, label: impl Into<String>) -> Self {
        self.marks.push((value, label.into()));
        self
    }

    /// Draws the plot; `description` says in words what it shows.
    #[must_use]
    pub fn figure(&self, description: impl Into<String>) -> Figure {
        let values = self.groups.iter().flat_map(|(_, values)| values.iter().copied());
        let x = self.x.fit(values.chain(self.marks.iter().map(|(value, _)| *value)));
        let most = self.groups.last().map_or(0, |(_, values)| values.len());
        let bins = (most as f64).sqrt().clamp(BINS.0, BINS.1) as usize;
        let place = |value: f64| x.place(value);
        let shares: Vec<Vec<f64>> = self.groups.iter().map(|(_, values)| percentages(values, bins, place)).collect();
        let y_axis = Axis::new("share of the samples").unit("%").from_zero();
        let y = y_axis.fit(shares.iter().flatten().copied());
        let empty = shares.iter().all(Vec::is_empty);
        let frame = Frame::new(520.0, 230.0, (&self.x, x), (&y_axis, y), self.legend());
        let last = shares.len().saturating_sub(1);
        let marks = html! {
            @for (index, shares) in shares.iter().enumerate().rev() {
                @if index == last { (bars(shares, &frame)) } @else { (outline(shares, last - index, &frame)) }
            }
            @for (value, label) in &self.marks { (mark(*value, label, &frame)) }
        };
        frame.figure(description.into(), &marks, empty)
    }

    fn legend(&self) -> Vec<Key> {
        let last = self.groups.len().saturating_sub(1);
        let key = |(index, (name, _)): (usize, &(String, Vec<f64>))| {
            let outline = Sample::Line { ink: Ink::series(last - index), dashed: false };
            let sample = if index == last { Sample::Area } else { outline };
            Key { name: name.clone(), sample }
        };
        if self.groups.len() > 1 { self.groups.iter().enumerate().map(key).collect() } else { Vec::new() }
    }
}

/// The percentage of the values that falls into each of `bins` equal parts of the axis; empty without any value.
fn percentages(values: &[f64], bins: usize, place: impl Fn(f64) -> Option<f64>) -> Vec<f64> {
    let mut counts = vec![0_usize; bins];
    for place in values.iter().filter_map(|&value| place(value)) {
        counts[((place * bins as f64) as usize).min(bins - 1)] += 1;
    }
    match counts.iter().sum::<usize>() {
        0 => Vec::new(),
        total => counts.into_iter().map(|count| 100.0 * count as f64 / total as f64).collect(),
    }
}

fn bars(shares: &[f64], frame: &Frame) -> Markup {
    let width = (frame.right - frame.left) / shares.len().max(1) as f64;
    html! {
        @for (index, &share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            @let top = frame.y(share).unwrap_or(frame.bottom);
            rect.f0 fill-opacity="0.45" x=(At(frame.left + width * index as f64 + 0.5)) y=(At(top))
                width=(At(width - 1.0)) height=(At((frame.bottom - top).max(0.5))) {
                title { (number::significant(share, 3)) " %" }
            }
        }
    }
}

/// A line over the tops of bars that are not drawn.
fn outline(shares: &[f64], series: usize, frame: &Frame) -> Markup {
    let width = (frame.right - frame.left) / shares.len().max(1) as f64;
    let steps: String = shares
        .iter()
        .enumerate()
        .map(|(index, &share)| {
            let (top, right) = (frame.y(share).unwrap_or(frame.bottom), frame.left + width * (index as f64 + 1.0));
            format!("V{}H{}", At(top), At(right))
        })
        .collect();
    html! {
        @if !steps.is_empty() {
            path class={ "outline " (Ink::series(series)) }
                d={ "M" (At(frame.left)) " " (At(frame.bottom)) (steps) "V" (At(frame.bottom)) } {}
        }
    }
}

/// A vertical line, with its label on the side that has room.
fn mark(value: f64, label: &str, frame: &Frame) -> Markup {
    let Some(x) = frame.x(value) else { return Markup::default() };
    let before = x + 7.0 + text_width(label) > frame.right;
    html! {
        path.level d={ "M" (At(x)) " " (At(frame.top)) "V" (At(frame.bottom)) } {}
        text.halo.end[before] x=(At(if before { x - 7.0 } else { x + 7.0 })) y=(At(frame.top + 10.0)) { (label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_group_add_up_to_the_whole() {
        let shares = percentages(&[0.0, 0.1, 0.5, 1.0, f64::NAN], 4, |value| (!value.is_nan()).then_some(value));
        assert_eq!(shares, [50.0, 0.0, 25.0, 25.0]);
        assert!(percentages(&[f64::NAN], 4, |_| None).is_empty());
    }

    #[test]
    fn unusual_values_make_valid_figures() {
        let groups: [&[f64]; 6] =
            [&[], &[f64::NAN], &[3.0], &[0.0, 0.0], &[1e-300, 1e300, f64::INFINITY], &[-1.0, 0.0, 1.0]];
        for values in groups {
            for (axis, least) in [(Axis::new("e"), f64::MIN), (Axis::new("e").log(), f64::MIN_POSITIVE)] {
                let svg = Histogram::new(axis)
                    .group("train", values.to_vec())
                    .group("test", values.to_vec())
                    .mark(2.0, "<t>")
                    .figure("")
                    .to_svg();
                assert!(roxmltree::Document::parse(&svg).is_ok(), "{values:?}");
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{values:?}: {svg}");
                let shown = values.iter().any(|value| value.is_finite() && *value >= least);
                assert_eq!(svg.contains("no data"), !shown, "{values:?}");
            }
        }
    }
}
