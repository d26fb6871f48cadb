//! The part that plots with two axes share: margins, grid, divisions, labels, legend.

use maud::{Markup, html};

use super::axis::Axis;
use super::figure::{At, Figure, text_width};
use super::ink::Ink;
use super::scale::Scale;

const LINE: f64 = 21.0;
const BELOW: f64 = 46.0;
const RIGHT: f64 = 14.0;

/// An entry of a legend: a sample of the mark and a name.
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) sample: Sample,
}

/// What stands before the name in a legend.
#[derive(Clone, Copy)]
pub(crate) enum Sample {
    Line { ink: Ink, dashed: bool },
    Dot { ink: Ink },
    Area,
}

/// A rectangle into which values are drawn.
pub(crate) struct Frame {
    pub(crate) width: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    x: Scale,
    y: Scale,
    x_caption: String,
    y_caption: String,
    legend: Vec<(f64, f64, Key)>,
}

impl Frame {
    /// Lays out a plot `width` wide whose drawing area is `area` high.
    pub(crate) fn new(width: f64, area: f64, x: (&Axis, Scale), y: (&Axis, Scale), legend: Vec<Key>) -> Self {
        let widest = y.1.ticks.marks.iter().map(|(_, label)| text_width(label)).fold(24.0, f64::max);
        let (legend, lines) = flow(legend, width);
        let top = 26.0 + if lines > 0 { lines as f64 * LINE + 5.0 } else { 0.0 };
        Self {
            width,
            left: (widest + 10.0).min(width / 2.0),
            right: width - RIGHT,
            top,
            bottom: top + area,
            x_caption: x.0.caption(x.1.ticks.exponent),
            y_caption: y.0.caption(y.1.ticks.exponent),
            x: x.1,
            y: y.1,
            legend,
        }
    }

    pub(crate) fn x(&self, value: f64) -> Option<f64> {
        self.x.place(value).map(|place| self.left + place * (self.right - self.left))
    }

    pub(crate) fn y(&self, value: f64) -> Option<f64> {
        self.y.place(value).map(|place| self.bottom - place * (self.bottom - self.top))
    }

    /// The point of the drawing at which a pair of values lies.
    pub(crate) fn point(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        self.x(x).zip(self.y(y))
    }

    /// Puts marks into the frame; `empty` says that there are none.
    pub(crate) fn figure(&self, description: String, marks: &Markup, empty: bool) -> Figure {
        let body = html! {
            (self.draw_legend())
            (self.draw_axes())
            (marks)
            @if empty {
                text.mid x=(At((self.left + self.right) / 2.0)) y=(At((self.top + self.bottom) / 2.0)) { "no data" }
            }
        };
        Figure::new(self.width, self.bottom + BELOW, description, body)
    }

    fn draw_axes(&self) -> Markup {
        let (left, right, top, bottom) = (At(self.left), At(self.right), At(self.top), At(self.bottom));
        html! {
            text x="2" y=(At(self.top - 12.0)) { (self.y_caption) }
            @for (value, label) in &self.y.ticks.marks {
                @if let Some(y) = self.y(*value) {
                    path.rule d={ "M" (left) " " (At(y)) "H" (right) } {}
                    text.end x=(At(self.left - 8.0)) y=(At(y + 4.5)) { (label) }
                }
            }
            path.axis d={ "M" (left) " " (bottom) "H" (right) } {}
            @for (value, label) in self.spaced_x() {
                @if let Some(x) = self.x(value) {
                    path.axis d={ "M" (At(x)) " " (bottom) "v4" } {}
                    text.mid x=(At(x)) y=(At(self.bottom + 19.0)) { (label) }
                }
            }
            text.end x=(right) y=(At(self.bottom + 38.0)) { (self.x_caption) }
            @if self.x.place(0.0).is_some_and(|place| place > 0.02 && place < 0.98) && self.has_signed_axes() {
                path.rule d={ "M" (At(self.x(0.0).unwrap_or(self.left))) " " (top) "V" (bottom) } {}
            }
        }
    }

    /// A vertical line at zero belongs to planes of signed values, not to counts.
    fn has_signed_axes(&self) -> bool {
        self.x.ticks.marks.iter().any(|(value, _)| *value < 0.0)
    }

    /// Divisions of the horizontal axis whose labels do not touch.
    fn spaced_x(&self) -> Vec<(f64, &str)> {
        let mut end = f64::NEG_INFINITY;
        let mut kept = Vec::new();
        for (value, label) in &self.x.ticks.marks {
            let Some(x) = self.x(*value) else { continue };
            let half = text_width(label) / 2.0;
            if x - half > end {
                kept.push((*value, label.as_str()));
                end = x + half + 6.0;
            }
        }
        kept
    }

    fn draw_legend(&self) -> Markup {
        html! {
            @for (x, y, key) in &self.legend {
                @match key.sample {
                    Sample::Line { ink, dashed } => {
                        path class={ "curve " (ink) @if dashed { " dashed" } }
                            d={ "M" (At(*x)) " " (At(*y)) "h22" } {}
                        text.strong x=(At(x + 29.0)) y=(At(y + 4.5)) { (key.name) }
                    }
                    Sample::Area => {
                        rect.f0 fill-opacity="0.45" x=(At(*x)) y=(At(y - 5.0)) width="22" height="10" {}
                        text.strong x=(At(x + 29.0)) y=(At(y + 4.5)) { (key.name) }
                    }
                    Sample::Dot { ink } => {
                        path class={ "points " (ink) } stroke-width="10" d={ "M" (At(x + 5.0)) " " (At(*y)) "h0" } {}
                        text.strong x=(At(x + 15.0)) y=(At(y + 4.5)) { (key.name) }
                    }
                }
            }
        }
    }
}

/// Sets legend entries in lines like words; returns them with their places and the number of lines.
fn flow(keys: Vec<Key>, width: f64) -> (Vec<(f64, f64, Key)>, usize) {
    if keys.is_empty() {
        return (Vec::new(), 0);
    }
    let (mut x, mut line) = (2.0, 0);
    let mut placed = Vec::with_capacity(keys.len());
    for key in keys {
        let sample = match key.sample {
            Sample::Line { .. } | Sample::Area => 29.0,
            Sample::Dot { .. } => 15.0,
        };
        let needed = sample + text_width(&key.name) + 14.0;
        if x > 2.0 && x + needed - 14.0 > width {
            (x, line) = (2.0, line + 1);
        }
        placed.push((x, 12.0 + f64::from(line) * LINE, key));
        x += needed;
    }
    (placed, line as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_legend_takes_several_lines() {
        let keys = (0..10)
            .map(|class| Key { name: "ankle boot".to_owned(), sample: Sample::Dot { ink: Ink::class(class) } })
            .collect();
        let (placed, lines) = flow(keys, 480.0);
        assert!(lines > 1 && lines < 10, "{lines}");
        assert!(placed.iter().all(|(x, _, key)| x + 15.0 + text_width(&key.name) <= 480.0));
    }
}
