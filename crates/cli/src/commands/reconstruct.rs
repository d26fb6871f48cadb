//! `diabolo reconstruct`

use std::path::{Path, PathBuf};

use clap::Args;
use diabolo_data::{Corruption, Schema};
use diabolo_kernels::Scalar;
use diabolo_models::Codec;
use diabolo_models::measure::{corrupted_from, psnr, squared_errors};
use diabolo_report::significant;
use ndarray::{Axis, Slice};
use serde_json::json;

use super::saved::{Run, Saved, Verb};
use crate::arguments::{DataSource, Talk, count};
use crate::failure::Failure;
use crate::input::Input;
use crate::sink::Sink;
use crate::{events, output};

/// Samples in a grid where no number is named.
const SHOWN: usize = 16;

const EXAMPLES: &str = "\
Examples:
  diabolo reconstruct runs/vae-digits-…
  diabolo reconstruct runs/deep-mnist-… --noise gaussian:0.5 --out noisy.png
  diabolo reconstruct runs/deep-wine-… --data wine.csv --out reconstructions.csv";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Reconstruct {
    /// The folder of a run
    run: PathBuf,
    #[command(flatten)]
    source: DataSource,
    /// How many samples to write; errors are measured on all [default: 16 for a grid, otherwise all]
    #[arg(long, value_name = "N", value_parser = count())]
    count: Option<usize>,
    /// Corrupt the inputs first, always with the same noise
    #[arg(long, value_name = "KIND:LEVEL")]
    noise: Option<String>,
    /// Where to write: .png (inputs above reconstructions), .csv, .npy, or a name without ending for a folder of pictures
    /// [default: errors are printed, and no file is written]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    talk: Talk,
}

/// Sums of squared errors to the clean samples.
#[derive(Debug, Default)]
struct Errors {
    samples: usize,
    of_inputs: f64,
    of_reconstructions: f64,
}

impl Verb for Reconstruct {
    fn folder(&self) -> &Path {
        &self.run
    }

    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure> {
        let noise: Option<Corruption> = match self.noise.as_deref().map(str::parse) {
            None => None,
            Some(Ok(noise)) => Some(noise),
            Some(Err(error)) => return Err(Failure::usage(diabolo_data::Error::to_string(&error))),
        };
        let mut sink = self.out.clone().map(|path| Sink::samples(path, &run.samples, None)).transpose()?;
        let is_grid = sink.as_ref().is_some_and(Sink::is_grid);
        let most = self.count.unwrap_or(if is_grid { SHOWN } else { usize::MAX });
        let mut input = Input::open(&run.config, &self.source, self.talk)?;
        if noise.is_some() {
            input = input.in_chunks();
        }
        let mut errors = Errors::default();
        for chunk in 0.. {
            let Some(clean) = input.next::<S>()?.map(|samples| samples.rows) else { break };
            let inputs = match &noise {
                Some(noise) => corrupted_from(chunk, &clean, noise, run.config.seed),
                None => clean.clone(),
            };
            let made = model.reconstruct(inputs.view());
            errors.samples += clean.nrows();
            errors.of_inputs += squared_errors(clean.view(), inputs.view()).iter().sum::<f64>();
            errors.of_reconstructions += squared_errors(clean.view(), made.view()).iter().sum::<f64>();
            if let Some(sink) = &mut sink {
                let rows = made.nrows().min(most - sink.written().min(most));
                let [inputs, made] = [&inputs, &made].map(|all| all.slice_axis(Axis(0), Slice::from(..rows)));
                sink.write_below(inputs, made)?;
            }
        }
        let file = sink.map(Sink::finish).transpose()?;
        self.report(&errors.named(noise.is_some(), &run.samples), file);
        Ok(())
    }
}

/// What was measured: its name, value and unit.
type Measure = (&'static str, f64, &'static str);

impl Errors {
    fn named(&self, is_noisy: bool, samples: &Schema) -> Vec<Measure> {
        let each = |sum: f64| sum / self.samples as f64;
        if !is_noisy {
            return vec![("test squared error", each(self.of_reconstructions), "per sample")];
        }
        let clean = ("squared error to the clean samples", each(self.of_reconstructions), "per sample");
        // Where white is 1.
        if samples.image_shape().is_some() && samples.black_and_range() == samples.scaling.same_for_all() {
            let psnr = |sum: f64| psnr(each(sum) / samples.dim() as f64);
            return vec![
                ("PSNR of noisy samples", psnr(self.of_inputs), "dB"),
                ("PSNR of reconstructions", psnr(self.of_reconstructions), "dB"),
                clean,
            ];
        }
        vec![("squared error of noisy samples", each(self.of_inputs), "per sample"), clean]
    }
}

impl Reconstruct {
    fn report(&self, measures: &[Measure], file: Option<String>) {
        if self.talk.json {
            let named: serde_json::Map<_, _> =
                measures.iter().map(|(name, value, _)| ((*name).to_owned(), json!(value))).collect();
            return events::result(&json!({ "event": "done", "results": named, "file": file }));
        }
        if !self.talk.quiet {
            let row =
                |(name, value, unit): &Measure| vec![(*name).to_owned(), significant(*value, 5), (*unit).to_owned()];
            let rows: Vec<_> = measures.iter().map(row).collect();
            output::line(&output::table(&["measure", "value", "unit"], &rows));
        }
        if let Some(file) = file {
            output::line(&format!("written: {file}"));
        }
    }
}
