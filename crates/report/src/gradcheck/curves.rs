//! The error of a rule over its domain.
//!
//! A curve is the worst distance in each of many slices of the axis: single distances jump between 0 and the bound from
//! one number to the next, and what counts is how far up they reach.

use super::{ErrorCurve, Precisions};
use crate::html::Block;
use crate::plot::{Axis, Lines, Series};

/// Slices of the axis.
const SLICES: usize = 120;

/// So many empty slices in a row are a gap in the curve: nothing was computed there.
const GAP: usize = 4;

/// Less than this is drawn as nothing.
const LEAST: f64 = 0.01;

/// From so many ulps on the axis of distances is logarithmic, so that small ones are still told apart.
const LARGE: f64 = 64.0;

/// If half of the points are smaller than the largest by this factor, they were drawn by exponent, and are shown so.
const BY_EXPONENT: f64 = 1000.0;

impl ErrorCurve {
    /// The figure; none without points.
    pub(super) fn block(&self, op: &str, bound: Precisions) -> Option<Block> {
        let all = || self.f64.iter().chain(&self.f32).copied();
        all().next()?;
        let axis = self.axis(all().map(|[x, _]| x.abs()).collect());
        let worst = all().map(|[_, distance]| distance).filter(|distance| distance.is_finite()).fold(0.0, f64::max);
        let distances = Axis::new("worst distance").unit("ulps");
        let distances = if worst > LARGE { distances.signed_log() } else { distances.from_zero() };
        let scale = axis.fit(all().map(|[x, _]| x));
        let curve = |name: &str, points: &[[f64; 2]]| {
            Series::new(name, worst_of_slices(points, |x| scale.place(x))).class(if name == "f64" { 0 } else { 1 })
        };
        let mut lines = Lines::new(axis.clone(), distances).level(bound.f64, label(bound.f64, "f64", bound));
        if bound.f32 != bound.f64 {
            lines = lines.level(bound.f32, label(bound.f32, "f32", bound));
        }
        let series = [("f32", &self.f32), ("f64", &self.f64)].into_iter().filter(|(_, points)| !points.is_empty());
        let lines = series.fold(lines, |lines, (name, points)| lines.series(curve(name, points)));
        let lost = all().filter(|[_, distance]| !distance.is_finite()).count();
        let figure = lines.figure(format!(
            "Distance of the gradient of {op} with respect to {} from the exact one, in units in the last place.",
            self.input
        ));
        Some(Block::Figure { figure, caption: self.caption(lost) })
    }

    fn caption(&self, lost: usize) -> String {
        let input = &self.input;
        let lost = match lost {
            0 => String::new(),
            1 => " At one point it is not a number.".to_owned(),
            many => format!(" At {} points it is not a number.", crate::count(many)),
        };
        format!(
            "Distance of the gradient with respect to {input} from the exact one, over the domain of {input}.{lost}"
        )
    }

    fn axis(&self, mut sizes: Vec<f64>) -> Axis {
        sizes.sort_unstable_by(f64::total_cmp);
        let (median, largest) = (sizes[sizes.len() / 2], sizes[sizes.len() - 1]);
        let axis = Axis::new(&self.input);
        if median < largest / BY_EXPONENT { axis.signed_log() } else { axis }
    }
}

fn label(bound: f64, precision: &str, bounds: Precisions) -> String {
    let precision = if bounds.f64 == bounds.f32 { String::new() } else { format!(", {precision}") };
    format!("allowed{precision}: {bound}")
}

/// In each slice of the axis that has points, the one that is farthest off.
fn worst_of_slices(points: &[[f64; 2]], place: impl Fn(f64) -> Option<f64>) -> Vec<(f64, f64)> {
    let mut worst: Vec<Option<(f64, f64)>> = vec![None; SLICES];
    for &[x, distance] in points.iter().filter(|[_, distance]| distance.is_finite()) {
        let Some(place) = place(x) else { continue };
        let slice = &mut worst[((place * SLICES as f64) as usize).min(SLICES - 1)];
        if slice.is_none_or(|(_, known)| distance > known) {
            *slice = Some((x, if distance < LEAST { 0.0 } else { distance }));
        }
    }
    let empty = |run: &[Option<(f64, f64)>]| run.iter().all(Option::is_none);
    let gap =
        |run: &[Option<(f64, f64)>]| if empty(run) && run.len() >= GAP { Some((f64::NAN, f64::NAN)) } else { None };
    let runs = worst.chunk_by(|a, b| a.is_some() == b.is_some());
    runs.flat_map(|run| run.iter().copied().flatten().chain(gap(run))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_peak_is_lost() {
        let points: Vec<[f64; 2]> = (0..5000).map(|i| [f64::from(i), if i == 1234 { 3.9 } else { 0.5 }]).collect();
        let worst = worst_of_slices(&points, |x| Some(x / 4999.0));
        assert_eq!(worst.len(), SLICES);
        assert!(worst.contains(&(1234.0, 3.9)));
        assert!(worst.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn where_nothing_was_computed_there_is_a_gap() {
        let points: Vec<[f64; 2]> = (0..SLICES).filter(|i| !(40..80).contains(i)).map(|i| [i as f64, 1e-70]).collect();
        let worst = worst_of_slices(&points, |x| Some((x + 0.5) / SLICES as f64));
        assert_eq!(worst.iter().filter(|(x, _)| x.is_nan()).count(), 1);
        assert!(worst[40].0.is_nan() && worst[41].0 == 80.0);
        assert!(worst.iter().all(|(x, distance)| x.is_nan() || *distance == 0.0));
    }

    #[test]
    fn points_of_every_exponent_have_room() {
        let curve = ErrorCurve {
            input: "x".into(),
            f64: (-300..300).map(|exponent| [10_f64.powi(exponent), 1.0]).collect(),
            f32: vec![[1.0, f64::INFINITY]],
        };
        let Some(Block::Figure { figure, caption }) = curve.block("tanh", Precisions { f64: 4.0, f32: 8.0 }) else {
            panic!("there is a figure")
        };
        let svg = figure.to_svg();
        assert!(svg.contains("10⁻²⁰⁰") && svg.contains("allowed, f32: 8"), "{svg}");
        assert!(caption.ends_with("At one point it is not a number."), "{caption}");
        assert!(ErrorCurve::default().block("tanh", Precisions::default()).is_none());
    }
}
