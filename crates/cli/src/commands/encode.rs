//! `diabolo encode`

use std::path::{Path, PathBuf};

use clap::Args;
use diabolo_data::FileKind;
use diabolo_kernels::Scalar;
use diabolo_models::Codec as _;
use serde_json::json;

use super::saved::{Run, Saved, Verb, tell};
use crate::arguments::{DataSource, Talk};
use crate::failure::Failure;
use crate::input::Input;
use crate::sink::Sink;

const EXAMPLES: &str = "\
Examples:
  diabolo encode runs/vae-digits-…
  diabolo encode runs/vae-digits-… --out codes.csv
  diabolo encode runs/deep-wine-… --data more-wine.csv --out codes.npy";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Encode {
    /// The folder of a run
    run: PathBuf,
    #[command(flatten)]
    source: DataSource,
    /// Where to write: .npy, or .csv, with the labels in the last column [default: codes.csv for data from a CSV file,
    /// otherwise codes.npy]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

impl Verb for Encode {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        let default = if run.samples.file == FileKind::Csv { "codes.csv" } else { "codes.npy" };
        let path = self.out.clone().unwrap_or_else(|| default.into());
        let mut input = Input::open(&run.config, &self.source, self.talk)?;
        let label = input.label()?;
        let mut sink = Sink::codes(path, run.config.latent, run.code, label.as_deref())?;
        while let Some(samples) = input.next::<S>()? {
            sink.write_labelled(model.encode(samples.rows.view()).view(), &samples.labels.unwrap_or_default())?;
        }
        let samples = sink.written();
        tell(self.talk, &sink.finish()?, json!({ "samples": samples, "latent": run.config.latent }));
        Ok(())
    }
}
