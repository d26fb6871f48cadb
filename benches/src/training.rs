//! Training by epochs and by steps, through the trainer that everyone uses, with the clock of a callback.

use std::time::{Duration, Instant};

use diabolo_data::{Dataset, Split};
use diabolo_kernels::Scalar;
use diabolo_models::trainer::{Callback, Control, EpochReport, Progress, StepReport};
use diabolo_models::{Autoencoder, Config, Error, Model, Plan, Trainer};

/// More epochs than anyone waits for.
const ENDLESS: u32 = 1 << 20;

/// A training run that is asked for one epoch, or some steps, at a time.
#[derive(Debug)]
pub struct Run {
    trainer: Trainer<f32, Box<dyn Autoencoder<f32>>>,
    data: Split,
    batch: usize,
}

impl Run {
    /// The run that these settings describe, as the command line would make it.
    ///
    /// # Errors
    /// If the settings do not fit the data, or are not those of a network.
    pub fn new(config: &Config, data: Split) -> Result<Self, Error> {
        let training = config.training.as_ref().ok_or_else(|| Error::Setting("pca is not trained".to_owned()))?;
        let model = config.autoencoder(data.train.dim())?;
        let plan = Plan { epochs: ENDLESS, ..training.plan(config.seed) };
        Ok(Self {
            trainer: Trainer::new(model, training.optimizer(), plan, Progress::default()),
            data,
            batch: plan.batch,
        })
    }

    /// A run over `train` alone, for those who want its steps.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_steps(config: &Config, train: Dataset) -> Result<Self, Error> {
        let test = train.subset(&[0]);
        Self::new(config, Split { train, test })
    }

    /// The next epoch: what the trainer reports of it, with the seconds of its training steps alone.
    ///
    /// # Errors
    /// As [`Trainer::run`].
    ///
    /// # Panics
    /// Never: an epoch leaves a report.
    pub fn epoch(&mut self) -> Result<EpochReport, Error> {
        self.trainer.run(&self.data.train, &self.data.test, &mut [&mut OneEpoch])?;
        Ok(self.trainer.progress.history.last().expect("an epoch leaves a report").clone())
    }

    /// Seconds of each of `count` steps, or of fewer if `limit` is over: at least one. The first step of an epoch is left
    /// out, before which the order is drawn.
    ///
    /// # Errors
    /// As [`Trainer::run`].
    ///
    /// # Panics
    /// If an epoch is a single step.
    #[track_caller]
    pub fn steps(&mut self, count: usize, limit: Duration) -> Result<Vec<f64>, Error> {
        assert!(self.data.train.len() > self.batch, "an epoch of one step has no step but the first");
        let mut clock = Clock { last: None, seconds: vec![], count, begun: Instant::now(), limit };
        self.trainer.run(&self.data.train, &self.data.test, &mut [&mut clock])?;
        Ok(clock.seconds)
    }
}

struct OneEpoch;

impl<S: Scalar, M: Model<S>> Callback<S, M> for OneEpoch {
    fn epoch(&mut self, _: &Trainer<S, M>) -> Result<Control, Error> {
        Ok(Control::Stop)
    }
}

/// Looks at the clock after every step.
struct Clock {
    /// When the step before ended, unless something else came in between.
    last: Option<Instant>,
    seconds: Vec<f64>,
    count: usize,
    begun: Instant,
    limit: Duration,
}

impl<S: Scalar, M: Model<S>> Callback<S, M> for Clock {
    fn step(&mut self, _: &StepReport) -> Control {
        let now = Instant::now();
        if let Some(last) = self.last.replace(now) {
            self.seconds.push((now - last).as_secs_f64());
        }
        let over = now - self.begun >= self.limit && !self.seconds.is_empty();
        if over || self.seconds.len() >= self.count { Control::Stop } else { Control::Continue }
    }

    fn epoch(&mut self, _: &Trainer<S, M>) -> Result<Control, Error> {
        self.last = None;
        Ok(Control::Continue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::drawn;
    use diabolo_models::config::ModelKind;

    fn small() -> Config {
        let table = "hidden = [8]\nlatent = 2\nbatch = 8".parse().unwrap();
        Config::with(ModelKind::Vae, &table).unwrap()
    }

    #[test]
    fn epochs_follow_one_another() {
        let data = Split { train: drawn(32), test: drawn(4) };
        let mut run = Run::new(&small(), data).unwrap();
        let reports = [run.epoch().unwrap(), run.epoch().unwrap()];
        assert_eq!(reports.each_ref().map(|report| report.epoch), [1, 2]);
        assert!(reports.iter().all(|report| report.train_seconds > 0.0));
    }

    #[test]
    fn as_many_steps_as_are_asked_for_across_epochs() {
        let mut run = Run::of_steps(&small(), drawn(32)).unwrap();
        assert_eq!(run.steps(10, Duration::from_secs(60)).unwrap().len(), 10);
        assert_eq!(run.steps(10, Duration::ZERO).unwrap().len(), 1);
    }
}
