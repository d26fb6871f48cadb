//! `diabolo train`

use diabolo_data::Split;
use diabolo_models::config::{ModelKind, Precision};
use diabolo_models::{Config, Error};
use serde_json::json;

use crate::arguments::{Talk, Train};
use crate::commands::with_threads;
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::{events, output, settings, source};

mod again;
mod finish;
mod network;
mod pca;

pub(crate) use again::command_line;

/// What all models' runs have in common.
#[derive(Debug)]
struct Job {
    config: Config,
    split: Split,
    /// The folder of the run, if it goes on.
    resumed: Option<RunFolder>,
    out: Option<std::path::PathBuf>,
    force: bool,
    talk: Talk,
    threads: usize,
}

impl Job {
    /// The folder to write to; made only now that nothing about settings and data can fail any more.
    fn folder(&self) -> Result<RunFolder, Failure> {
        match &self.resumed {
            Some(folder) => {
                folder.save_config(&self.config)?;
                Ok(folder.clone())
            }
            None => RunFolder::create(self.out.as_deref(), self.force, &self.config),
        }
    }

    /// Words for people: not for programs, and not when quiet.
    fn say(&self, text: &str) {
        if !self.talk.json && !self.talk.quiet {
            output::note(text);
        }
    }
}

pub(crate) fn run(arguments: &Train) -> Result<(), Failure> {
    if arguments.defaults {
        let model: ModelKind = arguments.model.parse()?;
        if arguments.talk.json {
            events::result(&json!({ "event": "done", "settings": Config::new(model).to_table() }));
        } else {
            output::line(model.documented_defaults().trim_end());
        }
        return Ok(());
    }
    let (config, resumed) = match &arguments.resume {
        None => (settings::of_new_run(arguments)?, None),
        Some(path) => {
            let (folder, saved) = RunFolder::open(path)?;
            (resumed_settings(arguments, &saved)?, Some(folder.locked()?))
        }
    };
    with_threads(arguments.threads, || {
        let split = source::load(&config, arguments.talk)?;
        let command = config.command.clone().or_else(|| Some(command_line()));
        let samples = Some(split.train.schema().clone());
        let config = settings::with_absolute_paths(Config { samples, command, ..config });
        let (out, force, talk) = (arguments.out.clone(), arguments.force, arguments.talk);
        let mut job = Job { config, split, resumed, out, force, talk, threads: rayon_core::current_num_threads() };
        check_sizes(&job)?;
        match (job.config.model, job.config.precision) {
            (ModelKind::Pca, Precision::F32) => pca::run::<f32>(&mut job),
            (ModelKind::Pca, Precision::F64) => pca::run::<f64>(&mut job),
            (_, Precision::F32) => network::run::<f32>(&job),
            (_, Precision::F64) => network::run::<f64>(&job),
        }
    })?
}

/// The settings of an earlier run with another number of epochs; nothing else may change.
fn resumed_settings(arguments: &Train, saved: &Config) -> Result<Config, Failure> {
    if saved.model.name() != arguments.model {
        return Err(Failure::usage(format!(
            "the run was made by `train {}`, not by `train {}`",
            saved.model, arguments.model
        )));
    }
    if saved.model == ModelKind::Pca {
        return Err(Failure::usage("pca is fitted in one go, so there is nothing to resume"));
    }
    if arguments.config.is_some() {
        return Err(Failure::usage("a resumed run keeps its settings, so --config cannot be used with --resume"));
    }
    let flags = settings::of_flags(arguments)?;
    if let Some(key) = flags.keys().find(|key| !matches!(key.as_str(), "epochs" | "data_dir")) {
        return Err(Failure::usage(format!("a resumed run keeps its settings; only --epochs can change, not {key}")));
    }
    let mut table = saved.to_table();
    table.extend(flags);
    Ok(Config::with(saved.model, &table)?)
}

fn check_sizes(job: &Job) -> Result<(), Failure> {
    job.config.check_latent(job.split.train.dim())?;
    let (train, test) = (job.split.train.len(), job.split.test.len());
    if train == 0 || test == 0 {
        return Err(Error::EmptyData { train, test }.into());
    }
    let batch = job.config.training.as_ref().map_or(1, |training| training.batch);
    if batch > train {
        return Err(Failure::usage(format!(
            "batch is {batch} but there are only {train} training samples; use {train} or fewer"
        )));
    }
    Ok(())
}
