//! The film in some pictures, for paper and for readers who want to go back and forth.

use maud::html;

use super::film::ARROWS;
use super::plane::{Plane, PlanePath, PlaneStep};
use crate::count;
use crate::number::significant;
use crate::plot::{At, Figure};

const PICTURES: usize = 5;
const WIDTH: f64 = 520.0;
const GAP: f64 = 10.0;
const SIDE: f64 = (WIDTH - GAP * (PICTURES as f64 - 1.0)) / PICTURES as f64;

/// Room for a name above a row, and for two lines below.
const ABOVE: f64 = 24.0;
const BELOW: f64 = 46.0;

/// Each path as a row of pictures, from its first step to its last.
pub(super) fn stills(plane: &Plane, paths: &[&PlanePath]) -> Figure {
    let height = ABOVE + SIDE + BELOW;
    let marks = html! {
        @for (row, path) in paths.iter().enumerate() {
            @let top = height * row as f64;
            text.strong x="0" y=(At(top + 14.0)) { (path.name) }
            @for (column, step) in chosen(&path.steps).into_iter().enumerate() {
                @let left = (SIDE + GAP) * column as f64;
                @let view = plane.view(SIDE, (left, top + ABOVE));
                (view.ground(false))
                @for arrow in 0..2 { path class={ "arrow s" (arrow + ARROWS) } d=(view.arrow(step, arrow)) {} }
                @let below = top + ABOVE + SIDE;
                text.mid x=(At(left + SIDE / 2.0)) y=(At(below + 16.0)) { (iteration(step)) }
                text.mid x=(At(left + SIDE / 2.0)) y=(At(below + 32.0)) { "loss " (significant(step.loss, 2)) }
            }
        }
    };
    let names: Vec<&str> = paths.iter().map(|path| path.name.as_str()).collect();
    let words = format!("the same in pictures, from the first step to the last: {}", names.join(", "));
    Figure::new(WIDTH, height * paths.len() as f64, words, marks)
}

/// The first step, the last, and those between them at equal distances.
fn chosen(steps: &[PlaneStep]) -> Vec<&PlaneStep> {
    let last = steps.len() - 1;
    let mut places: Vec<usize> = (0..PICTURES).map(|index| index * last / (PICTURES - 1)).collect();
    places.dedup();
    places.into_iter().map(|place| &steps[place]).collect()
}

fn iteration(step: &PlaneStep) -> String {
    if step.iteration == 0 { "start".to_owned() } else { format!("step {}", count(step.iteration as usize)) }
}
