use maud::{Markup, html};

use super::axis::Axis;
use super::figure::{At, Figure};
use super::frame::{Frame, Key, Sample};
use super::ink::Ink;
use super::level;
use crate::number;

/// Up to so many points of a series get a marker and a tooltip each.
const MARKED: usize = 40;

/// A named sequence of points, drawn as a curve.
#[derive(Clone, Debug)]
pub struct Series {
    name: String,
    points: Vec<(f64, f64)>,
    dashed: bool,
    joined: bool,
    class: Option<usize>,
}

impl Series {
    /// A solid curve through `points`, which are (x, y) pairs in ascending x.
    #[must_use]
    pub fn new(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), points, dashed: false, joined: true, class: None }
    }

    /// Draws the curve dashed.
    #[must_use]
    pub fn dashed(mut self) -> Self {
        self.dashed = true;
        self
    }

    /// Draws the points alone, without a curve through them.
    #[must_use]
    pub fn dots(mut self) -> Self {
        self.joined = false;
        self
    }

    /// Draws in the colour of a class, so that the same thing has the same colour in several plots.
    #[must_use]
    pub fn class(mut self, class: usize) -> Self {
        self.class = Some(class);
        self
    }
}

/// A plot of one or several curves: losses per epoch, cumulative shares.
///
/// ```
/// use diabolo_report::plot::{Axis, Lines, Series};
/// let figure = Lines::new(Axis::new("epoch").integer(), Axis::new("loss").unit("nats"))
///     .series(Series::new("train", vec![(1.0, 163.2), (2.0, 120.8)]).dashed())
///     .series(Series::new("test", vec![(1.0, 126.1), (2.0, 114.7)]))
///     .figure("The loss falls.");
/// assert!(figure.to_svg().starts_with("<svg"));
/// ```
#[derive(Clone, Debug)]
pub struct Lines {
    x: Axis,
    y: Axis,
    series: Vec<Series>,
    levels: Vec<(f64, String)>,
}

impl Lines {
    /// An empty plot.
    #[must_use]
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, series: Vec::new(), levels: Vec::new() }
    }

    /// Adds a curve. With two or more curves, or one in the colour of a class, the plot has a legend.
    #[must_use]
    pub fn series(mut self, series: Series) -> Self {
        self.series.push(series);
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
        self.framed(&self.frame(520.0, 230.0), description.into())
    }

    /// The frame of a plot `width` wide whose drawing area is `area` high.
    pub(crate) fn frame(&self, width: f64, area: f64) -> Frame {
        let levels = self.levels.iter().map(|(value, _)| *value);
        let x = self.x.fit(self.points().map(|(x, _)| x));
        let y = self.y.fit(self.points().map(|(_, y)| y).chain(levels));
        let key = |(index, series): (usize, &Series)| {
            let (ink, dashed) = (self.ink(index), series.dashed);
            let sample = if series.joined { Sample::Line { ink, dashed } } else { Sample::Dot { ink } };
            Key { name: series.name.clone(), sample }
        };
        let named = self.series.len() > 1 || self.series.iter().any(|series| series.class.is_some());
        let legend = if named { self.series.iter().enumerate().map(key).collect() } else { Vec::new() };
        Frame::new(width, area, (&self.x, x), (&self.y, y), legend)
    }

    /// The plot in a frame that was made for it.
    pub(crate) fn framed(&self, frame: &Frame, description: String) -> Figure {
        let curves: Vec<Markup> = (0..self.series.len()).map(|index| self.draw(index, frame)).collect();
        let empty = curves.iter().all(|curve| curve.0.is_empty());
        let places: Vec<_> = self.points().filter_map(|point| frame.point(point)).collect();
        let marks = html! {
            @for (value, label) in &self.levels { (level::draw(*value, label, frame, &places)) }
            @for curve in curves { (curve) }
        };
        frame.figure(description, &marks, empty)
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> + Clone {
        self.series.iter().flat_map(|series| series.points.iter().copied())
    }

    /// The last series is the one that counts, and has the first colour.
    fn ink(&self, index: usize) -> Ink {
        self.series[index].class.map_or_else(|| Ink::series(self.series.len() - 1 - index), Ink::class)
    }

    fn draw(&self, index: usize, frame: &Frame) -> Markup {
        let Series { name, points, dashed, joined, .. } = &self.series[index];
        let ink = self.ink(index);
        let placed: Vec<_> = points.iter().map(|&point| (point, frame.point(point))).collect();
        let path = if *joined { path(placed.iter().map(|(_, place)| *place)) } else { String::new() };
        let marked = points.len() <= MARKED || !joined;
        html! {
            @if !path.is_empty() { path class={ "curve " (ink) @if *dashed { " dashed" } } d=(path) {} }
            @if marked {
                @for ((x, y), place) in &placed {
                    @if let Some((left, top)) = place {
                        path class={ "points " (ink) } stroke-width="5.6" d={ "M" (At(*left)) " " (At(*top)) "h0" } {
                            title { (name) ", " (number::measured(*x)) ": " (number::measured(*y)) }
                        }
                    }
                }
            }
        }
    }
}

/// Path data through all places that exist, with a gap at each that does not.
fn path(places: impl Iterator<Item = Option<(f64, f64)>>) -> String {
    let mut path = String::new();
    let mut pen_down = false;
    for place in places {
        if let Some((x, y)) = place {
            path.push_str(&format!("{}{} {}", if pen_down { 'L' } else { 'M' }, At(x), At(y)));
            if !pen_down {
                // A point between two gaps shows as a dot.
                path.push_str("h0");
            }
        }
        pen_down = place.is_some();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves(svg: &str) -> Vec<String> {
        let document = roxmltree::Document::parse(svg).unwrap();
        let is_curve =
            |node: &roxmltree::Node<'_, '_>| node.attribute("class").is_some_and(|class| class.starts_with("curve"));
        document.descendants().filter(is_curve).filter_map(|node| node.attribute("d").map(str::to_owned)).collect()
    }

    fn plot(points: Vec<(f64, f64)>) -> String {
        Lines::new(Axis::new("x"), Axis::new("y")).series(Series::new("a", points)).figure("a < b & \"c\"").to_svg()
    }

    #[test]
    fn a_gap_follows_nan_and_the_rest_is_drawn() {
        let svg = plot(vec![(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0), (3.0, 4.0)]);
        let paths = curves(&svg);
        assert_eq!(paths[0].matches('M').count(), 2);
        assert_eq!(paths[0].matches('L').count(), 1);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn unusual_series_make_valid_figures() {
        let cases = [
            vec![],
            vec![(1.0, 5.0)],
            vec![(1.0, 2.0), (2.0, 2.0)],
            vec![(1.0, f64::NAN)],
            vec![(1.0, 1e299), (2.0, -1e299)],
            vec![(1.0, 1e-310), (2.0, 2e-310)],
            vec![(f64::NEG_INFINITY, 1.0), (f64::MAX, f64::MIN)],
        ];
        for points in cases {
            let svg = plot(points.clone());
            let document = roxmltree::Document::parse(&svg).unwrap();
            assert_eq!(document.root_element().attribute("aria-label"), Some("a < b & \"c\""));
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{points:?}: {svg}");
            let shown = points.iter().any(|(x, y)| x.abs() < 1e300 && y.abs() < 1e300);
            assert_eq!(svg.contains("no data"), !shown, "{points:?}");
        }
    }

    #[test]
    fn the_label_of_a_level_keeps_out_of_the_way() {
        let falling = (0..60).map(|x| (f64::from(x), 100.0 / (1.0 + f64::from(x)))).collect();
        let svg =
            Lines::new(Axis::new("x"), Axis::new("y")).series(Series::new("a", falling)).level(20.0, "PCA").figure("");
        let svg = svg.to_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let label = document.descendants().find(|node| node.text() == Some("PCA")).unwrap();
        assert!(label.attribute("x").unwrap().parse::<f64>().unwrap() > 300.0);
    }

    #[test]
    fn levels_widen_the_view() {
        let svg = Lines::new(Axis::new("x"), Axis::new("y"))
            .series(Series::new("a", vec![(0.0, 10.0), (1.0, 11.0)]))
            .level(50.0, "PCA")
            .figure("")
            .to_svg();
        assert!(svg.contains(">50</text>") && svg.contains(">PCA</text>"), "{svg}");
    }
}
