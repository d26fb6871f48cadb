//! Models that were trained before.

use std::path::Path;

use diabolo_data::{Schema, Split};
use diabolo_kernels::Scalar;
use diabolo_models::config::ModelKind;
use diabolo_models::{Autoencoder, Codec, Config, Pca, checkpoint};
use ndarray::{Array2, ArrayView2};

use crate::arguments::{DataSource, Talk};
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::source;

/// A trained model of any kind.
#[derive(Debug)]
pub(super) enum Saved<S> {
    Pca(Pca<S>),
    Network(Box<dyn Autoencoder<S>>),
}

impl<S: Scalar> Saved<S> {
    /// The model of a run.
    pub(super) fn load(folder: &RunFolder, config: &Config) -> Result<Self, Failure> {
        let path = folder.model();
        let inputs = samples(folder, config)?.dim();
        if config.model == ModelKind::Pca {
            return Ok(Self::Pca(checkpoint::load_pca(&path, inputs)?));
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

/// The folder of a run with its settings, and the data it was trained on or those that are named instead.
pub(super) fn open(run: &Path, instead: &DataSource, talk: Talk) -> Result<(RunFolder, Config, Split), Failure> {
    let (folder, mut config) = RunFolder::open(run)?;
    if let Some(data) = &instead.data {
        config.data.clone_from(data);
    }
    if let Some(data_dir) = &instead.data_dir {
        config.data_dir.clone_from(data_dir);
    }
    let split = source::load(&config, talk)?;
    Ok((folder, config, split))
}
