//! What can be wrong with the name of a part.

use thiserror::Error;

/// Why a text does not name a layer, an initialiser or a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such activation.
    #[error(
        "unknown activation '{0}'; use identity, relu, leaky-relu[:SLOPE], sigmoid, tanh, softplus, log-sigmoid, elu[:ALPHA], gelu or silu"
    )]
    Activation(String),
    /// There is no such normalisation.
    #[error("unknown norm '{0}'; use none, batch or layer")]
    Norm(String),
    /// There is no such initialiser.
    #[error("unknown initialiser '{0}'; use default, orthogonal[:GAIN], xavier or kaiming")]
    Initialiser(String),
    /// There is no such schedule.
    #[error("unknown schedule '{0}'; use constant, cosine, step, one-cycle or plateau, as in cosine:floor=0.01")]
    Schedule(String),
    /// A schedule has no such option, or not with this value.
    #[error("'{option}' does not fit schedule '{schedule}'; use {takes}")]
    ScheduleOption {
        /// The name of the schedule.
        schedule: &'static str,
        /// The option as it was written.
        option: String,
        /// What the schedule takes.
        takes: &'static str,
    },
}
