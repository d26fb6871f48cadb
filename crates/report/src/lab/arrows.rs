//! A square of the plane with samples, principal axes and two arrows.

use maud::{Markup, html};

use super::plane::PlaneStep;
use crate::plot::At;

/// In a square of 236 so many samples can be told apart.
const SHOWN: f64 = 400.0 / (236.0 * 236.0);

/// Samples beyond this quantile of the distance from the middle may lie outside.
const INSIDE: f64 = 0.97;

/// Principal axes are drawn so many standard deviations long, to each side.
const DEVIATIONS: f64 = 2.0;

/// From the plane to a square.
#[derive(Clone, Debug)]
pub(super) struct View {
    side: f64,
    corner: (f64, f64),
    /// Pixels to a unit of the data, and to one of the arrows, which are shortened together if they would not fit.
    scale: f64,
    arrow_scale: f64,
    dots: String,
    axes: [[f64; 2]; 2],
}

impl View {
    pub(super) fn new(
        samples: &[[f64; 2]],
        axes: [[f64; 2]; 2],
        columns: impl Iterator<Item = [f64; 2]>,
        side: f64,
        corner: (f64, f64),
    ) -> Self {
        let mut far: Vec<f64> = samples.iter().map(|&sample| length(sample)).filter(|far| far.is_finite()).collect();
        far.sort_by(f64::total_cmp);
        let edge = far.get((far.len() as f64 * INSIDE) as usize).or(far.last()).copied().unwrap_or(1.0);
        let edge = axes.iter().map(|&axis| DEVIATIONS * length(axis)).fold(edge, f64::max).max(f64::MIN_POSITIVE);
        let longest = columns.map(length).filter(|length| length.is_finite()).fold(f64::MIN_POSITIVE, f64::max);
        let scale = 0.46 * side / edge;
        let mut view =
            Self { side, corner, scale, arrow_scale: scale.min(0.44 * side / longest), dots: String::new(), axes };
        let every = samples.len().div_ceil((SHOWN * side * side) as usize).max(1);
        let places = samples.iter().step_by(every).filter_map(|&sample| view.inside(sample));
        view.dots = places.map(|(x, y)| format!("M{} {}h0", At(x), At(y))).collect();
        view
    }

    /// Samples and principal axes.
    pub(super) fn ground(&self, named: bool) -> Markup {
        let (left, top) = self.corner;
        let label = ["u₁", "u₂"];
        html! {
            rect.field x=(At(left)) y=(At(top)) width=(At(self.side)) height=(At(self.side)) rx="4" {}
            path class="points other" stroke-width="2.6" d=(self.dots) {}
            @for (axis, label) in self.axes.iter().zip(label) {
                @let end = axis.map(|x| DEVIATIONS * x);
                @let (from, to) = (self.place(end.map(|x| -x), self.scale), self.place(end, self.scale));
                path.level d={ "M" (At(from.0)) " " (At(from.1)) "L" (At(to.0)) " " (At(to.1)) } {}
                @if named {
                    @let name = self.beside(end);
                    text.halo.mid x=(At(name.0)) y=(At(name.1 + 4.0)) { (label) }
                }
            }
        }
    }

    /// Path data of the arrow of one column: the same commands for every arrow, so that one can turn into another.
    pub(super) fn arrow(&self, step: &PlaneStep, column: usize) -> String {
        let vector = step.columns[column].map(|x| if x.is_finite() { x } else { 0.0 });
        let (from, to) = (self.place([0.0; 2], 1.0), self.place(vector, self.arrow_scale));
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let reach = dx.hypot(dy);
        // A head as long as a third of its arrow, and no longer than is handsome.
        let head = (reach / 3.0).min(self.side / 20.0) / reach.max(1e-9);
        let barb = |side: f64| (to.0 - head * (dx - side * 0.6 * dy), to.1 - head * (dy + side * 0.6 * dx));
        let (one, other) = (barb(1.0), barb(-1.0));
        let point = |(x, y): (f64, f64)| format!("{} {}", At(x), At(y));
        format!("M{}L{}M{}L{}L{}", point(from), point(to), point(one), point(to), point(other))
    }

    fn place(&self, [x, y]: [f64; 2], scale: f64) -> (f64, f64) {
        let middle = self.side / 2.0;
        (self.corner.0 + middle + scale * x, self.corner.1 + middle - scale * y)
    }

    fn inside(&self, sample: [f64; 2]) -> Option<(f64, f64)> {
        let within = |place: f64, start: f64| place > start + 2.0 && place < start + self.side - 2.0;
        Some(self.place(sample, self.scale)).filter(|&(x, y)| within(x, self.corner.0) && within(y, self.corner.1))
    }

    /// A place for the name of an axis, off its end and inside the square.
    fn beside(&self, end: [f64; 2]) -> (f64, f64) {
        let far = length(end).max(f64::MIN_POSITIVE);
        let off = 9.0 / self.scale;
        let (x, y) = self.place([end[0] - off * end[1] / far, end[1] + off * end[0] / far], self.scale);
        let within = |place: f64, start: f64| place.clamp(start + 10.0, start + self.side - 10.0);
        (within(x, self.corner.0), within(y, self.corner.1))
    }
}

fn length([x, y]: [f64; 2]) -> f64 {
    x.hypot(y)
}
