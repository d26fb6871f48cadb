//! Two decoder columns that turn in the plane, and beside them the loss that has long been flat.
//!
//! The film is SVG with its own clock, without a script. A reader who prefers less motion sees its last picture.

use maud::{Markup, html};

use super::plane::{Plane, PlanePath, PlaneStep};
use crate::plot::{At, Axis, Figure, Lines, Series};

/// Pictures of a film.
const PICTURES: usize = 90;

/// How long a film runs, and the share of that for which its end stands still.
const SECONDS: f64 = 14.0;
const AT_REST: f64 = 0.2;

const WIDTH: f64 = 520.0;
const SIDE: f64 = 236.0;
const TOP: f64 = 26.0;
const GAP: f64 = 20.0;

/// The height of the curves.
const CURVE: f64 = 162.0;

/// Arrows have the colours after those of the two curves.
pub(super) const ARROWS: usize = 2;

/// The film of a path that has steps.
pub(super) fn film(plane: &Plane, path: &PlanePath) -> Figure {
    let view = plane.view(SIDE, (0.0, TOP));
    let steps = thinned(&path.steps);
    let (curves, places) = curves(&path.steps, &steps);
    let last = steps.last().expect("a film has steps");
    let times = times(steps.len());
    let moving = |attribute: &str, mut values: Vec<String>| {
        values.extend(values.last().cloned());
        html! {
            animate attributeName=(attribute) dur={ (SECONDS) "s" } repeatCount="indefinite" keyTimes=(times)
                values=(values.join(";")) {}
        }
    };
    let arrow = |column: usize, inner: &Markup| {
        html! { path class={ "arrow s" (column + ARROWS) } d=(view.arrow(last, column)) { (inner) } }
    };
    let turning = |column: usize| moving("d", steps.iter().map(|step| view.arrow(step, column)).collect());
    let now = |pick: fn(&(f64, f64)) -> f64| places.iter().map(|place| At(pick(place)).to_string()).collect();
    let ([.., end], still) = (places.as_slice(), Markup::default()) else { unreachable!("as many places as steps") };
    let cursor =
        |inner: &Markup| html! { rect.cursor x=(At(end.0)) y=(At(end.1)) width="1" height=(At(CURVE)) { (inner) } };
    let marks = html! {
        text.strong x="0" y="14" { (path.name) }
        (view.ground(true))
        (curves)
        g.moving { @for column in 0..2 { (arrow(column, &turning(column))) } (cursor(&moving("x", now(|place| place.0)))) }
        g.resting { @for column in 0..2 { (arrow(column, &still)) } (cursor(&still)) }
    };
    let words = format!(
        "two decoder columns in the plane of the data, trained with {}, and the loss and the distance from the principal \
         axes by iteration",
        path.name
    );
    Figure::new(WIDTH, TOP + SIDE + 4.0, words, marks)
}

/// Loss and distance from the axes over the iterations, and where the cursor stands at each of the `shown` steps.
fn curves(steps: &[PlaneStep], shown: &[PlaneStep]) -> (Markup, Vec<(f64, f64)>) {
    let width = WIDTH - SIDE - GAP;
    let series = |name: &str, pick: fn(&PlaneStep) -> f64| {
        Series::new(name, steps.iter().map(|step| (at(step), pick(step))).collect())
    };
    let plot = Lines::new(Axis::new("iteration").log(), Axis::new("").from_zero())
        .series(series("distance from axes", |step| step.alignment))
        .series(series("loss", |step| step.loss));
    let frame = plot.frame(width, CURVE);
    let places = shown.iter().map(|step| (SIDE + GAP + frame.x(at(step)).unwrap_or(frame.left), frame.top));
    let places = places.collect();
    let drawn = plot.framed(&frame, String::new());
    (html! { g transform={ "translate(" (At(SIDE + GAP)) " 0)" } { (drawn.marks()) } }, places)
}

/// On an axis of powers of ten the start has no place: it stands where the first step is.
fn at(step: &PlaneStep) -> f64 {
    f64::from(step.iteration.max(1))
}

/// As many steps as a film has pictures, with the first and the last.
fn thinned(steps: &[PlaneStep]) -> Vec<PlaneStep> {
    let last = steps.len() - 1;
    let count = steps.len().min(PICTURES);
    (0..count).map(|index| steps[index * last / (count - 1).max(1)]).collect()
}

/// The times of the pictures as shares of the film; the last one comes early and stays to the end.
fn times(count: usize) -> String {
    let time = |index: usize| format!("{:.4};", (1.0 - AT_REST) * index as f64 / (count - 1).max(1) as f64);
    (0..count).map(time).chain(["1".to_owned()]).collect()
}
