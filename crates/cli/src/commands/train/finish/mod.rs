//! The end of a run: measures, report, a short table.

use diabolo_kernels::Scalar;
use diabolo_models::measure::Activity;
use diabolo_models::pca::Solver;
use diabolo_models::trainer::{EpochReport, Trainer};
use diabolo_models::{Autoencoder, Likelihood, Pca, Real};
use diabolo_nn::Path;
use diabolo_report::{Baseline, Metric, Run, TrainingReport};

use super::Job;
use super::again::resume_command;
use crate::failure::Failure;
use crate::figures::{self, Subject, View};
use crate::measures::{self, OfCodes, SampleErrors};
use crate::run_folder::RunFolder;
use crate::words::{self, Units};
use crate::{events, output, source};

mod layers;

/// Components beyond those that explain this share of the variance are not drawn.
const MATTERS: f64 = 0.995;

/// Ends a run of PCA.
pub(super) fn pca<S: Real>(
    job: &Job,
    pca: &Pca<S>,
    epoch: &EpochReport,
    errors: &SampleErrors,
    folder: &RunFolder,
) -> Result<(), Failure> {
    let (view, units) = (View::of(&job.split.test), units(job));
    let subject = subject(job, &view, errors);
    let report = TrainingReport {
        metrics: measures::of_pca(pca, units, epoch.test.mean("loss"), epoch.train.mean("loss")),
        filters: Some(figures::components(pca, &view)),
        spectrum: Some(spectrum(pca)),
        components_kept: Some(pca.components().nrows()),
        seconds: epoch.train_seconds,
        description: format!(
            "{} principal components of {} {}, tested on {} more.{}",
            job.config.latent,
            diabolo_report::count(job.split.train.len()),
            units.samples(),
            diabolo_report::count(job.split.test.len()),
            units.explanation()
        ),
        ..common(job, figures::of_codec(pca, &subject), units.squared_error())
    };
    conclude(job, &report, folder, epoch)
}

/// Ends a run of an autoencoder.
pub(super) fn network<S: Real>(
    job: &Job,
    trainer: &Trainer<S, Box<dyn Autoencoder<S>>>,
    folder: &RunFolder,
) -> Result<(), Failure> {
    let (config, split, model) = (&job.config, &job.split, &*trainer.model);
    let (view, units) = (View::of(&split.test), units(job));
    let components = config.latent.min(split.train.len()).min(split.train.dim());
    let baseline = Pca::<S>::fit_dataset(&split.train, components, Solver::Auto)?;
    let name = format!("PCA, {components} components");
    let errors = SampleErrors::measure(model, split);
    let beside = measures::mean(&S::pca_errors(&baseline, &split.test));
    let codes = OfCodes::measure(model, &split.test);

    let epoch = trainer.progress.history.last().expect("a finished run has an epoch");
    let noise = config.noise.as_deref().and_then(|text| text.parse().ok());
    let error = measures::mean(&errors.test);
    let mut metrics = measures::of_network(config, epoch, units, error, Some(beside), &codes);
    if let Some(noise) = &noise {
        metrics.splice(0..0, measures::denoising(model, Some(&baseline), noise, &split.test, config.seed));
    }
    // The curve of a denoising model is of noisy samples, that of the baseline of clean ones.
    let comparable = words::likelihood(config) == Likelihood::SquaredError && noise.is_none();
    let pictures = noise.filter(|_| view.shows_pictures());
    let subject = Subject {
        baseline: Some((&name, &baseline)),
        dimensions: codes.dimensions.as_deref(),
        ..subject(job, &view, &errors)
    };
    let report = TrainingReport {
        metrics,
        layers: layers::layers(model),
        shape: Some(layers::widths(model)),
        history: figures::history(&trainer.progress.history),
        seconds: trainer.progress.history.iter().map(|e| e.train_seconds).sum(),
        denoising: pictures.map(|noise| figures::denoising(model, &noise, &split.test, &view, config.seed)),
        filters: first_weight(model).map(|weight| figures::first_layer(&weight, &view)),
        latent_units: codes.dimensions.as_deref().map(|units| figures::latent_units(units, config.beta)),
        sparsity: codes.activity.as_ref().and_then(|activity| sparsity(job, activity)),
        description: format!(
            "Trained for {} on {} {}, tested on {} more.{}",
            epochs(trainer.progress.epoch),
            diabolo_report::count(split.train.len()),
            units.samples(),
            diabolo_report::count(split.test.len()),
            units.explanation()
        ),
        run: run(job, Some(folder)),
        baseline: Some(Baseline { name: name.clone(), reconstruction: comparable.then_some(beside) }),
        ..common(job, figures::of_codec(model, &subject), units.of_loss())
    };
    conclude(job, &report, folder, epoch)
}

/// The shares of the variance, as far as they are kept or matter.
fn spectrum<S: Scalar>(pca: &Pca<S>) -> Vec<f64> {
    let shown = pca.components_to_explain(MATTERS).max(pca.components().nrows());
    pca.spectrum_ratio().iter().take(shown).copied().collect()
}

fn units(job: &Job) -> Units {
    Units::of(&job.config, job.split.train.schema())
}

fn epochs(count: u32) -> String {
    if count == 1 { "1 epoch".to_owned() } else { format!("{count} epochs") }
}

/// What a model of this run is shown on.
fn subject<'a, S>(job: &'a Job, view: &'a View, errors: &'a SampleErrors) -> Subject<'a, S> {
    Subject {
        test: &job.split.test,
        view,
        numbers: source::test_numbers(&job.config, &job.split),
        baseline: None,
        errors: &errors.test,
        train_errors: &errors.train,
        unit: units(job).squared_error(),
        dimensions: None,
        seed: job.config.seed,
    }
}

/// The first parameter, which is the weight of the first layer.
fn first_weight<S: Scalar>(model: &dyn Autoencoder<S>) -> Option<Vec<S>> {
    let mut weight = None;
    model.visit(Path::ROOT, &mut |_, parameter| {
        weight.get_or_insert_with(|| parameter.value().to_vec());
    });
    weight
}

fn sparsity(job: &Job, activity: &Activity) -> Option<diabolo_report::Sparsity> {
    let penalty = job.config.sparsity.as_deref()?.parse().ok()?;
    Some(figures::sparsity(activity, penalty))
}

/// The same report with what stands in every one.
fn common(job: &Job, report: TrainingReport, unit: String) -> TrainingReport {
    TrainingReport {
        model: words::title(job.config.model).to_owned(),
        data: words::data_title(&job.config),
        settings: job.config.entries(),
        unit,
        run: run(job, None),
        ..report
    }
}

/// How to make the run again, and to go on with it if it can.
fn run(job: &Job, resumable: Option<&RunFolder>) -> Run {
    let config = &job.config;
    let epochs = config.training.as_ref().map_or(1, |training| training.epochs);
    // A schedule that ends cannot go on as if it had been longer from the start.
    let keeps_its_rate = config.training.as_ref().is_some_and(|training| training.schedule.starts_with("constant"));
    Run {
        command: config.command.clone().unwrap_or_default(),
        resume: resumable
            .filter(|_| keeps_its_rate)
            .map(|folder| resume_command(job, folder, epochs.saturating_mul(2))),
        seed: config.seed,
        versions: words::versions(),
    }
}

/// Writes the report; prints the table.
fn conclude(job: &Job, report: &TrainingReport, folder: &RunFolder, epoch: &EpochReport) -> Result<(), Failure> {
    let page = report.write(folder.path())?;
    let warning = report.latent_units.as_ref().map(|units| units.warning.as_str()).filter(|text| !text.is_empty());
    if job.talk.json {
        events::done(&folder.path().display().to_string(), &epoch.test, &page.display().to_string(), warning);
        return Ok(());
    }
    if !job.talk.quiet {
        output::line(&format!("\n{}\n", table(report)));
    }
    if let Some(warning) = warning {
        job.say(&format!("  warning: {warning}\n"));
    }
    output::line(&format!("report: {}", page.display()));
    Ok(())
}

fn table(report: &TrainingReport) -> String {
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
    output::table(&head, &report.metrics.iter().map(row).collect::<Vec<_>>())
}
