//! `diabolo score`

use std::path::PathBuf;

use clap::Args;
use diabolo_kernels::Scalar;
use diabolo_models::anomaly::{Roc, quantile};
use diabolo_models::config::{ModelKind, Precision};
use diabolo_models::{Config, Likelihood};
use serde_json::json;

use super::with_threads;
use crate::arguments::{DataSource, Talk};
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::words::{self, Units};
use crate::{events, output, source};

mod curve;
mod judge;
mod stream;
mod table;

use curve::CurveFile;
use judge::Judge;
use stream::Stream;
use table::{Row, ScoreFile};

const EXAMPLES: &str = "\
Examples:
  diabolo score runs/deep-sensors.csv-… --data new.csv --out scores.csv
  diabolo score runs/vae-mnist-… --share 0.01 --out scores.npy
  diabolo score runs/deep-wine.csv-… --anomalous spoiled,mixed --roc roc.svg

The score of a row is the error of its reconstruction, for a vae its negative ELBO. Rows above the threshold are flagged:
the score that the given share of the run's own training data exceeds.";

/// How unusual each row is, and which are above a threshold.
#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Score {
    /// The folder of a run
    run: PathBuf,
    #[command(flatten)]
    source: DataSource,
    /// The share of the run's training data that the threshold lets count as anomalous
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, allow_negative_numbers = true)]
    share: f64,
    /// The classes that are anomalies: measures how well scores tell them from the others
    #[arg(long, value_name = "CLASS,…", value_delimiter = ',')]
    anomalous: Vec<String>,
    /// Where to write row, score, anomalous (0 or 1) and label: .csv, or .npy without row and label
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where to write the ROC curve: .csv or .svg
    #[arg(long, value_name = "FILE", requires = "anomalous")]
    roc: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

/// What is told at the end.
struct Summary {
    samples: usize,
    flagged: usize,
    threshold: f64,
    training: usize,
    roc: Option<Roc>,
}

pub(crate) fn run(arguments: &Score) -> Result<(), Failure> {
    if !(arguments.share > 0.0 && arguments.share < 1.0) {
        return Err(Failure::usage(format!("--share must lie between 0 and 1, not be {}", arguments.share)));
    }
    let file = arguments.out.as_deref().map(ScoreFile::at).transpose()?;
    let curve = arguments.roc.as_deref().map(CurveFile::at).transpose()?;
    let (folder, mut config) = RunFolder::open(&arguments.run)?;
    if let Some(data_dir) = &arguments.source.data_dir {
        config.data_dir.clone_from(data_dir);
    }
    let summary = with_threads(None, || match config.precision {
        Precision::F32 => score::<f32>(arguments, &folder, &config, file),
        Precision::F64 => score::<f64>(arguments, &folder, &config, file),
    })??;
    if let (Some(curve), Some(roc)) = (&curve, &summary.roc) {
        curve.write(roc)?;
    }
    tell(arguments, &config, &folder, &summary)
}

fn score<S: Scalar>(
    arguments: &Score,
    folder: &RunFolder,
    config: &Config,
    file: Option<ScoreFile>,
) -> Result<Summary, Failure> {
    let judge = Judge::<S>::load(folder, config)?;
    let own = source::load(config, arguments.talk)?;
    let training = judge.scores(&own.train, 0);
    let threshold = quantile(&training, 1.0 - arguments.share);
    let mut stream = Stream::open(arguments.source.data.as_deref(), folder, config, own, arguments.talk)?;
    let mut table = file.map(|file| file.begin(stream.is_labelled())).transpose()?;
    let mut truth = judge::Truth::new(&arguments.anomalous);
    if !arguments.anomalous.is_empty() && !stream.is_labelled() {
        return Err(Failure::usage(
            "the data have no labels, so --anomalous names nothing; leave it out, or give data with labels",
        ));
    }
    let (mut samples, mut flagged) = (0, 0);
    while let Some(block) = stream.next()? {
        let scores = judge.scores(&block.data, samples);
        for (i, &score) in scores.iter().enumerate() {
            let label = block.labels.as_ref().map(|labels| labels[i].as_str());
            let anomalous = score > threshold || score.is_nan();
            flagged += usize::from(anomalous);
            truth.add(score, label);
            if let Some(table) = &mut table {
                table.push(&Row { number: samples + i + 1, score, anomalous, label })?;
            }
        }
        samples += scores.len();
    }
    let roc = truth.roc(config.samples.as_ref().map_or(&[], |samples| &samples.classes))?;
    table.map(table::Open::finish).transpose()?;
    Ok(Summary { samples, flagged, threshold, training: training.len(), roc })
}

/// What a score is, and its unit.
fn measure(config: &Config, units: Units) -> (&'static str, &'static str) {
    match (config.model, words::likelihood(config)) {
        (ModelKind::Vae, _) => ("negative ELBO", units.loss()),
        (_, Likelihood::SquaredError) => ("squared error", units.squares()),
        _ => ("reconstruction error", units.loss()),
    }
}

fn tell(arguments: &Score, config: &Config, folder: &RunFolder, summary: &Summary) -> Result<(), Failure> {
    let (name, unit) = measure(config, Units::of(config, super::saved::samples(folder, config)?));
    let Summary { samples, flagged, threshold, training, roc } = summary;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    if arguments.talk.json {
        events::result(&json!({
            "event": "done",
            "score": name,
            "unit": unit,
            "share": arguments.share,
            "threshold": threshold,
            "samples": samples,
            "flagged": flagged,
            "auc": roc.as_ref().map(|roc| roc.auc),
            "average_precision": roc.as_ref().map(|roc| roc.average_precision),
            "file": path(&arguments.out),
            "roc": path(&arguments.roc),
        }));
        return Ok(());
    }
    if !arguments.talk.quiet {
        let below = ((1.0 - arguments.share) * 1e12).round() / 1e12; // 0.93, not 0.9299999999999999
        output::note(&format!(
            "  threshold: the {below} quantile of the scores of the run's {training} training samples, on the straight line \
             between ranks\n"
        ));
        let number = |value: f64| diabolo_report::significant(value, 5);
        let row = |name: &str, value: String, unit: &str| vec![name.to_owned(), value, unit.to_owned()];
        let mut rows = vec![
            row("samples", diabolo_report::count(*samples), ""),
            row("threshold", number(*threshold), &format!("{name} {unit}")),
            row("above it", diabolo_report::count(*flagged), "samples"),
        ];
        if let Some(roc) = roc {
            rows.push(row("area under the ROC curve", number(roc.auc), "of 1"));
            rows.push(row("average precision", number(roc.average_precision), "of 1"));
        }
        output::line(&output::table(&["measure", "value", "unit"], &rows));
    }
    [&arguments.out, &arguments.roc]
        .into_iter()
        .filter_map(path)
        .for_each(|file| output::line(&format!("written: {file}")));
    Ok(())
}
