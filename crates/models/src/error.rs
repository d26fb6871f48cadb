//! What can go wrong in training and with checkpoints.

use std::io;
use std::path::PathBuf;

use diabolo_autodiff::{NonFinite, Tape};
use diabolo_kernels::Scalar;
use thiserror::Error;

use crate::pca::PcaError;

/// Why a model could not be trained, saved or loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A loss or a gradient became NaN or infinite, or an op made such a number while the plan looks for them.
    #[error("training diverged at epoch {}, step {}: {}; lower the learning rate (now {rate:?}) or clip gradients",
        .epoch + 1, .step + 1, where_found(.cause.as_deref()))]
    Diverged {
        /// Epochs done before.
        epoch: u32,
        /// Steps of the epoch done before.
        step: u32,
        /// The learning rate of the step.
        rate: f64,
        /// The first op whose result, or whose gradient, is not finite.
        cause: Option<Box<NonFinite>>,
    },
    /// A step made a parameter NaN or infinite.
    #[error("training diverged at epoch {}, step {}: the update made {parameter} NaN or infinite; lower the learning rate \
        (now {rate:?}) or clip gradients", .epoch + 1, .step + 1)]
    Overflowed {
        /// Epochs done before.
        epoch: u32,
        /// Steps of the epoch done before.
        step: u32,
        /// The learning rate of the step.
        rate: f64,
        /// The name of the first such parameter, or buffer.
        parameter: String,
    },
    /// A loss on the test set is NaN or infinite.
    #[error("the model diverged in the last step before its evaluation: {}; lower the learning rate or clip gradients",
        where_found(.cause.as_deref()))]
    DivergedInEvaluation {
        /// The first op whose result is not finite.
        cause: Option<Box<NonFinite>>,
    },
    /// There is nothing to train on or to test with.
    #[error(
        "training needs samples to train on and to test with, here {train} and {test}; give more data or another split"
    )]
    EmptyData {
        /// Samples to train on.
        train: usize,
        /// Samples to test with.
        test: usize,
    },
    /// A setting does not fit the data or another setting.
    #[error("{0}")]
    Setting(String),
    /// A file could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A checkpoint does not hold what it should.
    #[error("{}: {problem}", .path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// PCA refused.
    #[error(transparent)]
    Pca(#[from] PcaError),
}

impl Error {
    /// Whether a model has left the numbers that can be computed with.
    pub fn is_divergence(&self) -> bool {
        matches!(self, Self::Diverged { .. } | Self::Overflowed { .. } | Self::DivergedInEvaluation { .. })
    }

    pub(crate) fn diverged_in_evaluation<S: Scalar>(tape: &Tape<S>) -> Self {
        Self::DivergedInEvaluation { cause: tape.first_non_finite().map(Box::new) }
    }
}

fn where_found(cause: Option<&NonFinite>) -> String {
    cause.map_or_else(|| "the loss is not finite".to_owned(), ToString::to_string)
}
