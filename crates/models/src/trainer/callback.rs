//! What may look on, and stop a run.

use diabolo_kernels::Scalar;

use crate::error::Error;
use crate::model::Model;
use crate::trainer::Trainer;

/// Looks on while a model trains: progress lines, files of metrics, checkpoints, early stopping.
pub trait Callback<S: Scalar, M: Model<S>> {
    /// After every step; must be quick.
    fn step(&mut self, _: &StepReport) -> Control {
        Control::Continue
    }

    /// When some callback has asked for it after a step: saves what the run needs to go on.
    ///
    /// # Errors
    /// What the callback fails with ends the run.
    fn save(&mut self, _: &Trainer<S, M>) -> Result<(), Error> {
        Ok(())
    }

    /// After every epoch and its evaluation. The last entry of the progress' history is this epoch's.
    ///
    /// # Errors
    /// What the callback fails with ends the run.
    fn epoch(&mut self, _: &Trainer<S, M>) -> Result<Control, Error> {
        Ok(Control::Continue)
    }
}

/// Whether the run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// It goes on.
    Continue,
    /// It goes on when all callbacks have saved it; after an epoch the same as to go on.
    Save,
    /// It stops: after a step the run is interrupted, after an epoch it ends early.
    Stop,
}

impl Control {
    /// The stronger of two wishes.
    pub(crate) fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

/// Where a run stands after a step.
#[derive(Clone, Copy, Debug)]
pub struct StepReport {
    /// Epochs done before this one.
    pub epoch: u32,
    /// Epochs in all.
    pub epochs: u32,
    /// Steps of this epoch that are done.
    pub step: u32,
    /// Steps in an epoch.
    pub steps: u32,
    /// Samples in a batch.
    pub batch: usize,
    /// The mean loss of the epoch so far.
    pub loss: f64,
}

/// Stops when the test loss has not improved for a number of epochs.
#[derive(Clone, Copy, Debug)]
pub struct EarlyStopping {
    patience: u32,
}

impl EarlyStopping {
    /// Stops after `patience` epochs in a row without a better test loss.
    pub fn new(patience: u32) -> Self {
        Self { patience }
    }
}

impl<S: Scalar, M: Model<S>> Callback<S, M> for EarlyStopping {
    fn epoch(&mut self, trainer: &Trainer<S, M>) -> Result<Control, Error> {
        let since = trainer.progress.epochs_since_best();
        Ok(if since >= self.patience { Control::Stop } else { Control::Continue })
    }
}
