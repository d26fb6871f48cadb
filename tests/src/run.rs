//! Training runs of any model in `f32`.

use std::path::Path;

use diabolo_data::Split;
use diabolo_models::trainer::{Callback, Control, Outcome, Progress, StepReport, Trainer};
use diabolo_models::{Autoencoder, Config, checkpoint};

/// A training run of any model.
pub type Run = Trainer<f32, Box<dyn Autoencoder<f32>>>;

const SETTINGS: &str = "the settings are those of a trained model";

/// A run that has not begun.
///
/// # Panics
/// If the settings are those of PCA.
pub fn new_run(config: &Config, data: &Split) -> Run {
    let training = config.training.as_ref().expect(SETTINGS);
    let model = config.autoencoder(data.train.dim()).expect(SETTINGS);
    Trainer::new(model, training.optimizer(), training.plan(config.seed), Progress::default())
}

/// A run that goes on from a saved state.
///
/// # Panics
/// If the state cannot be read.
pub fn resumed_run(config: &Config, data: &Split, state: &Path) -> Run {
    let training = config.training.as_ref().expect(SETTINGS);
    // Initialised with another seed: what is not restored shows.
    let other = Config { seed: config.seed + 1, ..config.clone() };
    let mut model = other.autoencoder(data.train.dim()).expect(SETTINGS);
    let mut optimizer = training.optimizer();
    let progress = checkpoint::load_state(state, &mut model, &mut *optimizer).expect("the state was just saved");
    Trainer::new(model, optimizer, training.plan(config.seed), progress)
}

/// Trains until the plan is done or a callback stops the run.
///
/// # Panics
/// If the run fails.
pub fn train(run: &mut Run, data: &Split, callback: &mut dyn Callback<f32, Box<dyn Autoencoder<f32>>>) -> Outcome {
    run.run(&data.train, &data.test, &mut [callback]).expect("the run does not fail")
}

/// Stops a run after its step with this number, counted from 1 over all epochs.
#[derive(Clone, Copy, Debug)]
pub struct StopAfter(pub u32);

impl Callback<f32, Box<dyn Autoencoder<f32>>> for StopAfter {
    fn step(&mut self, report: &StepReport) -> Control {
        let done = report.epoch * report.steps + report.step;
        if done == self.0 { Control::Stop } else { Control::Continue }
    }
}
