//! Dotted horizontal lines to compare with.

use maud::{Markup, html};

use super::figure::{At, text_width};
use super::frame::Frame;

/// Draws the line, with its label where the fewest of the `marks` are in the way.
pub(super) fn draw(value: f64, label: &str, frame: &Frame, marks: &[(f64, f64)]) -> Markup {
    let Some(y) = frame.y(value) else { return Markup::default() };
    let width = text_width(label);
    let corners = [(frame.right - width, y - 7.0), (frame.right - width, y + 17.0)]
        .into_iter()
        .chain([(frame.left + 8.0, y - 7.0), (frame.left + 8.0, y + 17.0)])
        .filter(|(_, baseline)| *baseline > frame.top + 8.0 && *baseline < frame.bottom - 3.0);
    let in_the_way = |(left, baseline): (f64, f64)| {
        let hides = |&&(x, y): &&(f64, f64)| {
            x > left - 10.0 && x < left + width + 10.0 && y > baseline - 18.0 && y < baseline + 8.0
        };
        marks.iter().filter(hides).count()
    };
    let place = corners.min_by_key(|&corner| in_the_way(corner)).filter(|_| !label.is_empty());
    html! {
        path.level d={ "M" (At(frame.left)) " " (At(y)) "H" (At(frame.right)) } {}
        @if let Some((left, baseline)) = place {
            @let end = left > frame.left + 8.0;
            text.halo.end[end] x=(At(if end { frame.right } else { left })) y=(At(baseline)) { (label) }
        }
    }
}
