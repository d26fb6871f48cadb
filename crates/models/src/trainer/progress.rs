//! How far a run has come: all that must be saved beside parameters and moments.

use diabolo_kernels::Scalar;
use serde::{Deserialize, Serialize};

use crate::model::Loss;

/// No run counts as far: up to here `f64` has all whole numbers.
pub(crate) const COUNTABLE: u64 = 1 << 53;

/// Epoch, step, and what has been measured so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Epochs done.
    pub epoch: u32,
    /// Steps done in the current epoch.
    pub step: u32,
    /// Sums over the steps of the current epoch.
    pub sums: Metrics,
    /// Seconds spent in the steps of the current epoch.
    pub seconds: f64,
    /// What every epoch measured.
    pub history: Vec<EpochReport>,
}

/// What an epoch measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// 1 for the first.
    pub epoch: u32,
    /// Means over the epoch's steps, as trained.
    pub train: Metrics,
    /// Measured after the epoch.
    pub test: Metrics,
    /// Seconds spent in training steps alone.
    pub train_seconds: f64,
}

/// Named means over samples, in a fixed order, `loss` first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    sums: Vec<(String, f64)>,
    samples: u64,
}

impl Metrics {
    /// Means that were computed elsewhere.
    pub fn of(means: &[(&str, f64)]) -> Self {
        Self { sums: means.iter().map(|(name, mean)| ((*name).to_owned(), *mean)).collect(), samples: 1 }
    }

    /// Adds the means of a batch of `rows` samples.
    pub fn add<S: Scalar>(&mut self, loss: &Loss<'_, S>, rows: usize) {
        let named = [("loss", loss.total)].into_iter().chain(loss.terms());
        for (i, (name, value)) in named.enumerate() {
            let sum = value.item().to_f64() * rows as f64;
            match self.sums.get_mut(i) {
                Some((_, total)) => *total += sum,
                None => self.sums.push((name.to_owned(), sum)),
            }
        }
        self.samples += rows as u64;
    }

    /// The mean called `name`; NaN if there is none.
    pub fn mean(&self, name: &str) -> f64 {
        self.means().find(|(known, _)| *known == name).map_or(f64::NAN, |(_, mean)| mean)
    }

    /// All means, in order.
    pub fn means(&self) -> impl Iterator<Item = (&str, f64)> {
        self.sums.iter().map(|(name, sum)| (name.as_str(), sum / self.samples as f64))
    }

    fn clear(&mut self) {
        self.sums.iter_mut().for_each(|(_, sum)| *sum = 0.0);
        self.samples = 0;
    }
}

impl Progress {
    /// Whether the parts fit each other: what is read from a file need not.
    pub(crate) fn is_consistent(&self) -> bool {
        let countable = |metrics: &Metrics| metrics.samples < COUNTABLE;
        let measured = |metrics: &Metrics| metrics.samples > 0 && !metrics.sums.is_empty() && countable(metrics);
        let epochs = self.history.iter().zip(1..);
        self.history.len() == self.epoch as usize
            && epochs.into_iter().all(|(report, number)| report.epoch == number)
            && self.history.iter().all(|report| measured(&report.train) && measured(&report.test))
            && self.epoch < u32::MAX
            && countable(&self.sums)
    }

    /// Closes the current epoch with what its evaluation measured.
    pub(crate) fn finish_epoch(&mut self, test: Metrics) {
        self.epoch += 1;
        let (train, train_seconds) = (self.sums.clone(), self.seconds);
        self.history.push(EpochReport { epoch: self.epoch, train, test, train_seconds });
        self.sums.clear();
        (self.step, self.seconds) = (0, 0.0);
    }

    /// The test loss of every epoch that is done.
    pub fn test_losses(&self) -> impl Iterator<Item = f64> {
        self.history.iter().map(|report| report.test.mean("loss"))
    }

    /// The epoch with the lowest test loss, the first of equals.
    pub fn best(&self) -> Option<&EpochReport> {
        self.history
            .iter()
            .reduce(|best, next| if next.test.mean("loss") < best.test.mean("loss") { next } else { best })
    }

    /// Epochs done since the best.
    pub fn epochs_since_best(&self) -> u32 {
        self.best().map_or(0, |best| self.epoch - best.epoch)
    }
}
