//! `diabolo sample`

use diabolo_kernels::Scalar;
use diabolo_models::config::{ModelKind, Precision};
use diabolo_models::{Config, measure};
use serde_json::json;

use super::saved::{self, Saved};
use super::with_threads;
use crate::arguments::Sample;
use crate::export::{self, Format};
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::{events, output};

pub(crate) fn run(arguments: &Sample) -> Result<(), Failure> {
    let format = Format::of(&arguments.out)?;
    let (folder, config) = RunFolder::open(&arguments.run)?;
    if config.model != ModelKind::Vae {
        return Err(Failure::usage(format!(
            "only a vae has a distribution of codes to sample from; {} holds a model of kind {}",
            arguments.run.display(),
            config.model
        )));
    }
    with_threads(None, || match config.precision {
        Precision::F32 => sample::<f32>(arguments, format, &folder, &config),
        Precision::F64 => sample::<f64>(arguments, format, &folder, &config),
    })?
}

fn sample<S: Scalar>(arguments: &Sample, format: Format, folder: &RunFolder, config: &Config) -> Result<(), Failure> {
    let model = Saved::<S>::load(folder, config)?;
    let rows = measure::prior_samples(&model, config.latent, arguments.count, arguments.seed);
    if format == Format::Png {
        let shape = saved::samples(folder, config)?.shape;
        let columns = (1..).find(|n| n * n >= arguments.count).unwrap_or(1);
        let images = export::images(rows.view(), shape);
        export::write_images(&arguments.out, &images, columns)?;
    } else {
        export::write_numbers(&arguments.out, format, rows.view())?;
    }
    let path = arguments.out.display().to_string();
    if arguments.talk.json {
        events::result(&json!({ "event": "done", "samples": arguments.count, "file": path }));
    } else {
        output::line(&format!("written: {path}"));
    }
    Ok(())
}
