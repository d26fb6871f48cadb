//! How many components to keep.

use super::error::PcaError;
use super::minka;
use super::svd::power_of_two_below;

/// How many components an analysis keeps: so many, or as many as a rule says. A plain number converts into a count.
///
/// # Examples
/// ```
/// use diabolo_models::pca::{Components, Pca};
/// use ndarray::array;
///
/// let cross = array![[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]]; // shares 0.9 and 0.1 of the variance
/// assert_eq!(Pca::fit(cross.view(), 2)?.components().nrows(), 2);
/// assert_eq!(Pca::fit(cross.view(), Components::Variance(0.85))?.components().nrows(), 1);
/// assert_eq!(Pca::fit(cross.view(), Components::Variance(0.95))?.components().nrows(), 2);
/// # Ok::<(), diabolo_models::pca::PcaError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Components {
    /// So many, from 1 to min(n, d).
    Count(usize),
    /// The fewest whose variances sum to *more* than this share of the total, a number strictly between 0 and 1. All of
    /// them if rounding lets no sum exceed it; 1 if the data have no variance.
    Variance(f64),
    /// As many as make the data most probable: the maximum of Minka's approximation to the evidence of probabilistic
    /// PCA over 1 ≤ k < d. It needs n ≥ d samples.
    ///
    /// Eigenvalues below 10⁻¹⁵, in squared units of the data, count as 0, as in scikit-learn.
    ///
    /// Source: Minka (2000), *Automatic choice of dimensionality for PCA*, NIPS 13, equations 30 and 31.
    Mle,
}

impl From<usize> for Components {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl Components {
    /// Everything that can be wrong without looking at the data.
    pub(super) fn check(self, samples: usize, features: usize) -> Result<(), PcaError> {
        let most = samples.min(features);
        match self {
            _ if samples == 0 => Err(PcaError::NoSamples),
            Self::Count(0) => Err(PcaError::NoComponents),
            Self::Count(components) if components > most => Err(PcaError::TooManyComponents { components, most }),
            Self::Count(_) => Ok(()),
            _ if most == 0 => Err(PcaError::TooManyComponents { components: 1, most }),
            Self::Variance(share) if share > 0.0 && share < 1.0 => Ok(()),
            Self::Variance(_) => Err(PcaError::Share),
            Self::Mle if samples < features => Err(PcaError::TooFewSamples { samples, features }),
            Self::Mle => Ok(()),
        }
    }

    /// Number of components; a rule needs the whole spectrum.
    pub(super) fn count(self, spectrum: &[f64], norm: f64, samples: usize) -> usize {
        let values = spectrum.len();
        match self {
            Self::Count(count) => count,
            Self::Variance(share) => count_for_share(shares(spectrum, norm, values), share).unwrap_or(values),
            Self::Mle => {
                let divisor = samples.max(2) as f64 - 1.0;
                let variances: Vec<f64> = spectrum.iter().map(|sigma| sigma * sigma / divisor).collect();
                minka::dimension(&variances, samples)
            }
        }
    }
}

/// σᵢ²/Σⱼσⱼ² for the known singular values: over their own sum if they are all `values` that there are, over norm²
/// otherwise. All are 0 if norm is.
pub(super) fn shares(spectrum: &[f64], norm: f64, values: usize) -> impl Iterator<Item = f64> {
    // Relative to a power of two, squares neither overflow nor vanish, and those of simple numbers stay exact.
    let scale = power_of_two_below(norm);
    let square = move |sigma: &f64| (sigma / scale).powi(2);
    let total: f64 = if spectrum.len() == values { spectrum.iter().map(square).sum() } else { square(&norm) };
    spectrum.iter().map(move |sigma| if norm > 0.0 { square(sigma) / total } else { 0.0 })
}

/// The fewest of all shares that sum to more than `share`; 1 if all are 0, `None` if all of them do not suffice.
pub(super) fn count_for_share(mut shares: impl Iterator<Item = f64>, share: f64) -> Option<usize> {
    let mut explained = 0.0;
    let exceeds = |of_one: f64| {
        explained += of_one;
        explained > share || explained == 0.0
    };
    shares.position(exceeds).map(|at| at + 1)
}
