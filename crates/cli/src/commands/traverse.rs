//! `diabolo traverse`

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::RangedU64ValueParser;
use diabolo_kernels::Scalar;
use diabolo_models::Codec as _;
use diabolo_models::config::ModelKind;
use diabolo_models::walk::{Moments, evenly, traverse};
use ndarray::Array1;
use serde_json::json;

use super::saved::{Run, Saved, Verb, tell};
use crate::arguments::{DataSource, Talk};
use crate::export::path_for_samples;
use crate::failure::Failure;
use crate::input::Input;
use crate::sink::{Sink, write_decoded};

/// Dimensions that move where none is named.
const DIMENSIONS: usize = 10;

const EXAMPLES: &str = "\
Examples:
  diabolo traverse runs/vae-digits-…
  diabolo traverse runs/vae-digits-… --sample 3 --dimensions 0,3,5 --range 2
  diabolo traverse runs/pca-wine-… --dimensions 0 --steps 5 --out first.csv";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Traverse {
    /// The folder of a run
    run: PathBuf,
    #[command(flatten)]
    source: DataSource,
    /// Begin with the code of this sample, counted from 0 [default: the mean of all codes]
    #[arg(long, value_name = "I")]
    sample: Option<usize>,
    /// The dimensions to move, counted from 0 [default: the ten along which codes vary most]
    #[arg(long, value_name = "J,J,…", value_delimiter = ',')]
    dimensions: Option<Vec<usize>>,
    /// How far to go to both sides: for a vae from 0, in standard deviations of the prior; otherwise from the mean of the
    /// codes, in their standard deviations
    #[arg(long, value_name = "X", default_value_t = 3.0, value_parser = positive, allow_negative_numbers = true)]
    range: f64,
    /// Codes on the way, both ends included
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = RangedU64ValueParser::<usize>::new().range(2..=1000))]
    steps: usize,
    /// Where to write: .npy, .csv, .png (a grid with a line a dimension), or a name without ending for a folder of pictures
    /// [default: traversal.npy, .csv or .png, as the training data were]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

fn positive(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0).ok_or("it must be a number above 0")
}

impl Verb for Traverse {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        let latent = run.config.latent;
        if let Some(dimension) = self.dimensions.iter().flatten().find(|&&dimension| dimension >= latent) {
            return Err(Failure::usage(format!(
                "--dimensions: there is no dimension {dimension}: a code of this model has {latent}, counted from 0"
            )));
        }
        let path = path_for_samples(self.out.as_deref(), "traversal", &run.samples);
        let mut sink = Sink::samples(path, &run.samples, Some(self.steps))?;
        let mut input = Input::open(&run.config, &self.source, self.talk)?;
        let (base, moments) = self.codes(&mut input, model, latent)?;
        let dimensions = self.dimensions.clone().unwrap_or_else(|| most_varied(&moments));
        let is_vae = run.config.model == ModelKind::Vae;
        let values = |&dimension: &usize| {
            let (mean, deviation) = if is_vae { (0.0, 1.0) } else { moments[dimension] };
            evenly(mean - self.range * deviation, mean + self.range * deviation, self.steps)
        };
        let values: Vec<Vec<f64>> = dimensions.iter().map(values).collect();
        for (&dimension, values) in dimensions.iter().zip(&values) {
            write_decoded(&mut sink, traverse(base.view(), dimension, values).view(), model)?;
        }
        let samples = sink.written();
        let told = json!({ "samples": samples, "dimensions": dimensions, "values": values });
        tell(self.talk, &sink.finish()?, told);
        Ok(())
    }
}

/// The mean and the standard deviation of each dimension of the code.
type MeansAndDeviations = Vec<(f64, f64)>;

impl Traverse {
    /// The code to begin with, and how all codes are distributed.
    fn codes<S: Scalar>(
        &self,
        input: &mut Input,
        model: &Saved<S>,
        latent: usize,
    ) -> Result<(Array1<S>, MeansAndDeviations), Failure> {
        let (mut moments, mut base, mut first) = (Moments::new(latent), None, 0);
        while let Some(samples) = input.next::<S>()? {
            let codes = model.encode(samples.rows.view());
            moments.add(codes.view());
            let place = self.sample.and_then(|sample| sample.checked_sub(first)).filter(|i| *i < codes.nrows());
            base = place.map(|i| codes.row(i).to_owned()).or(base);
            first += codes.nrows();
        }
        let moments = moments.means_and_deviations();
        let base = match (base, self.sample) {
            (None, Some(sample)) => return Err(input.lacks(sample)),
            (base, _) => base.unwrap_or_else(|| moments.iter().map(|(mean, _)| S::of(*mean)).collect()),
        };
        Ok((base, moments))
    }
}

/// The dimensions along which codes vary most, the largest variance first.
fn most_varied(moments: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.sort_by(|&a, &b| moments[b].1.total_cmp(&moments[a].1));
    order.truncate(DIMENSIONS);
    order
}
