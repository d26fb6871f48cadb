//! The trainer: epochs of steps over shuffled batches, for anything that is a [`Model`].
//!
//! Every draw is keyed by seed, epoch and step, and everything else that a step depends on is in [`Progress`], the
//! parameters and the optimizer's state. So a run that stops at any step and goes on from a checkpoint ends with the bits of
//! one that was never stopped.

use std::time::Instant;

use diabolo_autodiff::{Gradients, NonFinite, Tape};
use diabolo_data::{Dataset, gather, order_into};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream};
use diabolo_nn::{self as nn, Context, Moment, Optimizer, Updates};

use crate::error::Error;
use crate::model::Model;

mod callback;
mod evaluate;
mod finite;
mod plan;
mod progress;

pub use callback::{Callback, Control, EarlyStopping, StepReport};
pub use evaluate::evaluate;
pub use plan::Plan;
pub(crate) use progress::COUNTABLE;
pub use progress::{EpochReport, Metrics, Progress};

/// A training run.
///
/// If the optimizer keeps an average of the parameters ([`Ema`](diabolo_nn::Ema)), the model has it whenever anyone but a
/// step looks: in evaluation, in callbacks, in what is saved, and at the end.
#[derive(Debug)]
pub struct Trainer<S, M> {
    /// The model.
    pub model: M,
    /// The optimizer with its moments.
    pub optimizer: Box<dyn Optimizer<S>>,
    /// How far the run has come.
    pub progress: Progress,
    plan: Plan,
    tape: Tape<S>,
    gradients: Gradients<S>,
    updates: Updates<S>,
    order: Vec<u32>,
}

/// How a call of [`Trainer::run`] ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// A callback stopped the run after an epoch: nothing better was in sight.
    StoppedEarly,
    /// A callback stopped the run in the middle; it can go on from a checkpoint.
    Interrupted,
}

impl<S: Scalar, M: Model<S>> Trainer<S, M> {
    /// A run that starts at `progress`: the default for a new one, a checkpoint's for one that goes on.
    pub fn new(model: M, mut optimizer: Box<dyn Optimizer<S>>, plan: Plan, progress: Progress) -> Self {
        optimizer.state_mut().prepare(&model); // a run can be saved before its first step
        let (tape, gradients, updates) = (Tape::new(), Gradients::new(), Updates::new());
        Self { model, optimizer, progress, plan, tape, gradients, updates, order: vec![] }
    }

    /// Trains until the plan is done or a callback stops it. Threads are those of the current rayon pool.
    ///
    /// # Errors
    /// [`Error::Diverged`] if a loss is not finite, or if the plan looks for anomalies and finds one; [`Error::Overflowed`] if a parameter is not, [`Error::EmptyData`] without
    /// samples, and whatever a callback fails with.
    pub fn run(
        &mut self,
        train: &Dataset,
        test: &Dataset,
        callbacks: &mut [&mut dyn Callback<S, M>],
    ) -> Result<Outcome, Error> {
        if train.is_empty() || test.is_empty() {
            return Err(Error::EmptyData { train: train.len(), test: test.len() });
        }
        while self.progress.epoch < self.plan.epochs {
            self.optimizer.swap_average(&mut self.model);
            let control = self.epoch(train, callbacks);
            self.optimizer.swap_average(&mut self.model);
            if control? == Control::Stop {
                return Ok(Outcome::Interrupted);
            }
            let metrics = evaluate(&self.model, test, self.plan.batch, self.plan.seed)
                .map_err(|error| self.after_last_step(error))?;
            self.progress.finish_epoch(metrics);
            let mut control = Control::Continue;
            for callback in callbacks.iter_mut() {
                control = control.or(callback.epoch(self)?);
            }
            if control == Control::Stop && self.progress.epoch < self.plan.epochs {
                return Ok(Outcome::StoppedEarly);
            }
        }
        Ok(Outcome::Finished)
    }

    /// The steps of an epoch from where the progress stands.
    fn epoch(&mut self, train: &Dataset, callbacks: &mut [&mut dyn Callback<S, M>]) -> Result<Control, Error> {
        order_into(&mut self.order, self.plan.seed, self.progress.epoch, train.len());
        let steps = train.len().div_ceil(self.plan.batch) as u32;
        while self.progress.step < steps {
            let start = Instant::now();
            self.step(train, steps)?;
            self.progress.seconds += start.elapsed().as_secs_f64();
            self.progress.step += 1;
            let report = StepReport {
                epoch: self.progress.epoch,
                epochs: self.plan.epochs,
                step: self.progress.step,
                steps,
                batch: self.plan.batch,
                loss: self.progress.sums.mean("loss"),
            };
            let mut control = Control::Continue;
            for callback in callbacks.iter_mut() {
                control = control.or(callback.step(&report));
            }
            match control {
                Control::Continue => {}
                Control::Save => {
                    self.check_parameters(steps)?;
                    self.save(callbacks)?;
                }
                Control::Stop => {
                    self.check_parameters(steps)?;
                    return Ok(Control::Stop);
                }
            }
        }
        Ok(Control::Continue)
    }

    /// Lets all callbacks save the run, with the average in the model as after an epoch.
    fn save(&mut self, callbacks: &mut [&mut dyn Callback<S, M>]) -> Result<(), Error> {
        self.optimizer.swap_average(&mut self.model);
        let saved = callbacks.iter_mut().try_for_each(|callback| callback.save(self));
        self.optimizer.swap_average(&mut self.model);
        saved
    }

    /// Forward, backward, update.
    fn step(&mut self, train: &Dataset, steps: u32) -> Result<(), Error> {
        let Progress { epoch, step, .. } = self.progress;
        let first = step as usize * self.plan.batch;
        let rows = &self.order[first..self.order.len().min(first + self.plan.batch)];
        let key = Key::new(self.plan.seed, Stream::Noise).at(epoch, step);
        let done = f64::from(epoch) + f64::from(step) / f64::from(steps);

        let mut context = Context::training(&self.tape, key, done).updating(&mut self.updates);
        let x = self.tape.constant_with(&[rows.len(), train.dim()], |out| gather(train, rows, out));
        let loss = self.model.loss(&mut context, x);
        if let Err(cause) = finite::forward(&self.tape, loss.total, self.plan.anomaly) {
            self.check_parameters(steps)?;
            return Err(self.diverged(steps, cause));
        }
        loss.total.backward(&mut self.gradients);
        if let Err(cause) = finite::backward(&self.tape, &self.gradients, self.plan.anomaly) {
            return Err(self.diverged(steps, cause));
        }
        self.progress.sums.add(&loss, rows.len());
        self.tape.reset();

        self.updates.apply(&mut self.model);
        self.plan.clip(&mut self.gradients, &self.model);
        let rate = self.rate(steps);
        self.optimizer.step(&mut self.model, &self.gradients, rate);
        Ok(())
    }

    /// The error of the current step.
    fn diverged(&self, steps: u32, cause: Option<NonFinite>) -> Error {
        let cause = cause.map(Box::new);
        Error::Diverged { epoch: self.progress.epoch, step: self.progress.step, rate: self.rate(steps), cause }
    }

    /// Fails if the step before has left a parameter that is not finite, which nobody wants to go on with, nor to have saved
    /// over one that was. Looked for when there is a reason to, not at every step.
    fn check_parameters(&self, steps: u32) -> Result<(), Error> {
        let mut found = None;
        self.model.visit(nn::Path::ROOT, &mut |name, parameter| {
            if found.is_none() && !parameter.value().iter().all(|x| x.is_finite()) {
                found = Some(name.to_string());
            }
        });
        let Some(parameter) = found else { return Ok(()) };
        let Progress { epoch, step, .. } = self.progress;
        let (epoch, step) = if step > 0 { (epoch, step - 1) } else { (epoch.saturating_sub(1), steps - 1) };
        Err(Error::Overflowed { epoch, step, rate: self.rate_at(epoch, step, steps), parameter })
    }

    /// A model that fails its evaluation went wrong in the step before.
    fn after_last_step(&self, error: Error) -> Error {
        let Error::DivergedInEvaluation { cause } = error else { return error };
        let (epoch, step, steps) = (self.progress.epoch, self.progress.step.saturating_sub(1), self.progress.step);
        if let Err(overflow) = self.check_parameters(steps) {
            return overflow;
        }
        Error::Diverged { epoch, step, rate: self.rate_at(epoch, step, steps), cause }
    }

    fn rate(&self, steps: u32) -> f64 {
        self.rate_at(self.progress.epoch, self.progress.step, steps)
    }

    fn rate_at(&self, epoch: u32, step: u32, steps: u32) -> f64 {
        let (epoch, step, steps) = (u64::from(epoch), u64::from(step), u64::from(steps));
        let at = Moment { step: epoch * steps + step, steps, epochs: self.plan.epochs.into() };
        self.plan.schedule.rate(self.plan.rate, at, self.progress.test_losses())
    }
}
