//! `diabolo interpolate`

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::RangedU64ValueParser;
use diabolo_kernels::Scalar;
use diabolo_models::Codec as _;
use diabolo_models::walk::{Way, interpolate};
use ndarray::{Array1, Axis, stack};
use serde_json::json;

use super::saved::{Run, Saved, Verb, tell};
use crate::arguments::{DataSource, Talk};
use crate::export::path_for_samples;
use crate::failure::Failure;
use crate::input::Input;
use crate::sink::{Sink, write_decoded};

/// Pairs of samples where none is named.
const PAIRS: usize = 8;

const EXAMPLES: &str = "\
Examples:
  diabolo interpolate runs/vae-digits-…
  diabolo interpolate runs/vae-digits-… --from 3 --to 14 --steps 20 --spherical
  diabolo interpolate runs/deep-wine-… --data wine.csv --from 0 --to 1 --out between.csv";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Interpolate {
    /// The folder of a run
    run: PathBuf,
    #[command(flatten)]
    source: DataSource,
    /// The sample to begin with, counted from 0 [default: eight pairs, 0 and 1, 2 and 3, …]
    #[arg(long, value_name = "I", requires = "to")]
    from: Option<usize>,
    /// The sample to end with
    #[arg(long, value_name = "J", requires = "from")]
    to: Option<usize>,
    /// Codes on the way, both ends included
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = RangedU64ValueParser::<usize>::new().range(2..=1000))]
    steps: usize,
    /// Go along the arc of a great circle, and not the straight line
    #[arg(long)]
    spherical: bool,
    /// Where to write: .npy, .csv, .png (a grid with a line a pair), or a name without ending for a folder of pictures
    /// [default: interpolation.npy, .csv or .png, as the training data were]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

impl Verb for Interpolate {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        let path = path_for_samples(self.out.as_deref(), "interpolation", &run.samples);
        let mut input = Input::open(&run.config, &self.source, self.talk)?;
        let ends = self.ends::<S>(&mut input)?;
        let views: Vec<_> = ends.iter().map(|sample| sample.view()).collect();
        let codes = model.encode(stack(Axis(0), &views).expect("samples have one size").view());
        let way = if self.spherical { Way::Spherical } else { Way::Linear };
        let mut sink = Sink::samples(path, &run.samples, Some(self.steps))?;
        for pair in codes.axis_chunks_iter(Axis(0), 2) {
            write_decoded(&mut sink, interpolate(pair.row(0), pair.row(1), self.steps, way).view(), model)?;
        }
        let pairs = codes.nrows() / 2;
        tell(self.talk, &sink.finish()?, json!({ "samples": pairs * self.steps, "pairs": pairs, "steps": self.steps }));
        Ok(())
    }
}

impl Interpolate {
    /// The samples at both ends, pair by pair.
    fn ends<S: Scalar>(&self, input: &mut Input) -> Result<Vec<Array1<S>>, Failure> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            let picked = input.pick(&[from, to])?.into_iter().zip([from, to]);
            return picked.map(|(sample, number)| sample.ok_or_else(|| input.lacks(number))).collect();
        }
        let numbers: Vec<usize> = (0..2 * PAIRS).collect();
        let mut ends: Vec<Array1<S>> = input.pick(&numbers)?.into_iter().flatten().collect();
        ends.truncate(ends.len() / 2 * 2);
        if ends.is_empty() { Err(input.lacks(1)) } else { Ok(ends) }
    }
}
