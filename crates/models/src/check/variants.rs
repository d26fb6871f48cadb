//! Every model that has settings, in the variants whose losses differ, small enough to be checked in a moment.

use diabolo_autodiff::{Gradients, Tape};
use diabolo_gradcheck::Settings;
use diabolo_kernels::random::{Key, Stream, fill_uniform};
use diabolo_nn::{Adam, Optimizer};
use ndarray::{Array2, ArrayView2, Axis};

use super::components::Reconstruction;
use super::{ModelReport, check_model_with, noise, total};
use crate::config::{Config, ModelKind};
use crate::model::{Autoencoder, Model};

/// A model and the settings that make the variant, in TOML.
pub type Variant = (ModelKind, &'static str);

/// The variants that are checked. Activations are smooth, so that a step never crosses a kink. Sparse codes alone are not:
/// there are many of them, so that some are above 0 and let a gradient through.
pub const VARIANTS: [Variant; 16] = [
    (ModelKind::Pca, ""),
    (ModelKind::Linear, ""),
    (ModelKind::Linear, "tied = true"),
    (ModelKind::Linear, "tied = true\nbias = false"),
    (ModelKind::Deep, "hidden = [6, 5]\nactivation = 'tanh'"),
    (ModelKind::Deep, "hidden = [6]\nactivation = 'sigmoid'\nlikelihood = 'bernoulli'"),
    (ModelKind::Deep, "hidden = [6, 5]\nactivation = 'tanh'\nnorm = 'batch'"),
    (ModelKind::Deep, "hidden = [6, 5]\nactivation = 'softplus'\nnorm = 'layer'\ninit = 'orthogonal'"),
    (ModelKind::Denoising, "hidden = [6]\nactivation = 'softplus'\nnoise = 'gaussian:0.3'"),
    (ModelKind::Sparse, "latent = 12\nhidden = [6]\nactivation = 'tanh'\nsparsity = 'l1:0.05'"),
    (ModelKind::Sparse, "latent = 12\nlikelihood = 'bernoulli'\nsparsity = 'kl:0.2,1.5'"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nbeta = 2.0\nbeta_warmup = 1.0"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nlikelihood = 'gaussian:0.2'"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nlikelihood = 'gaussian:learned'\ndraws = 3"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nnorm = 'batch'\ninit = 'xavier'"),
    (ModelKind::Vae, "hidden = []\ndraws = 2"),
];

/// Numbers in a sample.
const INPUTS: usize = 7;
/// Samples in the batch.
const ROWS: usize = 5;
/// Numbers in a code, where the variant has no number of its own.
const LATENT: u32 = 3;
/// Optimizer steps before the second check.
const STEPS: u32 = 20;
/// Their learning rate.
const RATE: f64 = 1e-2;

/// Checks every variant of every model, as it is made and after 20 steps of Adam.
pub fn check_all_models(settings: &Settings) -> Vec<ModelReport> {
    check_models(settings, |_| true)
}

/// As [`check_all_models`] for the models that `select` takes. The seed of the settings draws parameters and batch too.
///
/// ```
/// use diabolo_gradcheck::Settings;
/// use diabolo_models::check::check_models;
/// use diabolo_models::config::ModelKind;
///
/// let settings = Settings { elements: 4, ..Settings::default() };
/// let reports = check_models(&settings, |model| model == ModelKind::Linear);
/// assert_eq!(reports.len(), 6); // three variants, each before and after the steps
/// assert!(reports.iter().all(|report| report.passed() && report.model == "linear"));
/// ```
pub fn check_models(settings: &Settings, select: impl Fn(ModelKind) -> bool) -> Vec<ModelReport> {
    VARIANTS.iter().filter(|(model, _)| select(*model)).flat_map(|variant| check_variant(settings, *variant)).collect()
}

fn check_variant(settings: &Settings, (kind, text): Variant) -> [ModelReport; 2] {
    let batch = batch(settings.seed);
    let reports = match kind {
        ModelKind::Pca => before_and_after(settings, &mut untrained_components(settings.seed, &batch), &batch),
        _ => before_and_after(settings, &mut autoencoder(kind, text, settings.seed), &batch),
    };
    reports.map(|report| ModelReport { model: kind.name().to_owned(), settings: text.to_owned(), ..report })
}

fn before_and_after<M: Model<f64>>(settings: &Settings, model: &mut M, batch: &Array2<f64>) -> [ModelReport; 2] {
    let before = check_model_with(settings, model, batch.view());
    train(settings, model, batch.view());
    let after = check_model_with(settings, model, batch.view());
    [before, ModelReport { steps: STEPS, ..after }]
}

/// Steps on the one batch, with the noise that the check has.
fn train<M: Model<f64>>(settings: &Settings, model: &mut M, batch: ArrayView2<'_, f64>) {
    let (mut tape, mut gradients, mut optimizer) = (Tape::new(), Gradients::new(), Adam::new());
    for _ in 0..STEPS {
        total(model, &tape, noise(settings), batch).backward(&mut gradients);
        tape.reset();
        optimizer.step(model, &gradients, RATE);
    }
}

fn batch(seed: u64) -> Array2<f64> {
    uniform(Key::new(seed, Stream::Data), ROWS, 0.0, 1.0)
}

fn uniform(key: Key, rows: usize, low: f64, high: f64) -> Array2<f64> {
    let mut numbers = Array2::zeros((rows, INPUTS));
    fill_uniform(key, low, high, numbers.as_slice_mut().expect("new arrays are contiguous"));
    numbers
}

fn autoencoder(kind: ModelKind, settings: &str, seed: u64) -> Box<dyn Autoencoder<f64>> {
    let mut table: toml::Table = settings.parse().expect("the variants are TOML");
    table.entry("latent").or_insert(LATENT.into());
    let config = Config { seed, ..Config::with(kind, &table).expect("each model takes the settings of its variants") };
    config.autoencoder(INPUTS).expect("a code is smaller than a sample")
}

/// PCA as an optimizer would begin it: the mean of the batch, and any components.
fn untrained_components(seed: u64, batch: &Array2<f64>) -> Reconstruction {
    let mean = batch.mean_axis(Axis(0)).expect("the batch has rows");
    Reconstruction::new(mean, &uniform(Key::new(seed, Stream::Init), LATENT as usize, -0.5, 0.5))
}
