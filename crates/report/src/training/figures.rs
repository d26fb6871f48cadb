//! The learning curves and the network, each `None` where the run has nothing to show.

use super::{Losses, TrainingReport};
use crate::plot::{Axis, Figure, Lines, Series, network};

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

    pub(super) fn network_figure(&self) -> Option<Figure> {
        let shape = self.shape.as_ref().filter(|shape| shape.widths.len() > 1)?;
        Some(network(&shape.widths, shape.code, "the widths of the layers from input to output"))
    }
}

/// Whether a logarithmic axis shows the points better.
pub(crate) fn spans_decades<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> bool {
    let (low, high) = points
        .map(|point| point.1)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (value.min(low), value.max(high)));
    low > 0.0 && high > LOG_FROM * low
}
