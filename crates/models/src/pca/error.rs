//! What can be wrong with data that is to be analysed.

use super::svd::SvdError;

/// Why a principal component analysis cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PcaError {
    /// The data has no rows.
    #[error("PCA needs at least one sample, but the data has no rows")]
    NoSamples,
    /// k = 0.
    #[error("PCA needs at least one component: ask for 1 or more")]
    NoComponents,
    /// k > min(n, d), or more than were kept.
    #[error("PCA cannot give {components} components, there are only {most}: ask for {most} or fewer")]
    TooManyComponents {
        /// Number of components asked for.
        components: usize,
        /// Number of components there are.
        most: usize,
    },
    /// A share of the variance that is not strictly between 0 and 1.
    #[error("the share of the variance to explain must lie strictly between 0 and 1")]
    Share,
    /// Minka's estimate for n < d.
    #[error(
        "Minka's estimate needs at least as many samples as features, here {samples} and {features}: give the number of \
         components or a share of the variance"
    )]
    TooFewSamples {
        /// Number of samples.
        samples: usize,
        /// Number of features.
        features: usize,
    },
    /// The randomized solver was asked for a number of components that follows from the whole spectrum.
    #[error("the randomized solver finds a given number of components alone: give that number, or use another solver")]
    SpectrumUnknown,
    /// The fitted normal distribution lies flat in a plane, where it has no density.
    #[error(
        "the components leave directions without any variance, where the log-likelihood is not defined: keep fewer \
         components, or leave out features that follow from others"
    )]
    NoDensity,
    /// A value is NaN, infinite, or so large that its square overflows.
    #[error("sample {sample} is NaN, infinite or beyond 1e140 at feature {feature}: remove or rescale the value")]
    OutOfRange {
        /// Row of the first such value, counted from 0.
        sample: usize,
        /// Its column, counted from 0.
        feature: usize,
    },
    /// The parts of a stored analysis do not belong together.
    #[error(
        "{components} components of {features} features do not fit a mean of {mean} features and {spectrum} singular values \
         from {samples} samples: the stored analysis is damaged, fit it again"
    )]
    Parts {
        /// Rows of the components.
        components: usize,
        /// Columns of the components.
        features: usize,
        /// Length of the mean.
        mean: usize,
        /// Number of singular values.
        spectrum: usize,
        /// Number of samples.
        samples: usize,
    },
    /// The decomposition of the centred data failed.
    #[error("the centred data could not be decomposed")]
    Decomposition(#[from] SvdError),
}
