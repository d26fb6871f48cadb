//! PCA, autoencoders, the trainer and checkpoints.
//!
//! The road from PCA to a variational autoencoder, each model in a file of its own with its loss written next to the equation.

#![forbid(unsafe_code)]

pub mod anomaly;
pub mod check;
pub mod checkpoint;
mod codec;
pub mod config;
mod deep;
mod denoising;
mod error;
mod inference;
mod latent;
mod likelihood;
mod linear;
pub mod measure;
mod model;
pub mod pca;
mod real;
mod sparse;
mod sparsity;
mod summary;
pub mod trainer;
mod vae;
pub mod walk;

pub use codec::Codec;
pub use config::Config;
pub use deep::DeepAutoencoder;
pub use denoising::DenoisingAutoencoder;
pub use error::Error;
pub use latent::{LatentDimension, posterior_collapse};
pub use likelihood::Likelihood;
pub use linear::LinearAutoencoder;
pub use model::{Autoencoder, Loss, MAX_TERMS, Model, SummaryRow};
pub use pca::Pca;
pub use real::{AutoencoderTrainer, Real};
pub use sparse::SparseAutoencoder;
pub use sparsity::Sparsity;
pub use trainer::{Plan, Trainer, evaluate};
pub use vae::Vae;
