//! The vector figures of a report, each `None` where the run has nothing to show.

use super::{Codes, Losses, TrainingReport};
use crate::plot::{Axis, Bars, Figure, Lines, Scatter, Series, network};

/// A latent unit whose KL is below this many nats carries next to nothing.
const ACTIVE: f64 = 0.01;

/// Where a curve falls by more than this factor, a logarithmic axis shows its end as well as its start.
const LOG_FROM: f64 = 12.0;

impl TrainingReport {
    /// The total loss, where it is more than the reconstruction.
    pub(super) fn loss_figure(&self) -> Option<Figure> {
        let differs = |losses: &Losses| losses.reconstruction != Some(losses.loss);
        let has_more = self.history.iter().any(|epoch| differs(&epoch.train));
        has_more.then(|| self.curve("loss", &self.unit, None, |losses| Some(losses.loss)))?
    }

    pub(super) fn reconstruction_figure(&self) -> Option<Figure> {
        let level =
            self.baseline.as_ref().and_then(|baseline| Some((baseline.reconstruction?, baseline.name.as_str())));
        self.curve("reconstruction", &self.unit, level, |losses| losses.reconstruction)
    }

    pub(super) fn kl_figure(&self) -> Option<Figure> {
        self.curve("KL divergence", "nats", None, |losses| losses.kl)
    }

    fn curve(
        &self,
        name: &str,
        unit: &str,
        level: Option<(f64, &str)>,
        part: impl Fn(&Losses) -> Option<f64>,
    ) -> Option<Figure> {
        let points = |values: &dyn Fn(usize) -> Option<f64>| -> Vec<(f64, f64)> {
            (0..self.history.len()).filter_map(|index| Some((index as f64 + 1.0, values(index)?))).collect()
        };
        let train = points(&|index| part(&self.history[index].train));
        let test = points(&|index| self.history[index].test.as_ref().and_then(&part));
        if train.is_empty() && test.is_empty() {
            return None;
        }
        let mut axis = Axis::new(name);
        if !unit.is_empty() {
            axis = axis.unit(unit);
        }
        if spans_decades(train.iter().chain(&test)) {
            axis = axis.log();
        }
        let mut plot = Lines::new(Axis::new("epoch").integer(), axis);
        if !train.is_empty() {
            plot = plot.series(Series::new("train", train).dashed());
        }
        if !test.is_empty() {
            plot = plot.series(Series::new("test", test));
        }
        if let Some((value, label)) = level {
            plot = plot.level(value, label);
        }
        Some(plot.figure(format!("{name} per epoch, on training and test data")))
    }

    pub(super) fn kl_per_unit_figure(&self) -> Option<Figure> {
        let mut values = self.kl_per_unit.clone().filter(|values| !values.is_empty())?;
        values.sort_by(|one, other| other.total_cmp(one));
        let bars = Bars::new(Axis::new("latent unit, by rank"), Axis::new("KL divergence").unit("nats"), values)
            .quiet_below(ACTIVE);
        Some(bars.figure("KL divergence of each latent unit from the prior, largest first"))
    }

    /// How many latent units are active, of how many.
    pub(super) fn active_units(&self) -> Option<(usize, usize)> {
        let values = self.kl_per_unit.as_ref()?;
        Some((values.iter().filter(|value| **value > ACTIVE).count(), values.len()))
    }

    pub(super) fn codes_figure(&self) -> Option<Figure> {
        let codes = self.codes.as_ref().filter(|codes| !codes.points.is_empty())?;
        let [x, y] = [0, 1].map(|axis| code_axis(codes, axis));
        let mut plot = Scatter::new(x, y, codes.points.clone());
        if !codes.classes.is_empty() {
            plot = plot.classes(codes.classes.clone(), codes.class_names.clone());
        }
        Some(plot.figure("codes of test images in the plane, coloured by class"))
    }

    pub(super) fn shares_figure(&self) -> Option<Figure> {
        let shares = self.spectrum.as_ref().filter(|shares| !shares.is_empty())?;
        let percent = shares.iter().map(|share| 100.0 * share).collect();
        let bars = Bars::new(Axis::new("component"), Axis::new("share of the total variance").unit("%"), percent);
        Some(bars.figure("share of the total variance of each component"))
    }

    pub(super) fn cumulative_figure(&self) -> Option<Figure> {
        let shares = self.spectrum.as_ref().filter(|shares| !shares.is_empty())?;
        let mut total = 0.0;
        let cumulative = shares.iter().enumerate().map(|(index, share)| {
            total += 100.0 * share;
            (index as f64 + 1.0, total)
        });
        let line = Lines::new(
            Axis::new("components").integer(),
            Axis::new("variance explained together").unit("%").from_zero(),
        )
        .series(Series::new("together", cumulative.collect()));
        Some(line.figure("share of the total variance that the first components explain together"))
    }

    pub(super) fn network_figure(&self) -> Option<Figure> {
        let shape = self.shape.as_ref().filter(|shape| shape.widths.len() > 1)?;
        Some(network(&shape.widths, shape.code, "the widths of the layers from input to output"))
    }
}

fn code_axis(codes: &Codes, axis: usize) -> Axis {
    if codes.dimensions <= 2 {
        return Axis::new(["z₁", "z₂"][axis]);
    }
    let name = ["first principal component", "second principal component"][axis];
    match codes.shares {
        Some(shares) => Axis::new(name).unit(format!("{:.0} % of the variance", 100.0 * shares[axis])),
        None => Axis::new(name),
    }
}

fn spans_decades<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> bool {
    let (low, high) = points
        .map(|point| point.1)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (value.min(low), value.max(high)));
    low > 0.0 && high > LOG_FROM * low
}
