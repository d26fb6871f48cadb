//! `diabolo report`

use std::path::{Path, PathBuf};

use clap::Args;
use diabolo_kernels::Scalar;
use diabolo_models::config::Precision;
use diabolo_models::{Codec, Config, Real, measure};
use diabolo_nn::count;
use diabolo_report::{ComparedRun, ComparisonReport};
use serde_json::json;

use super::saved::{self, Saved};
use super::with_threads;
use crate::arguments::Talk;
use crate::failure::Failure;
use crate::figures::{self, View};
use crate::measures::{self, OfCodes, mean};
use crate::run_folder::RunFolder;
use crate::words::{self, Units};
use crate::{events, output, source};

const EXAMPLES: &str = "\
Examples:
  diabolo report runs/pca-mnist-… runs/deep-mnist-… runs/vae-mnist-…
  diabolo report runs/* --out all.html";

/// Several runs side by side.
#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Report {
    /// The folders of the runs, in the order in which they shall stand
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Where MNIST and Fashion-MNIST lie or are fetched to, instead of the runs' own folder
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The page to write
    #[arg(long, value_name = "FILE", default_value = "comparison.html")]
    out: PathBuf,
    #[command(flatten)]
    talk: Talk,
}

pub(crate) fn run(arguments: &Report) -> Result<(), Failure> {
    let mut opened = vec![];
    for path in &arguments.runs {
        opened.push(open(path, arguments.data_dir.as_deref())?);
    }
    let names = names(&arguments.runs);
    let runs = with_threads(None, || {
        let compare = |((folder, config), name): (&(RunFolder, Config), &String)| match config.precision {
            Precision::F32 => compared::<f32>(folder, config, name, arguments.talk),
            Precision::F64 => compared::<f64>(folder, config, name, arguments.talk),
        };
        opened.iter().zip(&names).map(compare).collect::<Result<Vec<_>, _>>()
    })??;
    ComparisonReport { runs }.write(&arguments.out)?;
    let page = arguments.out.display().to_string();
    if arguments.talk.json {
        events::result(&json!({ "event": "done", "runs": names, "report": page }));
    } else {
        output::line(&format!("report: {page}"));
    }
    Ok(())
}

/// The folder of a run whose model can be loaded.
fn open(path: &Path, data_dir: Option<&Path>) -> Result<(RunFolder, Config), Failure> {
    let (folder, mut config) = RunFolder::open(path)?;
    if !folder.model().exists() {
        return Err(Failure::run(format!(
            "{} has no model.safetensors yet, since its training has not come to the end of an epoch; leave it out or let \
             it train",
            path.display()
        )));
    }
    if let Some(data_dir) = data_dir {
        config.data_dir = data_dir.to_owned();
    }
    Ok((folder, config))
}

/// The names of the folders, with the way to them where they would be the same.
fn names(runs: &[PathBuf]) -> Vec<String> {
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let short: Vec<Option<String>> = runs.iter().map(name).collect();
    let unique = |name: &Option<String>| short.iter().filter(|other| *other == name).count() == 1;
    let chosen = short
        .iter()
        .zip(runs)
        .map(|(name, path)| name.clone().filter(|_| unique(name)).unwrap_or_else(|| path.display().to_string()));
    chosen.collect()
}

fn compared<S: Real>(folder: &RunFolder, config: &Config, name: &str, talk: Talk) -> Result<ComparedRun, Failure> {
    let model = Saved::<S>::load(folder, config)?;
    let units = Units::of(config, saved::samples(folder, config)?);
    let split = source::load(config, talk)?;
    let (test, view) = (&split.test, View::of(&split.test));
    let history = folder.metrics()?;
    let last = history.last().ok_or_else(|| {
        Failure::run(format!(
            "{}: metrics.csv has no epoch; leave the run out or let it train",
            folder.path().display()
        ))
    })?;
    let error = mean(&measure::reconstruction_errors(&model, test));
    let run = ComparedRun {
        name: name.to_owned(),
        model: words::title(config.model).to_owned(),
        data: words::data_title(config),
        settings: config.entries(),
        unit: units.of_loss(),
        seconds: history.iter().map(|epoch| epoch.train_seconds).sum(),
        ..ComparedRun::default()
    };
    let run = match &model {
        Saved::Pca(pca) => ComparedRun {
            parameters: pca.components().len() + pca.mean().len(),
            metrics: measures::of_pca(pca, units, error, last.train.mean("loss")),
            ..run
        },
        Saved::Network(network) => {
            let noise = config.noise.as_deref().and_then(|text| text.parse().ok());
            let codes = OfCodes::measure(&**network, test);
            let mut metrics = measures::of_network(config, last, units, error, None, &codes);
            if let Some(noise) = &noise {
                metrics.splice(0..0, measures::denoising(&**network, None, noise, test, config.seed));
            }
            let sampled = codes.dimensions.as_ref().filter(|_| view.shows_pictures());
            ComparedRun {
                parameters: count(&**network),
                metrics,
                history: figures::history(&history),
                samples: sampled.map_or_else(Vec::new, |dimensions| {
                    figures::prior_images(&model, dimensions.len(), config.seed, &view)
                }),
                kl: codes.dimensions.iter().flatten().map(|dimension| dimension.kl).collect(),
                ..run
            }
        }
    };
    Ok(with_reconstructions(run, &model, test, &view))
}

/// The same run with the first test images, if they are images.
fn with_reconstructions<S: Scalar>(
    run: ComparedRun,
    model: &Saved<S>,
    test: &diabolo_data::Dataset,
    view: &View,
) -> ComparedRun {
    if !view.shows_pictures() {
        return run;
    }
    let samples = measure::rows::<S>(test, &figures::first(test));
    let reconstructions = view.images(model.reconstruct(samples.view()).view());
    ComparedRun { originals: view.images(samples.view()), reconstructions, ..run }
}
