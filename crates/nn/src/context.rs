//! What a layer needs to know beyond its input.

use diabolo_autodiff::{Tape, Var};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream};

use crate::parameter::Parameter;
use crate::updates::Updates;

/// The tape, the mode and the source of noise of one forward pass.
#[derive(Debug)]
pub struct Context<'t, S> {
    tape: &'t Tape<S>,
    training: bool,
    progress: f64,
    key: Key,
    sites: u32,
    updates: Option<&'t mut Updates<S>>,
}

impl<'t, S: Scalar> Context<'t, S> {
    /// A pass that trains: dropout drops. `key` is that of the step; `progress` counts epochs, as 2.5 in the middle of the third.
    pub fn training(tape: &'t Tape<S>, key: Key, progress: f64) -> Self {
        Self { tape, training: true, progress, key, sites: 0, updates: None }
    }

    /// A pass that evaluates: dropout rests, schedules stand at their end, and noise that belongs to the model comes from `key`.
    pub fn evaluation(tape: &'t Tape<S>, key: Key) -> Self {
        Self { tape, training: false, progress: f64::INFINITY, key, sites: 0, updates: None }
    }

    /// A pass in which nothing is random.
    pub fn inference(tape: &'t Tape<S>) -> Self {
        Self::evaluation(tape, Key::new(0, Stream::Sample))
    }

    /// The same pass, which leaves in `updates` what layers make of their buffers; what was there is forgotten. Without it
    /// that is lost, and the pass has no effect beside its result.
    #[must_use]
    pub fn updating(self, updates: &'t mut Updates<S>) -> Self {
        updates.clear();
        Self { updates: Some(updates), ..self }
    }

    /// The tape.
    pub fn tape(&self) -> &'t Tape<S> {
        self.tape
    }

    /// Whether this pass trains.
    pub fn is_training(&self) -> bool {
        self.training
    }

    /// Epochs done, with their fraction; infinite in evaluation.
    pub fn progress(&self) -> f64 {
        self.progress
    }

    /// A key of its own for each call in a pass, so that no two layers share their noise.
    pub fn next_key(&mut self) -> Key {
        self.sites += 1;
        self.key.site(self.sites)
    }

    /// A parameter on the tape.
    #[track_caller]
    pub fn parameter(&self, parameter: &Parameter<S>) -> Var<'t, S> {
        self.tape.join(parameter.shared(), parameter.shape(), parameter.is_trained())
    }

    /// Lets `change` turn the values of a buffer into those that it has after this pass.
    pub fn update(&mut self, buffer: &Parameter<S>, change: impl FnOnce(&mut [S])) {
        if let Some(updates) = &mut self.updates {
            updates.push(buffer, change);
        }
    }

    /// Runs `part` with `name` added to the scope that errors and reports show.
    pub fn scope<R>(&mut self, name: &str, part: impl FnOnce(&mut Self) -> R) -> R {
        let tape = self.tape;
        tape.scope(name, || part(self))
    }
}
