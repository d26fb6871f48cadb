//! Learning curves and KL of all runs in one figure each.

use super::{ComparedRun, ComparisonReport};
use crate::html::{Block, Section};
use crate::plot::{Axis, Figure, Lines, Series};
use crate::training::Losses;
use crate::training::figures::spans_decades;

type Part = fn(&Losses) -> Option<f64>;

impl ComparisonReport {
    pub(super) fn curves(&self) -> Section {
        let all: Vec<_> = self.runs.iter().enumerate().collect();
        let mut figures = Vec::new();
        for unit in self.units() {
            let runs: Vec<_> = all.iter().copied().filter(|(_, run)| run.unit == unit).collect();
            if runs.iter().any(|(_, run)| has_more_than_reconstruction(run)) {
                figures.push(curve("loss", unit, &runs, |losses| Some(losses.loss)));
            }
            figures.push(curve("reconstruction", unit, &runs, |losses| losses.reconstruction));
        }
        figures.push(curve("KL divergence", "nats", &all, |losses| losses.kl));
        let intro = "Test values after each epoch, or training values where a run has no others. A run has the same \
                     colour in all figures; runs with another unit have a figure of their own.";
        let blocks = figures.into_iter().filter_map(|figure| Block::figure(figure, "")).collect();
        Section::new("Training", intro, blocks)
    }

    /// The units of losses, in the order in which they first appear.
    fn units(&self) -> Vec<&str> {
        let mut units: Vec<&str> = Vec::new();
        for run in &self.runs {
            if !units.contains(&run.unit.as_str()) {
                units.push(&run.unit);
            }
        }
        units
    }

    pub(super) fn kl_per_unit(&self) -> Section {
        let ranked = |kl: &[f64]| {
            let mut kl: Vec<f64> = kl.iter().copied().filter(|value| value.is_finite()).collect();
            kl.sort_by(|one, other| other.total_cmp(one));
            kl.into_iter().enumerate().map(|(rank, value)| (rank as f64 + 1.0, value)).collect()
        };
        let runs = self.runs.iter().enumerate().filter(|(_, run)| !run.kl.is_empty());
        let series: Vec<Series> = runs.map(|(index, run)| colour(index, &run.name, ranked(&run.kl))).collect();
        let is_empty = series.is_empty();
        let plot = Lines::new(
            Axis::new("latent unit, by rank").integer(),
            Axis::new("KL divergence").unit("nats").from_zero(),
        );
        let figure = (!is_empty).then(|| with_all(plot, series).figure("KL divergence of each latent unit, by run"));
        let caption = "How many nats each unit of the code tells of a sample, largest first.";
        Section::new("KL per latent unit", "", Block::figure(figure, caption).into_iter().collect())
    }
}

/// Whether the loss of a run is not drawn as its reconstruction already.
fn has_more_than_reconstruction(run: &ComparedRun) -> bool {
    run.history.iter().any(|epoch| epoch.train.reconstruction != Some(epoch.train.loss))
}

fn curve(name: &str, unit: &str, runs: &[(usize, &ComparedRun)], part: Part) -> Option<Figure> {
    let points = |run: &ComparedRun| -> Vec<(f64, f64)> {
        let of = |pick: &dyn Fn(&crate::Epoch) -> Option<f64>| -> Vec<(f64, f64)> {
            let epochs = run.history.iter().enumerate();
            epochs.filter_map(|(index, epoch)| Some((index as f64 + 1.0, pick(epoch)?))).collect()
        };
        let test = of(&|epoch| epoch.test.as_ref().and_then(part));
        if test.is_empty() { of(&|epoch| part(&epoch.train)) } else { test }
    };
    let curves: Vec<_> = runs.iter().map(|(index, run)| (*index, *run, points(run))).collect();
    let curves: Vec<_> = curves.into_iter().filter(|(_, _, points)| !points.is_empty()).collect();
    if curves.is_empty() {
        return None;
    }
    let mut axis = Axis::new(name);
    if !unit.is_empty() {
        axis = axis.unit(unit);
    }
    if spans_decades(curves.iter().flat_map(|(_, _, points)| points)) {
        axis = axis.log();
    }
    let series = curves.into_iter().map(|(index, run, points)| colour(index, &run.name, points)).collect();
    let plot = with_all(Lines::new(Axis::new("epoch").integer(), axis), series);
    Some(plot.figure(format!("{name} per epoch, by run")))
}

/// A curve in the colour of its run; from the eleventh run on, colours come again dashed.
fn colour(run: usize, name: &str, points: Vec<(f64, f64)>) -> Series {
    let series = Series::new(name, points).class(run);
    if run < crate::theme::CLASSES { series } else { series.dashed() }
}

fn with_all(plot: Lines, series: Vec<Series>) -> Lines {
    series.into_iter().fold(plot, Lines::series)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epoch;

    fn run(name: &str, unit: &str, kl: Option<f64>) -> ComparedRun {
        let losses = Losses { loss: 3.0, reconstruction: Some(3.0 - kl.unwrap_or(0.0)), kl };
        ComparedRun {
            name: name.into(),
            unit: unit.into(),
            history: vec![Epoch { train: losses, test: None, seconds: 1.0 }; 3],
            ..ComparedRun::default()
        }
    }

    fn figures(section: &Section) -> Vec<String> {
        let svg = |block: &Block| match block {
            Block::Figure { figure, .. } => Some(figure.to_svg()),
            _ => None,
        };
        section.blocks.iter().filter_map(svg).collect()
    }

    #[test]
    fn each_unit_has_a_figure_of_its_own() {
        let runs =
            vec![run("<deep>", "squared error", None), run("vae", "nats", Some(1.0)), run("b", "nats", Some(2.0))];
        let figures = figures(&ComparisonReport { runs }.curves());
        // The loss of the first run is its reconstruction, and is not drawn twice.
        assert_eq!(figures.len(), 4);
        assert!(figures[0].contains("reconstruction (squared error)") && !figures[0].contains("curve c1"));
        assert!(figures[1].contains("loss (nats)") && figures[1].contains("curve c1"));
        assert!(figures[2].contains("reconstruction (nats)") && !figures[2].contains("curve c0"));
        assert!(figures[3].contains("KL divergence (nats)"));
    }

    #[test]
    fn curves_of_kl_are_ranked() {
        let mut runs = vec![run("a", "nats", None), run("b", "nats", None)];
        runs[0].kl = vec![0.1, 2.0, f64::NAN];
        let section = ComparisonReport { runs }.kl_per_unit();
        let svg = &figures(&section)[0];
        assert!(svg.contains("a, 1: 2") && svg.contains("a, 2: 0.1") && !svg.contains("NaN"));
        assert!(figures(&ComparisonReport::default().kl_per_unit()).is_empty());
    }
}
