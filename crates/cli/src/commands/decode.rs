//! `diabolo decode`

use std::path::{Path, PathBuf};

use clap::Args;
use diabolo_kernels::Scalar;
use serde_json::json;

use super::saved::{Run, Saved, Verb, tell};
use crate::arguments::Talk;
use crate::export::path_for_samples;
use crate::failure::Failure;
use crate::input::Input;
use crate::sink::{Sink, write_decoded};

const EXAMPLES: &str = "\
Examples:
  diabolo decode runs/vae-digits-… codes.npy
  diabolo decode runs/deep-wine-… codes.csv --out wine.csv
  diabolo decode runs/vae-digits-… codes.csv --out pictures";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Decode {
    /// The folder of a run
    run: PathBuf,
    /// The codes, one a row: a .npy or .csv file, with or without names and labels as encode writes them
    codes: PathBuf,
    /// Where to write: .npy, .csv, .png (a grid), or a name without ending for a folder of pictures [default:
    /// decoded.npy, .csv or .png, as the training data were]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

impl Verb for Decode {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        let path = path_for_samples(self.out.as_deref(), "decoded", &run.samples);
        let mut input = Input::codes(&self.codes, run.config.latent)?;
        let mut sink = Sink::samples(path, &run.samples, None)?;
        while let Some(codes) = input.next::<S>()? {
            write_decoded(&mut sink, codes.rows.view(), model)?;
        }
        let samples = sink.written();
        tell(self.talk, &sink.finish()?, json!({ "samples": samples }));
        Ok(())
    }
}
