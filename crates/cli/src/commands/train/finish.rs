//! The end of a run: measures, report, a short table.

use diabolo_data::Corruption;
use diabolo_kernels::Scalar;
use diabolo_models::config::ModelKind;
use diabolo_models::pca::Solver;
use diabolo_models::trainer::{EpochReport, Trainer};
use diabolo_models::{Autoencoder, Config, LatentDimension, Likelihood, Pca, measure};
use diabolo_nn::Path;
use diabolo_report::{Baseline, Layer, Metric, Run, Shape, TrainingReport};

use super::{Job, pca};
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::{events, figures, output, source};

/// The name of a model in titles.
pub(super) fn title(model: ModelKind) -> &'static str {
    match model {
        ModelKind::Pca => "PCA",
        ModelKind::Linear => "Linear autoencoder",
        ModelKind::Deep => "Deep autoencoder",
        ModelKind::Denoising => "Denoising autoencoder",
        ModelKind::Sparse => "Sparse autoencoder",
        ModelKind::Vae => "Variational autoencoder",
    }
}

/// The name of the data in titles.
pub(super) fn data_title(config: &Config) -> String {
    match config.data.as_str() {
        "digits" => "built-in digits".to_owned(),
        "mnist" => "MNIST".to_owned(),
        _ => source::name(config),
    }
}

/// The command that goes on with a run.
pub(super) fn resume_command(job: &Job, folder: &RunFolder, epochs: u32) -> String {
    let data_dir = &job.config.data_dir;
    let path = |path: &std::path::Path| quoted(&path.display().to_string());
    let data_dir =
        if data_dir.as_os_str().is_empty() { String::new() } else { format!(" --data-dir {}", path(data_dir)) };
    format!("diabolo train {} --resume {} --epochs {epochs}{data_dir}", job.config.model, path(folder.path()))
}

/// Ends a run of PCA.
pub(super) fn pca<S: Scalar + Into<f64>>(
    job: &Job,
    pca: &Pca<S>,
    epoch: &EpochReport,
    errors: &[f64],
    folder: &RunFolder,
) -> Result<(), Failure> {
    let (test, shape) = (&job.split.test, job.split.test.shape());
    let ratio = pca.explained_variance_ratio();
    let metrics = vec![
        metric("test squared error", epoch.test.mean("loss"), "per sample", None),
        metric("training squared error", epoch.train.mean("loss"), "per sample", None),
        metric("explained variance", ratio.sum(), "of the total", None),
        metric("components", job.config.latent as f64, &format!("of {}", test.dim()), None),
    ];
    let report = TrainingReport {
        metrics,
        reconstructions: Some(figures::reconstructions(pca, None, test)),
        worst: Some(figures::worst(pca, None, test, errors)),
        codes: figures::codes(pca, test),
        filters: Some(figures::components(pca, shape)),
        spectrum: Some(pca.spectrum_ratio().to_vec()),
        seconds: epoch.train_seconds,
        description: format!(
            "{} principal components of {} {}, tested on {} more.",
            job.config.latent,
            diabolo_report::count(job.split.train.len()),
            "images",
            diabolo_report::count(test.len())
        ),
        ..common(job, "squared error per image", None)
    };
    conclude(job, &report, folder, epoch)
}

/// Ends a run of an autoencoder.
pub(super) fn network<S: Scalar + Into<f64>>(
    job: &Job,
    trainer: &Trainer<S, Box<dyn Autoencoder<S>>>,
    folder: &RunFolder,
) -> Result<(), Failure> {
    let (config, train, test) = (&job.config, &job.split.train, &job.split.test);
    let (model, shape) = (&*trainer.model, test.shape());
    let components = config.latent.min(train.len());
    let baseline: Pca<S> = pca::fit(train, components, Solver::Auto)?;
    let name = format!("PCA, {components} components");
    let errors = measure::reconstruction_errors(model, test);
    let beside = measure::reconstruction_errors(&baseline, test);
    let dimensions = model.latent_dimensions(measure::rows(test, &first(test.len())).view());

    let epoch = trainer.progress.history.last().expect("a finished run has an epoch");
    let likelihood =
        config.likelihood.as_deref().and_then(|text| text.parse().ok()).unwrap_or(Likelihood::SquaredError);
    let mut metrics =
        measures(epoch, likelihood, mean(&errors), mean(&beside), dimensions.as_deref(), config.noise.is_some());
    let mut denoising = None;
    if let Some(corruption) = config.noise.as_deref().and_then(|text| text.parse().ok()) {
        metrics.splice(0..0, denoising_measures(model, &baseline, &corruption, job));
        denoising = Some(figures::denoising(model, &corruption, test, config.seed));
    }
    let mut weight = None;
    model.visit(Path::ROOT, &mut |_, parameter| {
        weight.get_or_insert_with(|| parameter.value().to_vec());
    });
    let squared = likelihood == Likelihood::SquaredError;
    let comparable = squared && config.noise.is_none(); // the curve is of noisy samples, the baseline of clean ones
    let report = TrainingReport {
        metrics,
        layers: layers(model),
        shape: Some(widths(model)),
        history: figures::history(&trainer.progress.history),
        seconds: trainer.progress.history.iter().map(|e| e.train_seconds).sum(),
        baseline: Some(Baseline { name: name.clone(), reconstruction: comparable.then(|| mean(&beside)) }),
        reconstructions: Some(figures::reconstructions(model, Some((&name, &baseline)), test)),
        worst: Some(figures::worst(model, Some((&name, &baseline)), test, &errors)),
        denoising,
        samples: dimensions.is_some().then(|| figures::sample_images(model, config.latent, config.seed, shape)),
        codes: figures::codes(model, test),
        filters: weight.map(|weight| figures::first_layer(&weight, shape)),
        latent_units: dimensions.as_deref().map(|dimensions| figures::latent_units(dimensions, config.beta)),
        description: format!(
            "Trained for {} epochs on {} images, tested on {} more.",
            trainer.progress.epoch,
            diabolo_report::count(train.len()),
            diabolo_report::count(test.len())
        ),
        ..common(job, if squared { "squared error per image" } else { "nats per image" }, Some(folder))
    };
    conclude(job, &report, folder, epoch)
}

/// Final figures: those of the last epoch, the squared error that every model has, and what a VAE's code carries.
fn measures(
    epoch: &EpochReport,
    likelihood: Likelihood,
    squared_error: f64,
    baseline: f64,
    dimensions: Option<&[LatentDimension]>,
    noisy: bool,
) -> Vec<Metric> {
    let unit = if likelihood == Likelihood::SquaredError { "per sample" } else { "nats" };
    let mut metrics = vec![];
    if likelihood != Likelihood::SquaredError {
        metrics.push(metric("test loss", epoch.test.mean("loss"), unit, None));
    }
    if let Some(dimensions) = dimensions {
        metrics.push(metric("test reconstruction", epoch.test.mean("reconstruction"), unit, None));
        metrics.push(metric("test KL", epoch.test.mean("kl"), unit, None));
        let active = dimensions.iter().filter(|dimension| dimension.is_active()).count();
        metrics.push(metric("active units", active as f64, &format!("of {}", dimensions.len()), None));
    }
    let squared_name = if noisy { "squared error, clean test images" } else { "test squared error" };
    metrics.push(metric(squared_name, squared_error, "per sample", Some(baseline)));
    metrics.push(metric("training loss", epoch.train.mean("loss"), unit, None));
    metrics
}

/// How much noise the model takes away, beside what PCA does with the same noise.
fn denoising_measures<S: Scalar>(
    model: &dyn Autoencoder<S>,
    baseline: &Pca<S>,
    corruption: &Corruption,
    job: &Job,
) -> [Metric; 2] {
    let (test, seed) = (&job.split.test, job.config.seed);
    let ours = measure::Denoising::measure(model, corruption, test, seed);
    let linear = measure::Denoising::measure(baseline, corruption, test, seed);
    [
        metric("PSNR of denoised images", measure::psnr(ours.denoised), "dB", Some(measure::psnr(linear.denoised))),
        metric("PSNR of noisy images", measure::psnr(ours.noisy), "dB", None),
    ]
}

fn metric(name: &str, value: f64, unit: &str, baseline: Option<f64>) -> Metric {
    Metric { unit: unit.to_owned(), baseline, ..Metric::new(name, value) }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn first(n: usize) -> Vec<u32> {
    (0..n as u32).collect()
}

fn layers<S: Scalar>(model: &dyn Autoencoder<S>) -> Vec<Layer> {
    let layer = |row: diabolo_models::SummaryRow| Layer {
        name: format!("{} {}", row.name, row.layer),
        output: format!("({})", row.output.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        parameters: row.parameters,
    };
    model.summary().into_iter().map(layer).collect()
}

fn widths<S: Scalar>(model: &dyn Autoencoder<S>) -> Shape {
    let rows = model.summary();
    let is_code = |name: &str| name == "latent";
    let code = rows.iter().position(|row| is_code(&row.name));
    // The last layer of a VAE's encoder gives mu and log_var; the code that is drawn from them is what the waist shows.
    let shown = rows.iter().enumerate().filter(|(at, _)| code.is_none_or(|code| at + 1 != code));
    let mut names = vec!["data".to_owned()];
    let mut widths = vec![model.inputs()];
    for (_, row) in shown {
        names.push(row.name.clone());
        widths.push(row.output.iter().product());
    }
    let code = names.iter().rposition(|name| is_code(name) || name.starts_with("encoder")).unwrap_or(0);
    Shape { widths, code }
}

/// What every report says.
fn common(job: &Job, unit: &str, resumable: Option<&RunFolder>) -> TrainingReport {
    let (config, version) = (&job.config, env!("CARGO_PKG_VERSION").to_owned());
    let epochs = config.training.as_ref().map_or(1, |training| training.epochs);
    // A schedule that ends cannot go on as if it had been longer from the start.
    let keeps_its_rate = config.training.as_ref().is_some_and(|training| training.schedule.starts_with("constant"));
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    TrainingReport {
        model: title(config.model).to_owned(),
        data: data_title(config),
        settings: config.entries(),
        unit: unit.to_owned(),
        run: Run {
            command: config.command.clone().unwrap_or_default(),
            resume: resumable
                .filter(|_| keeps_its_rate)
                .map(|folder| resume_command(job, folder, epochs.saturating_mul(2))),
            seed: config.seed,
            versions: vec![
                ("diabolo".to_owned(), version),
                ("system".to_owned(), system),
                ("threads".to_owned(), job.threads.to_string()),
            ],
        },
        ..TrainingReport::default()
    }
}

/// The command that the program was called by, as a shell reads it.
pub(super) fn command_line() -> String {
    let arguments = std::env::args().skip(1).map(|argument| quoted(&argument));
    ["diabolo".to_owned()].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+,./:@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

/// Writes the report; prints the table.
fn conclude(job: &Job, report: &TrainingReport, folder: &RunFolder, epoch: &EpochReport) -> Result<(), Failure> {
    let page = report.write(folder.path())?;
    if job.talk.json {
        events::done(&folder.path().display().to_string(), &epoch.test, &page.display().to_string());
        return Ok(());
    }
    if !job.talk.quiet {
        let baseline = report.baseline.as_ref().map(|baseline| baseline.name.as_str());
        let mut head = vec!["measure", "value"];
        head.extend(baseline);
        head.push("unit");
        let number = |value: f64| diabolo_report::significant(value, if value.fract() == 0.0 { 1 } else { 5 });
        let row = |metric: &Metric| {
            let mut row = vec![metric.name.clone(), number(metric.value)];
            row.extend(baseline.map(|_| metric.baseline.map_or_else(String::new, number)));
            row.push(metric.unit.clone());
            row
        };
        output::line(&format!("\n{}\n", output::table(&head, &report.metrics.iter().map(row).collect::<Vec<_>>())));
    }
    output::line(&format!("report: {}", page.display()));
    Ok(())
}
