//! Training an autoencoder.

use diabolo_kernels::Scalar;
use diabolo_models::config::Training;
use diabolo_models::trainer::{Callback, EarlyStopping, Outcome, Progress, Trainer};
use diabolo_models::{Autoencoder, AutoencoderTrainer, Error, Model, Real, checkpoint};
use diabolo_nn::count;

use super::{Job, again, finish};
use crate::failure::Failure;
use crate::run_folder::{RunFolder, Saving};
use crate::{events, interrupt, output, progress, words};

pub(super) fn run<S: Real>(job: &Job) -> Result<(), Failure> {
    let training = job.config.training.as_ref().expect("every model but pca has these settings");
    let mut model = job.config.autoencoder::<S>(job.split.train.dim())?;
    let mut optimizer = training.optimizer::<S>();
    let done = match &job.resumed {
        // A run that was killed before it saved anything begins again, from the same seed.
        Some(folder) if folder.state().exists() => {
            checkpoint::load_state(&folder.state(), &mut model, &mut *optimizer)?
        }
        _ => Progress::default(),
    };
    let begun = done.epoch + u32::from(done.step > 0);
    if training.epochs < begun {
        return Err(Failure::usage(format!(
            "--epochs counts all epochs of a run, and this one is in its epoch {begun}; give {begun} or more"
        )));
    }
    let _patience = interrupt::patiently(); // until the report is written: nothing is lost by a hasty Ctrl-C
    let folder = job.folder()?;
    introduce(job, &*model);

    let mut trainer = Trainer::new(model, optimizer, training.plan(job.config.seed), done);
    let outcome = train(job, &mut trainer, &folder, training);
    match outcome {
        Ok(Outcome::Finished) => {}
        Ok(Outcome::StoppedEarly) => {
            job.say(&format!("  no better test loss for {} epochs: stopped", training.patience));
        }
        Ok(Outcome::Interrupted) => return Err(interrupted(job, &trainer, &folder, training.epochs)),
        Err(error) => return Err(unfinished(job, &trainer, &folder, training.epochs, error)),
    }
    finish::network(job, &trainer, &folder)
}

fn train<S: Real>(
    job: &Job,
    trainer: &mut AutoencoderTrainer<S>,
    folder: &RunFolder,
    &Training { patience, save_every, .. }: &Training,
) -> Result<Outcome, Error> {
    let mut progress = progress::Progress::new(job.talk);
    let mut files = Saving::new(folder, save_every);
    let mut stopping = EarlyStopping::new(patience);
    let mut callbacks: Vec<&mut dyn Callback<S, _>> = vec![&mut progress, &mut files];
    if patience > 0 {
        callbacks.push(&mut stopping);
    }
    S::train(trainer, &job.split.train, &job.split.test, &mut callbacks)
}

/// Saves an interrupted run; says how to go on.
fn interrupted<S: Scalar, M: Model<S>>(job: &Job, trainer: &Trainer<S, M>, folder: &RunFolder, epochs: u32) -> Failure {
    if let Err(error) = folder.save(trainer) {
        return unfinished(job, trainer, folder, epochs, error);
    }
    let (epoch, step) = (trainer.progress.epoch + 1, trainer.progress.step);
    Failure::interrupted(format!(
        "interrupted in epoch {epoch} after step {step}; the run is saved, go on with: {}",
        again::resume_command(job, folder, epochs)
    ))
}

/// What ended a run, and what there is of it.
fn unfinished<S: Scalar, M: Model<S>>(
    job: &Job,
    trainer: &Trainer<S, M>,
    folder: &RunFolder,
    epochs: u32,
    error: Error,
) -> Failure {
    let (diverged, unwritten) = (error.is_divergence(), matches!(error, Error::Io { .. }));
    let mut failure = Failure::from(error);
    let (epoch, path) = (trainer.progress.epoch, folder.path().display());
    let rest = match (diverged, unwritten, folder.state().exists()) {
        (true, ..) if epoch > 0 => format!("; the run as it was after epoch {epoch} lies in {path}"),
        (_, true, true) => {
            let command = again::resume_command(job, folder, epochs);
            format!("; what was saved before is whole: when there is room, go on with: {command}")
        }
        (_, true, false) => "; nothing of the run is saved: give another folder with --out".to_owned(),
        _ => String::new(),
    };
    failure.message.push_str(&rest);
    failure
}

fn introduce<S: Scalar>(job: &Job, model: &dyn Autoencoder<S>) {
    let (config, split) = (&job.config, &job.split);
    let parameters = count(model);
    if job.talk.json {
        let name = crate::source::name(config);
        events::start(&events::Start {
            model: config.model.name(),
            data: &name,
            train: split.train.len(),
            test: split.test.len(),
            dim: split.train.dim(),
            parameters,
            seed: config.seed,
            threads: job.threads,
        });
        return;
    }
    let rows: Vec<Vec<String>> = model
        .summary()
        .into_iter()
        .map(|row| {
            let output: Vec<String> = row.output.iter().map(ToString::to_string).collect();
            vec![row.name, row.layer, output.join("×"), diabolo_report::count(row.parameters)]
        })
        .collect();
    job.say(&format!(
        "{} on {}: {} training and {} test samples of {} numbers",
        words::title(config.model),
        words::data_title(config),
        diabolo_report::count(split.train.len()),
        diabolo_report::count(split.test.len()),
        split.train.dim()
    ));
    job.say(&output::table(&["name", "layer", "output", "parameters"], &rows));
    let threads = if job.threads == 1 { "1 thread".to_owned() } else { format!("{} threads", job.threads) };
    job.say(&format!("  {} parameters, seed {}, {threads}\n", diabolo_report::count(parameters), config.seed));
}
