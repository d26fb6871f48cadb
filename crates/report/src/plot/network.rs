//! The shape of a network.

use maud::html;

use super::figure::{At, Figure};
use crate::number;

const HEIGHT: f64 = 150.0;
const TOP: f64 = 26.0;
const BAR: f64 = 7.0;
const MARGIN: f64 = 32.0;

/// From the first bar to the last, at most: more would make the numbers unreadable on a phone.
const WIDEST: f64 = 472.0;

/// Draws a network as its layers' widths, from input to output: two cones joined at the narrowest layer.
///
/// Heights grow with the square root of the widths, so that 20 units beside 784 are still seen. The layer at index
/// `code` is the one that holds the code, and is accented.
///
/// ```
/// let figure = diabolo_report::plot::network(&[784, 400, 20, 400, 784], 2, "A network with a code of 20 units.");
/// assert!(figure.to_svg().contains(">784</text>"));
/// ```
#[must_use]
pub fn network(widths: &[usize], code: usize, description: impl Into<String>) -> Figure {
    let steps = widths.len().saturating_sub(1).max(1) as f64;
    let step = (WIDEST / steps).min(92.0);
    let widest = widths.iter().copied().max().unwrap_or(1).max(1) as f64;
    let half = |width: usize| (width as f64 / widest).sqrt() * HEIGHT / 2.0;
    let centre = |index: usize| MARGIN + step * index as f64;
    let middle = TOP + HEIGHT / 2.0;
    let marks = html! {
        @for (index, pair) in widths.windows(2).enumerate() {
            @let (left, right) = (centre(index) + BAR / 2.0, centre(index + 1) - BAR / 2.0);
            path.f0.soft d={
                "M" (At(left)) " " (At(middle - half(pair[0])))
                "L" (At(right)) " " (At(middle - half(pair[1])))
                "V" (At(middle + half(pair[1])))
                "L" (At(left)) " " (At(middle + half(pair[0]))) "Z"
            } {}
        }
        @for (index, &width) in widths.iter().enumerate() {
            @let tall = half(width).max(1.5);
            rect class=(if index == code { "f1" } else { "f0" }) rx="2" x=(At(centre(index) - BAR / 2.0))
                y=(At(middle - tall)) width=(At(BAR)) height=(At(2.0 * tall)) {}
            text.strong.mid x=(At(centre(index))) y=(At(middle - tall - 9.0)) { (number::count(width)) }
        }
    };
    Figure::new(2.0 * MARGIN + steps * step, TOP + HEIGHT + 12.0, description.into(), marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bar_per_layer_and_one_is_the_code() {
        let svg = network(&[784, 1000, 30, 1000, 784], 2, "deep").to_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let bars = |class: &str| {
            document
                .descendants()
                .filter(|node| {
                    node.has_tag_name(("http://www.w3.org/2000/svg", "rect")) && node.attribute("class") == Some(class)
                })
                .count()
        };
        assert_eq!((bars("f0"), bars("f1")), (4, 1));
    }

    #[test]
    fn no_layers_and_empty_layers() {
        for widths in [&[][..], &[0], &[3, 0, 3]] {
            let svg = network(widths, 0, "").to_svg();
            assert!(roxmltree::Document::parse(&svg).is_ok() && !svg.contains("NaN"), "{svg}");
        }
    }
}
