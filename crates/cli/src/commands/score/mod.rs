//! `diabolo score`

use std::path::{Path, PathBuf};

use clap::Args;
use diabolo_kernels::Scalar;
use diabolo_models::anomaly::{Roc, quantile};
use diabolo_models::config::ModelKind;
use diabolo_models::{Config, Likelihood};
use serde_json::json;

use super::saved::{Run, Saved, Verb};
use crate::arguments::{DataSource, Talk};
use crate::failure::Failure;
use crate::input::Input;
use crate::words::{self, Units};
use crate::{events, output, source};

mod curve;
mod judge;
mod table;

use curve::CurveFile;
use judge::{Judge, Truth};
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

impl Verb for Score {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        if !(self.share > 0.0 && self.share < 1.0) {
            return Err(Failure::usage(format!("--share must lie between 0 and 1, not be {}", self.share)));
        }
        let file = self.out.as_deref().map(ScoreFile::at).transpose()?;
        let curve = self.roc.as_deref().map(CurveFile::at).transpose()?;
        let summary = self.score(run, &Judge::new(model, run.config.seed), file)?;
        if let (Some(curve), Some(roc)) = (&curve, &summary.roc) {
            curve.write(roc)?;
        }
        self.tell(run, &summary);
        Ok(())
    }
}

impl Score {
    fn score<S: Scalar>(&self, run: &Run, judge: &Judge<'_, S>, file: Option<ScoreFile>) -> Result<Summary, Failure> {
        let own = DataSource { data: None, data_dir: self.source.data_dir.clone() };
        let training = judge.scores_of(&source::load(&source::instead(&run.config, &own), self.talk)?.train);
        let threshold = quantile(&training, 1.0 - self.share);

        let mut input = Input::open(&run.config, &self.source, self.talk)?.in_chunks();
        let labelled = input.label()?.is_some();
        if !self.anomalous.is_empty() && !labelled {
            return Err(Failure::usage(
                "the data have no labels, so --anomalous names nothing; leave it out, or give data with labels",
            ));
        }
        let mut table = file.map(|file| file.begin(labelled)).transpose()?;
        let mut truth = Truth::new(&self.anomalous);
        let (mut samples, mut flagged) = (0, 0);
        while let Some(block) = input.next::<S>()? {
            for (i, score) in judge.scores(block.rows.view(), samples).into_iter().enumerate() {
                let label = block.labels.as_ref().map(|labels| labels[i].as_str());
                let anomalous = score > threshold || score.is_nan();
                flagged += usize::from(anomalous);
                truth.add(score, label);
                if let Some(table) = &mut table {
                    table.push(&Row { number: samples + i + 1, score, anomalous, label })?;
                }
            }
            samples += block.rows.nrows();
        }
        let roc = truth.roc(&run.samples.classes)?;
        table.map(table::Open::finish).transpose()?;
        Ok(Summary { samples, flagged, threshold, training: training.len(), roc })
    }

    fn tell(&self, run: &Run, summary: &Summary) {
        let (name, unit) = measure(&run.config, Units::of(&run.config, &run.samples));
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        if self.talk.json {
            let Summary { samples, flagged, threshold, roc, .. } = summary;
            return events::result(&json!({
                "event": "done",
                "score": name,
                "unit": unit,
                "share": self.share,
                "threshold": threshold,
                "samples": samples,
                "flagged": flagged,
                "auc": roc.as_ref().map(|roc| roc.auc),
                "average_precision": roc.as_ref().map(|roc| roc.average_precision),
                "file": path(&self.out),
                "roc": path(&self.roc),
            }));
        }
        if !self.talk.quiet {
            let below = ((1.0 - self.share) * 1e12).round() / 1e12; // 0.93, not 0.9299999999999999
            output::note(&format!(
                "  threshold: the {below} quantile of the scores of the run's {} training samples, on the straight line \
                 between ranks\n",
                summary.training
            ));
            output::line(&summary.table(&format!("{name} {unit}")));
        }
        let files = [&self.out, &self.roc].into_iter().filter_map(path);
        files.for_each(|file| output::line(&format!("written: {file}")));
    }
}

impl Summary {
    fn table(&self, unit: &str) -> String {
        let number = |value: f64| diabolo_report::significant(value, 5);
        let row = |name: &str, value: String, unit: &str| vec![name.to_owned(), value, unit.to_owned()];
        let mut rows = vec![
            row("samples", diabolo_report::count(self.samples), ""),
            row("threshold", number(self.threshold), unit),
            row("above it", diabolo_report::count(self.flagged), "samples"),
        ];
        if let Some(roc) = &self.roc {
            rows.push(row("area under the ROC curve", number(roc.auc), "of 1"));
            rows.push(row("average precision", number(roc.average_precision), "of 1"));
        }
        output::table(&["measure", "value", "unit"], &rows)
    }
}

/// What a score is, and its unit.
fn measure(config: &Config, units: Units) -> (&'static str, &'static str) {
    match (config.model, words::likelihood(config)) {
        (ModelKind::Vae, _) => ("negative ELBO", units.loss()),
        (_, Likelihood::SquaredError) => ("squared error", units.squares()),
        _ => ("reconstruction error", units.loss()),
    }
}
