//! `diabolo sample`

use std::path::{Path, PathBuf};

use clap::Args;
use diabolo_kernels::Scalar;
use diabolo_models::config::ModelKind;
use diabolo_models::measure;
use serde_json::json;

use super::saved::{Run, Saved, Verb, tell};
use crate::arguments::{Talk, count};
use crate::export::path_for_samples;
use crate::failure::Failure;
use crate::sink::{Sink, write_decoded};

const EXAMPLES: &str = "\
Examples:
  diabolo sample runs/vae-digits-… --out digits.png
  diabolo sample runs/vae-mnist-… --count 1000 --seed 7 --out digits.npy
  diabolo sample runs/vae-mnist-… --count 1000 --out pictures";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Sample {
    /// The folder of a run
    run: PathBuf,
    /// How many samples to draw
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = count())]
    count: usize,
    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Where to write: .npy, .csv, .png (a grid), or a name without ending for a folder of pictures [default:
    /// samples.npy, .csv or .png, as the training data were]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

impl Verb for Sample {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        if run.config.model != ModelKind::Vae {
            return Err(Failure::usage(format!(
                "only a vae has a distribution of codes to sample from; {} holds a model of kind {}",
                self.run.display(),
                run.config.model
            )));
        }
        let path = path_for_samples(self.out.as_deref(), "samples", &run.samples);
        let mut sink = Sink::samples(path, &run.samples, None)?;
        let codes = measure::prior_codes::<S>(run.config.latent, self.count, self.seed);
        write_decoded(&mut sink, codes.view(), model)?;
        tell(self.talk, &sink.finish()?, json!({ "samples": self.count }));
        Ok(())
    }
}
