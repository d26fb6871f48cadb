//! What the tests of the workspace share: small data, small models of every kind, and training runs that can be stopped,
//! resumed and compared bit for bit.

#![forbid(unsafe_code)]

mod bits;
mod run;

pub use bits::Bits;
pub use run::{Run, StopAfter, new_run, resumed_run, train};

use diabolo_data::{Split, digits, split};
use diabolo_models::Config;
use diabolo_models::config::ModelKind;

/// Epochs of every run.
pub const EPOCHS: u32 = 3;
/// Steps in an epoch: 240 samples in batches of 100, the last one short.
pub const STEPS: u32 = 3;

/// The models that are trained in steps, each with settings that lean on another part of the state of a run.
pub const TRAINED: [(&str, ModelKind, &str); 11] = [
    ("linear", ModelKind::Linear, "latent = 5\nschedule = 'cosine:warmup=2'"),
    ("linear, tied", ModelKind::Linear, "latent = 5\ntied = true\noptimizer = 'sgd'\nmomentum = 0.9\nlr = 1e-4"),
    ("deep", ModelKind::Deep, "hidden = [96, 24]\nlatent = 5\noptimizer = 'adamw'\nweight_decay = 0.01\nclip = 1"),
    (
        "deep, bernoulli",
        ModelKind::Deep,
        "hidden = [24]\nlatent = 5\nactivation = 'tanh'\nlikelihood = 'bernoulli'\nschedule = 'constant'",
    ),
    ("denoising", ModelKind::Denoising, "hidden = [24]\nlatent = 5\nnoise = 'salt-and-pepper:0.3'"),
    ("vae", ModelKind::Vae, "hidden = [96]\nlatent = 5\nbeta = 2.0\nbeta_warmup = 2.5"),
    (
        "vae, batch norm",
        ModelKind::Vae,
        "hidden = [24]\nlatent = 5\nnorm = 'batch'\nema = 0.9\nschedule = 'plateau:factor=0.5,patience=0,threshold=1'",
    ),
    (
        "denoising, layer norm",
        ModelKind::Denoising,
        "hidden = [24]\nlatent = 5\nnorm = 'layer'\ninit = 'orthogonal'\noptimizer = 'rmsprop'\nmomentum = 0.9\n\
         schedule = 'one-cycle'",
    ),
    (
        "linear, adagrad",
        ModelKind::Linear,
        "latent = 5\noptimizer = 'adagrad'\nlr = 0.1\nclip_value = 0.5\nema = 0.5\nschedule = 'step:every=2'",
    ),
    ("sparse", ModelKind::Sparse, "latent = 48\nsparsity = 'kl:0.1,2'"),
    ("vae, learned sigma", ModelKind::Vae, "hidden = [24]\nlatent = 5\nlikelihood = 'gaussian:learned'\ndraws = 2"),
];

/// Defaults of `model`, overridden by TOML, for [`EPOCHS`] epochs of [`STEPS`] steps.
///
/// # Panics
/// If the model does not take these settings.
pub fn settings(model: ModelKind, overrides: &str) -> Config {
    let common = format!("epochs = {EPOCHS}\nbatch = 100\nseed = 11");
    let table = format!("{common}\n{overrides}").parse().expect("the overrides are TOML");
    Config::with(model, &table).expect("the model takes these settings")
}

/// 240 digits to train on and 60 to test with.
///
/// # Panics
/// Never: the digits can be split.
pub fn small_digits() -> Split {
    split(&digits::generate(300, 5).images, 0.2, 5).expect("300 digits can be split")
}

/// Runs `work` on a number of threads.
///
/// # Panics
/// If the threads cannot be started.
pub fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    pool.install(work)
}
