//! A run that stops and goes on from its saved state ends with the bits of one that was never stopped.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use diabolo_data::Split;
use diabolo_models::config::ModelKind;
use diabolo_models::trainer::{Callback, Control, EpochReport, Metrics, Outcome, Progress, StepReport};
use diabolo_models::{Autoencoder, Config, Error, Trainer, checkpoint};
use diabolo_nn::{Module, Path};
use diabolo_tests::{
    Bits, EPOCHS, Run, STEPS, StopAfter, TRAINED, new_run, on_threads, resumed_run, settings, small_digits, train,
};

fn uninterrupted(config: &Config, data: &Split) -> Bits {
    let mut run = new_run(config, data);
    assert_eq!(train(&mut run, data, &mut StopAfter(0)), Outcome::Finished);
    Bits::of(&run)
}

/// Saves the run and lets another process's worth of objects take its place.
fn reborn(run: &Run, config: &Config, data: &Split) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.safetensors");
    checkpoint::save_state(&state, run).unwrap();
    resumed_run(config, data, &state)
}

fn stopped_after(stops: &[u32], config: &Config, data: &Split) -> Bits {
    let mut run = new_run(config, data);
    for &step in stops {
        assert_eq!(train(&mut run, data, &mut StopAfter(step)), Outcome::Interrupted);
        assert_eq!(run.progress.epoch * STEPS + run.progress.step, step);
        run = reborn(&run, config, data);
    }
    assert_eq!(train(&mut run, data, &mut StopAfter(0)), Outcome::Finished);
    Bits::of(&run)
}

#[test]
fn stopped_runs_end_with_the_same_bits_at_any_number_of_threads() {
    let data = small_digits();
    let (first, last_of_epoch, last) = (1, STEPS, EPOCHS * STEPS);
    let cases: [&[u32]; 4] = [&[first], &[last_of_epoch], &[STEPS + 2, STEPS + 3], &[2, STEPS + 1, last - 1, last]];
    for (name, model, overrides) in TRAINED {
        let config = settings(model, overrides);
        let expected = on_threads(1, || uninterrupted(&config, &data));
        for threads in [1, 2, 3] {
            for stops in cases {
                let bits = on_threads(threads, || stopped_after(stops, &config, &data));
                expected.assert_same(&bits, &format!("{name} on {threads} threads, stopped after {stops:?}"));
            }
        }
    }
}

/// Ends a run after every epoch, as early stopping does.
struct EpochByEpoch;

impl Callback<f32, Box<dyn Autoencoder<f32>>> for EpochByEpoch {
    fn epoch(&mut self, _: &Trainer<f32, Box<dyn Autoencoder<f32>>>) -> Result<Control, Error> {
        Ok(Control::Stop)
    }
}

#[test]
fn runs_that_stop_between_epochs_end_with_the_same_bits() {
    let data = small_digits();
    for (name, model, overrides) in TRAINED {
        let config = settings(model, overrides);
        let mut run = new_run(&config, &data);
        for epoch in 1..EPOCHS {
            assert_eq!(train(&mut run, &data, &mut EpochByEpoch), Outcome::StoppedEarly);
            assert_eq!((run.progress.epoch, run.progress.step), (epoch, 0));
            run = reborn(&run, &config, &data);
        }
        assert_eq!(train(&mut run, &data, &mut EpochByEpoch), Outcome::Finished);
        uninterrupted(&config, &data).assert_same(&Bits::of(&run), name);
    }
}

/// Saves a run, which goes on, after its step with this number, counted from 1 over all epochs.
struct SaveAfter<'a> {
    step: u32,
    state: &'a std::path::Path,
}

impl Callback<f32, Box<dyn Autoencoder<f32>>> for SaveAfter<'_> {
    fn step(&mut self, report: &StepReport) -> Control {
        let done = report.epoch * report.steps + report.step;
        if done == self.step { Control::Save } else { Control::Continue }
    }

    fn save(&mut self, run: &Run) -> Result<(), Error> {
        checkpoint::save_state(self.state, run)
    }
}

#[test]
fn a_run_goes_on_from_what_was_saved_on_the_way() {
    let data = small_digits();
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.safetensors");
    for (name, model, overrides) in TRAINED {
        let config = settings(model, overrides);
        let expected = uninterrupted(&config, &data);
        let mut run = new_run(&config, &data);
        assert_eq!(train(&mut run, &data, &mut SaveAfter { step: STEPS + 2, state: &state }), Outcome::Finished);
        expected.assert_same(&Bits::of(&run), &format!("{name}, which was saved and went on"));
        let mut run = resumed_run(&config, &data, &state);
        assert_eq!(run.progress.epoch * STEPS + run.progress.step, STEPS + 2);
        train(&mut run, &data, &mut StopAfter(0));
        expected.assert_same(&Bits::of(&run), &format!("{name}, from what was saved"));
    }
}

#[test]
fn more_epochs_after_the_last_equal_a_longer_run() {
    let data = small_digits();
    let (_, model, overrides) = TRAINED[5];
    let (short, mut long) = (settings(model, overrides), settings(model, overrides));
    long.training.as_mut().unwrap().epochs = EPOCHS + 1;
    let mut run = new_run(&short, &data);
    train(&mut run, &data, &mut StopAfter(0));
    let mut run = reborn(&run, &long, &data);
    train(&mut run, &data, &mut StopAfter(0));
    uninterrupted(&long, &data).assert_same(&Bits::of(&run), "a constant rate does not know how long the run is");
}

#[test]
fn a_plateau_before_the_stop_is_remembered_after_it() {
    let data = small_digits();
    let (_, model, overrides) = TRAINED[6];
    let config = settings(model, overrides);
    let mut constant = config.clone();
    constant.training.as_mut().unwrap().schedule = "constant".to_owned();
    // No loss improves by all of itself, so the rate falls after the second epoch, and only then.
    for stop in [2 * STEPS - 1, 2 * STEPS + 1] {
        let [mut falling, mut steady] = [&config, &constant].map(|config| new_run(config, &data));
        for run in [&mut falling, &mut steady] {
            train(run, &data, &mut StopAfter(stop));
        }
        assert_eq!(Bits::of(&falling) == Bits::of(&steady), stop < 2 * STEPS);
    }
    let stops = [2 * STEPS, 2 * STEPS + 1];
    uninterrupted(&config, &data)
        .assert_same(&stopped_after(&stops, &config, &data), "stopped when the rate had fallen");
}

/// Looks at the model after every epoch.
#[derive(Default)]
struct Averages {
    distances: Vec<f32>,
}

impl Callback<f32, Box<dyn Autoencoder<f32>>> for Averages {
    fn epoch(&mut self, run: &Run) -> Result<Control, Error> {
        let raw = run.optimizer.state().slots.iter().find(|slot| slot.name == "raw").unwrap();
        let (mut distance, mut values) = (0.0, raw.values.iter());
        run.model.visit(Path::ROOT, &mut |_, parameter| {
            if parameter.is_trained() {
                let pairs = parameter.value().iter().zip(&**values.next().unwrap());
                distance += pairs.map(|(average, raw)| (average - raw).abs()).sum::<f32>();
            }
        });
        self.distances.push(distance);
        Ok(Control::Continue)
    }
}

#[test]
fn the_average_is_measured_and_shown_and_leaves_training_alone() {
    let data = small_digits();
    let plain = settings(ModelKind::Deep, "hidden = [24]\nlatent = 5\nschedule = 'constant'");
    let mut averaged = plain.clone();
    averaged.training.as_mut().unwrap().ema = 0.9;
    let [mut raw, mut run] = [&plain, &averaged].map(|config| new_run(config, &data));
    train(&mut raw, &data, &mut StopAfter(0));
    let mut averages = Averages::default();
    train(&mut run, &data, &mut averages);
    assert!(averages.distances.iter().all(|distance| *distance > 0.0), "{:?}", averages.distances);

    let losses = |run: &Run, train: bool| -> Vec<f64> {
        let history = run.progress.history.iter();
        history.map(|report| if train { &report.train } else { &report.test }.mean("loss")).collect()
    };
    assert_eq!(losses(&run, true), losses(&raw, true));
    assert_ne!(losses(&run, false), losses(&raw, false));
    run.optimizer.swap_average(&mut run.model);
    let values = |run: &Run| {
        let mut all = vec![];
        run.model.visit(Path::ROOT, &mut |_, parameter| all.extend_from_slice(parameter.value()));
        all
    };
    assert_eq!(values(&run), values(&raw), "what was trained is what would have been trained without it");
}

#[test]
fn measurements_survive_saving_to_the_last_bit() {
    let data = small_digits();
    let (_, model, overrides) = TRAINED[0];
    let config = settings(model, overrides);
    let mut run = new_run(&config, &data);
    run.optimizer.state_mut().prepare(&run.model);
    // Numbers with all their digits, over many powers of ten.
    let value = |i: u32| f64::from(i).sqrt() * 1.37_f64.powi(i as i32 % 400 - 200);
    let report = |epoch: u32| EpochReport {
        epoch,
        train: Metrics::of(&[("loss", value(3 * epoch))]),
        test: Metrics::of(&[("loss", value(3 * epoch + 1))]),
        train_seconds: value(3 * epoch + 2),
    };
    run.progress = Progress {
        epoch: 999,
        step: 1,
        history: (1..1000).map(report).collect(),
        sums: Metrics::of(&[("loss", 0.1)]),
        seconds: 0.5,
    };
    assert_eq!(reborn(&run, &config, &data).progress, run.progress);
}

#[test]
fn a_state_of_another_model_or_optimizer_is_refused() {
    let data = small_digits();
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.safetensors");
    let (_, model, overrides) = TRAINED[0];
    let mut run = new_run(&settings(model, overrides), &data);
    train(&mut run, &data, &mut StopAfter(1));
    checkpoint::save_state(&state, &run).unwrap();

    for (overrides, named) in [("latent = 6", "encoder.weight"), ("optimizer = 'sgd'\nlatent = 5", "exp_avg")] {
        let config = settings(model, overrides);
        let mut other = config.autoencoder::<f32>(data.train.dim()).unwrap();
        let mut optimizer = config.training.as_ref().unwrap().optimizer();
        let error = checkpoint::load_state(&state, &mut other, &mut *optimizer).unwrap_err().to_string();
        assert!(error.contains("state.safetensors") && error.contains(named), "{error}");
    }
}
