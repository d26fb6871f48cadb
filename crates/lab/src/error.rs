//! What can go wrong.

use diabolo_models::pca::PcaError;
use diabolo_models::pca::svd::SvdError;
use thiserror::Error;

/// Why the laboratory could not run.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A single sample, or none.
    #[error("the laboratory needs at least 2 samples, here {0}: give more data")]
    TooFewSamples(usize),
    /// The covariance matrix would not fit.
    #[error(
        "the laboratory works with the covariance matrix, at most {most} features wide, here {features}: shrink the \
        images or choose features"
    )]
    TooManyFeatures {
        /// Features of a sample.
        features: usize,
        /// The most there may be.
        most: usize,
    },
    /// A value that is no number.
    #[error(
        "the data hold a value that is NaN, infinite or beyond 1e140 at sample {sample}, feature {feature} (counted \
        from 0): remove or replace it"
    )]
    OutOfRange {
        /// Row of the first such value, counted from 0.
        sample: usize,
        /// Its column, counted from 0.
        feature: usize,
    },
    /// Data in fewer than two directions: there is nothing to compare.
    #[error(
        "the data vary in {rank} independent directions, and the laboratory needs at least 2: with one there is \
        nothing to turn"
    )]
    NoVariance {
        /// Directions with variance.
        rank: usize,
    },
    /// k out of range.
    #[error("a code of {latent} numbers does not fit: choose k from 1 to {most}, one less than the {} directions in which \
        the data vary", most + 1)]
    Latent {
        /// k as asked for.
        latent: usize,
        /// The largest k for which something is left out.
        most: usize,
    },
    /// The callback stopped the run.
    #[error("the laboratory was interrupted")]
    Cancelled,
    /// A decomposition failed.
    #[error(transparent)]
    Decomposition(#[from] SvdError),
    /// PCA refused.
    #[error(transparent)]
    Pca(#[from] PcaError),
}
