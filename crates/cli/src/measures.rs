//! What is measured of a trained model: the numbers of its report, and of a comparison of several.

use diabolo_data::{Corruption, Dataset, Split};
use diabolo_kernels::Scalar;
use diabolo_models::measure::{self, Activity};
use diabolo_models::trainer::EpochReport;
use diabolo_models::{Autoencoder, Codec, Config, LatentDimension, Pca};
use diabolo_report::{Better, Metric};

use crate::words::Units;

/// Training samples whose errors are measured: enough for their distribution.
const TRAINING: usize = 10_000;

/// What every model has: errors of single samples.
#[derive(Debug)]
pub(crate) struct SampleErrors {
    pub(crate) test: Vec<f64>,
    /// Those of the first training samples.
    pub(crate) train: Vec<f64>,
}

impl SampleErrors {
    pub(crate) fn measure<S: Scalar>(codec: &(impl Codec<S> + ?Sized), split: &Split) -> Self {
        let train = &split.train;
        let first: Vec<u32> = (0..train.len().min(TRAINING) as u32).collect();
        Self {
            test: measure::reconstruction_errors(codec, &split.test),
            train: measure::reconstruction_errors(codec, &train.subset(&first)),
        }
    }
}

/// What is measured of the codes of a network.
#[derive(Debug)]
pub(crate) struct OfCodes {
    pub(crate) dimensions: Option<Vec<LatentDimension>>,
    pub(crate) activity: Option<Activity>,
}

impl OfCodes {
    pub(crate) fn measure<S: Scalar>(model: &dyn Autoencoder<S>, test: &Dataset) -> Self {
        let all: Vec<u32> = (0..test.len() as u32).collect();
        Self {
            dimensions: model.latent_dimensions(measure::rows(test, &all).view()),
            activity: Activity::measure(model, test),
        }
    }
}

/// The results of a network: those of its last epoch, the squared error that every model has, and what its code carries.
///
/// Losses that hold a weight, of the KL term or of a penalty, are not ranked: with another weight they measure something
/// else. The negative ELBO is.
pub(crate) fn of_network(
    config: &Config,
    epoch: &EpochReport,
    units: Units,
    squared_error: f64,
    baseline: Option<f64>,
    codes: &OfCodes,
) -> Vec<Metric> {
    let test = |term: &str| epoch.test.mean(term);
    let has = |term: &str| epoch.test.means().any(|(name, _)| name == term);
    let mut metrics = vec![];
    if has("kl") {
        let beta = config.beta.unwrap_or(1.0);
        metrics.push(lower("test negative ELBO", test("reconstruction") + test("kl"), units.loss()));
        if beta != 1.0 {
            metrics.push(plain(&format!("test loss, β = {beta}"), test("loss"), units.loss()));
        }
        metrics.push(lower("test reconstruction", test("reconstruction"), units.loss()));
        metrics.push(plain("test KL", test("kl"), "nats"));
    } else if has("sparsity") {
        metrics.push(plain("test loss", test("loss"), units.loss()));
        metrics.push(plain("test sparsity penalty", test("sparsity"), units.loss()));
    } else if units.loss() != units.squares() {
        metrics.push(lower("test loss", test("loss"), units.loss()));
    }
    if let Some(dimensions) = &codes.dimensions {
        let active = dimensions.iter().filter(|dimension| dimension.is_active()).count();
        metrics.push(plain("active units", active as f64, &format!("of {}", dimensions.len())));
    }
    if let Some(activity) = &codes.activity {
        metrics.push(plain("active units", 100.0 * activity.share(), "% of the code"));
    }
    let name = if config.noise.is_some() { "squared error, clean test samples" } else { "test squared error" };
    metrics.push(Metric { baseline, ..lower(name, squared_error, units.squares()) });
    metrics.push(plain("training loss", epoch.train.mean("loss"), units.loss()));
    metrics
}

/// The results of PCA.
pub(crate) fn of_pca<S: Scalar>(pca: &Pca<S>, units: Units, test_error: f64, training_error: f64) -> Vec<Metric> {
    let (components, features) = pca.components().dim();
    let explained = plain("explained variance", pca.explained_variance_ratio().sum(), "of the total");
    vec![
        lower("test squared error", test_error, units.squares()),
        plain("training squared error", training_error, units.squares()),
        Metric { better: Some(Better::Higher), ..explained },
        plain("components", components as f64, &format!("of {features}")),
    ]
}

/// How much noise a model takes away.
pub(crate) fn denoising<S: Scalar>(
    model: &dyn Autoencoder<S>,
    baseline: Option<&Pca<S>>,
    corruption: &Corruption,
    test: &Dataset,
    seed: u64,
) -> [Metric; 2] {
    let ours = measure::Denoising::measure(model, corruption, test, seed);
    let linear = baseline.map(|pca| measure::Denoising::measure(pca, corruption, test, seed));
    let baseline = linear.map(|linear| measure::psnr(linear.denoised));
    let denoised = plain("PSNR of denoised samples", measure::psnr(ours.denoised), "dB");
    [
        Metric { baseline, better: Some(Better::Higher), ..denoised },
        plain("PSNR of noisy samples", measure::psnr(ours.noisy), "dB"),
    ]
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn plain(name: &str, value: f64, unit: &str) -> Metric {
    Metric { unit: unit.to_owned(), ..Metric::new(name, value) }
}

fn lower(name: &str, value: f64, unit: &str) -> Metric {
    Metric { better: Some(Better::Lower), ..plain(name, value, unit) }
}
