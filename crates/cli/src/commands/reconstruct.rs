//! `diabolo reconstruct`

use diabolo_data::Corruption;
use diabolo_kernels::Scalar;
use diabolo_models::config::Precision;
use diabolo_models::{Codec, measure};
use serde_json::json;

use super::saved::{self, Saved};
use super::with_threads;
use crate::arguments::Reconstruct;
use crate::export::{self, Format};
use crate::failure::Failure;
use crate::{events, output};

pub(crate) fn run(arguments: &Reconstruct) -> Result<(), Failure> {
    let format = arguments.out.as_deref().map(Format::of).transpose()?;
    let noise: Option<Corruption> = match arguments.noise.as_deref().map(str::parse::<Corruption>) {
        None => None,
        Some(Ok(noise)) => Some(noise),
        Some(Err(error)) => return Err(Failure::usage(error.to_string())),
    };
    with_threads(None, || {
        let (folder, config, split) = saved::open(&arguments.run, &arguments.source, arguments.talk)?;
        match config.precision {
            Precision::F32 => {
                reconstruct(arguments, format, noise, &Saved::<f32>::load(&folder, &config)?, &split.test, config.seed)
            }
            Precision::F64 => {
                reconstruct(arguments, format, noise, &Saved::<f64>::load(&folder, &config)?, &split.test, config.seed)
            }
        }
    })?
}

fn reconstruct<S: Scalar>(
    arguments: &Reconstruct,
    format: Option<Format>,
    noise: Option<Corruption>,
    codec: &Saved<S>,
    test: &diabolo_data::Dataset,
    seed: u64,
) -> Result<(), Failure> {
    let mut results = vec![];
    if let Some(noise) = &noise {
        let measured = measure::Denoising::measure(codec, noise, test, seed);
        results.push(("PSNR of noisy samples", measure::psnr(measured.noisy), "dB"));
        results.push(("PSNR of reconstructions", measure::psnr(measured.denoised), "dB"));
        results.push(("squared error to the clean samples", measured.denoised * test.dim() as f64, "per sample"));
    } else {
        let errors = measure::reconstruction_errors(codec, test);
        results.push(("test squared error", errors.iter().sum::<f64>() / errors.len() as f64, "per sample"));
    }
    if let (Some(path), Some(format)) = (&arguments.out, format) {
        let chosen: Vec<u32> = (0..test.len().min(arguments.count) as u32).collect();
        let clean = measure::rows::<S>(test, &chosen);
        let inputs = noise.map_or_else(|| clean.clone(), |noise| measure::corrupted(&clean, &noise, seed));
        let made = codec.reconstruct(inputs.view());
        if format == Format::Png {
            let pairs = [inputs.view(), made.view()].map(|rows| export::images(rows, test.shape()));
            export::write_images(path, &pairs.concat(), chosen.len())?;
        } else {
            export::write_numbers(path, format, made.view())?;
        }
    }
    report(arguments, &results);
    Ok(())
}

fn report(arguments: &Reconstruct, results: &[(&str, f64, &str)]) {
    let written = arguments.out.as_ref().map(|path| path.display().to_string());
    if arguments.talk.json {
        let named: serde_json::Map<_, _> =
            results.iter().map(|(name, value, _)| ((*name).to_owned(), json!(value))).collect();
        events::result(&json!({ "event": "done", "results": named, "file": written }));
        return;
    }
    if !arguments.talk.quiet {
        let rows: Vec<Vec<String>> = results
            .iter()
            .map(|(name, value, unit)| vec![(*name).to_owned(), format!("{value:.4}"), (*unit).to_owned()])
            .collect();
        output::line(&output::table(&["measure", "value", "unit"], &rows));
    }
    if let Some(path) = written {
        output::line(&format!("written: {path}"));
    }
}
