use maud::html;

use super::axis::Axis;
use super::figure::{At, Figure};
use super::frame::{Frame, Key, Sample};
use super::ink::Ink;
use crate::theme;

/// More points than this are thinned: they would only hide each other.
const SHOWN: usize = 3000;

/// Classes with a colour and a name of their own.
const NAMED: usize = 2 * theme::CLASSES;

/// Points are drawn in so many layers, each with all classes, so that no class covers the others.
const LAYERS: usize = 6;

/// Points in the plane, coloured by class.
///
/// Of more than 3000 points evenly spaced ones are drawn. Each class is named in the legend and, so that nothing hangs
/// on telling ten colours apart, at the median of its points. The first ten classes are discs in ten colours, the next
/// ten squares in the same colours; all further ones are grey and go by the name “other”.
///
/// ```
/// use diabolo_report::plot::{Axis, Scatter};
/// let figure = Scatter::new(Axis::new("z₁"), Axis::new("z₂"), vec![[0.1, 0.2], [1.3, -0.7]])
///     .classes(vec![0, 1], ["zero", "one"])
///     .figure("Two codes.");
/// assert!(figure.to_svg().contains("zero"));
/// ```
#[derive(Clone, Debug)]
pub struct Scatter {
    x: Axis,
    y: Axis,
    points: Vec<[f64; 2]>,
    classes: Vec<usize>,
    names: Vec<String>,
}

impl Scatter {
    /// A plot of `points` in one colour.
    #[must_use]
    pub fn new(x: Axis, y: Axis, points: Vec<[f64; 2]>) -> Self {
        Self { x, y, classes: vec![0; points.len()], points, names: Vec::new() }
    }

    /// Gives each point a class and each class a name; classes without a name are called by their number.
    ///
    /// # Panics
    ///
    /// If there are not as many classes as points.
    #[track_caller]
    #[must_use]
    pub fn classes<N: Into<String>>(mut self, classes: Vec<usize>, names: impl IntoIterator<Item = N>) -> Self {
        assert_eq!(classes.len(), self.points.len(), "every point needs a class");
        self.names = names.into_iter().map(Into::into).collect();
        let known = classes.iter().map(|class| class + 1).max().unwrap_or(0);
        self.names.extend((self.names.len()..known).map(|class| class.to_string()));
        self.classes = classes;
        self
    }

    /// Draws the plot; `description` says in words what it shows.
    #[must_use]
    pub fn figure(&self, description: impl Into<String>) -> Figure {
        let every = self.points.len().div_ceil(SHOWN).max(1);
        let x = self.x.fit(self.points.iter().step_by(every).map(|point| point[0]));
        let y = self.y.fit(self.points.iter().step_by(every).map(|point| point[1]));
        let key = |(class, name): (usize, &str)| Key {
            name: name.to_owned(),
            sample: Sample::Dot { ink: Ink::class(class) },
        };
        let named = self.names.iter().take(NAMED).map(String::as_str);
        let other = (self.names.len() > NAMED).then_some("other");
        let legend = named.clone().chain(other).enumerate().map(key).collect();
        let frame = Frame::new(520.0, 420.0, (&self.x, x), (&self.y, y), legend);
        let mut groups = vec![Vec::new(); self.names.len().clamp(1, NAMED + 1)];
        for (&[x, y], &class) in self.points.iter().zip(&self.classes).step_by(every) {
            groups[class.min(NAMED)].extend(frame.point((x, y)));
        }
        let empty = groups.iter().all(Vec::is_empty);
        let marks = html! {
            @for layer in 0..LAYERS {
                @for (class, group) in groups.iter().enumerate() {
                    @let path = dots(group.iter().skip(layer).step_by(LAYERS));
                    @if !path.is_empty() {
                        path class={ "points " (Ink::class(class)) } stroke-width="4" d=(path) {}
                    }
                }
            }
            @for (name, group) in named.zip(&groups) {
                @if let Some((x, y)) = median(group) {
                    text.name.halo.mid x=(At(x)) y=(At(y + 5.0)) { (name) }
                }
            }
        };
        frame.figure(description.into(), &marks, empty)
    }
}

/// A dot is a line of no length with round ends: the shortest way to write one.
fn dots<'a>(places: impl Iterator<Item = &'a (f64, f64)>) -> String {
    places.map(|&(x, y)| format!("M{} {}h0", At(x), At(y))).collect()
}

/// The median of each coordinate.
fn median(places: &[(f64, f64)]) -> Option<(f64, f64)> {
    let middle = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = places.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    middle(|place| place.0).zip(middle(|place| place.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane() -> (Axis, Axis) {
        (Axis::new("z₁"), Axis::new("z₂"))
    }

    #[test]
    fn many_points_are_thinned_and_stay_small() {
        let (x, y) = plane();
        let points = (0..10_000).map(|i| [f64::from(i).sin(), f64::from(i).cos()]).collect();
        let svg =
            Scatter::new(x, y, points).classes((0..10_000).map(|i| i % 7).collect(), ["a"; 0]).figure("").to_svg();
        let drawn = svg.matches("h0").count() - 7;
        assert!((2000..=3000).contains(&drawn), "{drawn}");
        assert!(svg.len() < 70_000, "{} bytes", svg.len());
        assert!(roxmltree::Document::parse(&svg).is_ok());
    }

    #[test]
    fn classes_without_a_name_are_numbered_and_colours_come_again_as_squares() {
        let (x, y) = plane();
        let svg = Scatter::new(x, y, vec![[0.0, 0.0], [1.0, f64::NAN], [2.0, 1.0]])
            .classes(vec![0, 1, 12], ["<zero>"])
            .figure("")
            .to_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let texts: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
        assert!(texts.contains(&"<zero>") && texts.contains(&"12") && !texts.contains(&"other"));
        assert!(svg.contains("points c2 square") && !svg.contains("c12") && !svg.contains("NaN"));
    }

    #[test]
    fn hundreds_of_classes_share_a_grey() {
        let (x, y) = plane();
        let points = (0..900).map(|i| [f64::from(i).sin(), f64::from(i).cos()]).collect();
        let svg = Scatter::new(x, y, points).classes((0..900).map(|i| i % 300).collect(), ["a"; 0]).figure("").to_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let named =
            |name: &str| document.descendants().filter(|node| node.is_text() && node.text() == Some(name)).count();
        assert_eq!((named("19"), named("20"), named("other")), (2, 0, 1));
        assert!(svg.contains("points other"));
    }

    #[test]
    fn no_points_and_one_point() {
        let (x, y) = plane();
        assert!(Scatter::new(x.clone(), y.clone(), vec![]).figure("").to_svg().contains("no data"));
        assert!(!Scatter::new(x, y, vec![[3.0, 3.0]]).figure("").to_svg().contains("no data"));
    }
}
