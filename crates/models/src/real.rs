//! The numbers that models are trained in: `f32` and `f64`.
//!
//! Generic code is compiled where it is called, and again wherever else it is called. What training spends its time in is
//! called here, from methods that are not generic, so that both versions of it are compiled in this crate, at full speed, and
//! whoever asks for them by [`Real`] compiles neither. What is `#[inline(never)]` on the way, such as to fit, to gather a batch or
//! to read a tensor, is shared with every crate below, even by those who do not ask for it here.

use std::path::Path;

use diabolo_data::Dataset;
use diabolo_kernels::Scalar;
use diabolo_nn::Optimizer;

use crate::config::Training;
use crate::error::Error;
use crate::model::Autoencoder;
use crate::pca::{Components, Solver};
use crate::trainer::{Callback, Outcome, Trainer};
use crate::{Config, Pca, checkpoint, measure};

/// The trainer of a model that was made from settings.
pub type AutoencoderTrainer<S> = Trainer<S, Box<dyn Autoencoder<S>>>;

/// A precision that models are trained in.
pub trait Real: Scalar + Into<f64> + private::Sealed {
    /// [`Config::autoencoder`]
    ///
    /// # Errors
    /// As there.
    fn autoencoder(config: &Config, inputs: usize) -> Result<Box<dyn Autoencoder<Self>>, Error>;

    /// [`Training::optimizer`]
    fn optimizer(training: &Training) -> Box<dyn Optimizer<Self>>;

    /// [`Trainer::run`]
    ///
    /// # Errors
    /// As there.
    fn train(
        trainer: &mut AutoencoderTrainer<Self>,
        train: &Dataset,
        test: &Dataset,
        callbacks: &mut [&mut dyn Callback<Self, Box<dyn Autoencoder<Self>>>],
    ) -> Result<Outcome, Error>;

    /// [`Pca::fit_dataset`]
    ///
    /// # Errors
    /// As there.
    fn fit_pca(data: &Dataset, components: Components, solver: Solver) -> Result<Pca<Self>, Error>;

    /// [`measure::reconstruction_errors`]
    fn pca_errors(pca: &Pca<Self>, data: &Dataset) -> Vec<f64>;

    /// [`checkpoint::save_pca`]
    ///
    /// # Errors
    /// As there.
    fn save_pca(path: &Path, pca: &Pca<Self>) -> Result<(), Error>;

    /// [`checkpoint::load_pca`]
    ///
    /// # Errors
    /// As there.
    fn load_pca(path: &Path, inputs: usize) -> Result<Pca<Self>, Error>;
}

mod private {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

// Twice the same, and not generic: each is compiled here.
macro_rules! real {
    ($scalar:ident) => {
        impl Real for $scalar {
            fn autoencoder(config: &Config, inputs: usize) -> Result<Box<dyn Autoencoder<Self>>, Error> {
                config.build(inputs)
            }

            fn optimizer(training: &Training) -> Box<dyn Optimizer<Self>> {
                training.build()
            }

            fn train(
                trainer: &mut AutoencoderTrainer<Self>,
                train: &Dataset,
                test: &Dataset,
                callbacks: &mut [&mut dyn Callback<Self, Box<dyn Autoencoder<Self>>>],
            ) -> Result<Outcome, Error> {
                trainer.run(train, test, callbacks)
            }

            fn fit_pca(data: &Dataset, components: Components, solver: Solver) -> Result<Pca<Self>, Error> {
                Pca::of_dataset(data, components, solver)
            }

            fn pca_errors(pca: &Pca<Self>, data: &Dataset) -> Vec<f64> {
                measure::reconstruction_errors(pca, data)
            }

            fn save_pca(path: &Path, pca: &Pca<Self>) -> Result<(), Error> {
                checkpoint::save_pca(path, pca)
            }

            fn load_pca(path: &Path, inputs: usize) -> Result<Pca<Self>, Error> {
                checkpoint::load_pca(path, inputs)
            }
        }
    };
}

real!(f32);
real!(f64);
