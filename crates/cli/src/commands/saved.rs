//! Models that were trained before.

use std::path::Path;

use diabolo_data::{Number, Schema};
use diabolo_kernels::Scalar;
use diabolo_models::config::{ModelKind, Precision};
use diabolo_models::{Autoencoder, Codec, Config, Pca, Real, checkpoint};
use ndarray::{Array2, ArrayView2};
use serde_json::{Value, json};

use super::with_threads;
use crate::arguments::Talk;
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::{events, interrupt, output};

/// A trained model of any kind.
#[derive(Debug)]
pub(crate) enum Saved<S> {
    Pca(Pca<S>),
    Network(Box<dyn Autoencoder<S>>),
}

impl<S: Real> Saved<S> {
    /// The model of a run.
    pub(super) fn load(folder: &RunFolder, config: &Config) -> Result<Self, Failure> {
        let path = folder.model();
        let inputs = samples(folder, config)?.dim();
        if config.model == ModelKind::Pca {
            return Ok(Self::Pca(S::load_pca(&path, inputs)?));
        }
        let mut model = config.autoencoder(inputs)?;
        checkpoint::load(&path, &mut model)?;
        Ok(Self::Network(model))
    }
}

impl<S: Scalar> Codec<S> for Saved<S> {
    fn encode(&self, samples: ArrayView2<'_, S>) -> Array2<S> {
        match self {
            Self::Pca(pca) => pca.encode(samples),
            Self::Network(model) => (**model).encode(samples),
        }
    }

    fn decode(&self, codes: ArrayView2<'_, S>) -> Array2<S> {
        match self {
            Self::Pca(pca) => pca.decode(codes),
            Self::Network(model) => (**model).decode(codes),
        }
    }
}

/// What the samples of a run look like.
pub(super) fn samples<'a>(folder: &RunFolder, config: &'a Config) -> Result<&'a Schema, Failure> {
    config.samples.as_ref().ok_or_else(|| {
        let path = folder.path().display();
        Failure::run(format!("{path}: config.toml does not describe the samples; train the model again"))
    })
}

/// A run whose model is used.
#[derive(Debug)]
pub(crate) struct Run {
    pub(super) config: Config,
    /// What its samples look like.
    pub(super) samples: Schema,
    /// The type of a number in its codes.
    pub(super) code: Number,
}

/// A command that uses the model of a run, in the precision of that run.
pub(crate) trait Verb: Sync {
    /// The folder of the run.
    fn folder(&self) -> &Path;

    /// Does what the command says.
    fn run<S: Scalar>(&self, run: &Run, model: &Saved<S>) -> Result<(), Failure>;
}

/// Loads the model that a command needs, and does what the command says.
pub(crate) fn perform(verb: &impl Verb) -> Result<(), Failure> {
    let (folder, config) = RunFolder::open(verb.folder())?;
    let samples = samples(&folder, &config)?.clone();
    let _patience = interrupt::patiently();
    with_threads(None, || match config.precision {
        Precision::F32 => {
            let model = Saved::<f32>::load(&folder, &config)?;
            verb.run(&Run { config, samples, code: Number::F32 }, &model)
        }
        Precision::F64 => {
            let model = Saved::<f64>::load(&folder, &config)?;
            verb.run(&Run { config, samples, code: Number::F64 }, &model)
        }
    })?
}

/// Says what a command has done, to programs or to people.
pub(super) fn tell(talk: Talk, file: &str, told: Value) {
    if !talk.json {
        return output::line(&format!("written: {file}"));
    }
    let mut event = json!({ "event": "done" });
    if let (Value::Object(event), Value::Object(told)) = (&mut event, told) {
        event.extend(told);
        event.insert("file".to_owned(), file.into());
    }
    events::result(&event);
}
