//! The data of an investigation, as far as a linear autoencoder can see them: Σ = XXᵀ/n = U Λ Uᵀ.
//!
//! All is measured in units in which λ₁ = 1, that is, samples are divided by √λ₁. No statement depends on the unit, and rates
//! and bounds then mean the same for pixels and for millimetres. Eigenvalues below d · 2⁻⁵² count as 0; the others are r, the
//! rank.
//!
//! PCA itself comes from Σ here: that costs the eigenvectors of small eigenvalues half their digits, which
//! [`Pca`](diabolo_models::Pca) keeps, and makes the two sides of the comparison see the very same matrix.

use std::sync::Arc;

use diabolo_models::pca::svd::symmetric_eigen;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};

use crate::error::Error;
use crate::matrix::t_times;

/// The widest sample. Σ then takes 128 MB, and its eigenvectors minutes.
const MOST_FEATURES: usize = 4096;
/// Samples that are kept for what needs more than their covariance.
const MOST_KEPT: usize = 10_000;
/// Beyond this, squares leave the range of numbers.
const LARGEST: f64 = 1e140;
/// What k is unless someone asks.
const USUAL_LATENT: usize = 8;

/// Data that were looked at: their size, covariance and principal directions.
#[derive(Clone, Debug)]
pub struct Subject {
    /// At most 10,000 of the samples as rows, evenly spaced, centred, in units of √λ₁.
    pub(crate) excerpt: Array2<f64>,
    samples: usize,
    /// Σ (d × d) in units of λ₁.
    pub(crate) covariance: Arc<Array2<f64>>,
    values: Array1<f64>,
    vectors: Array2<f64>,
    rank: usize,
    latent: usize,
    unit: f64,
}

impl Subject {
    /// Centres `data` (n × d, rows are samples) and decomposes their covariance; `latent` is k, by default the smaller of 8
    /// and half the rank.
    ///
    /// # Errors
    /// If there are fewer than two samples, a value is no number, the data vary in fewer than two directions, there are
    /// more than 4096 features, or k is not between 1 and one less than the rank.
    ///
    /// ```
    /// use diabolo_lab::Subject;
    /// use ndarray::array;
    ///
    /// let cross = array![[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    /// let subject = Subject::new(cross.view(), None)?;
    /// assert_eq!((subject.rank(), subject.latent()), (2, 1));
    /// assert!((subject.unit() - 4.5).abs() < 1e-14);
    /// assert!((subject.eigenvalues()[1] - 1.0 / 9.0).abs() < 1e-15);
    /// # Ok::<(), diabolo_lab::Error>(())
    /// ```
    pub fn new(data: ArrayView2<'_, f64>, latent: Option<usize>) -> Result<Self, Error> {
        let (n, d) = data.dim();
        if n < 2 {
            return Err(Error::TooFewSamples(n));
        }
        if d > MOST_FEATURES {
            return Err(Error::TooManyFeatures { features: d, most: MOST_FEATURES });
        }
        if let Some(((sample, feature), _)) = data.indexed_iter().find(|(_, x)| !x.is_finite() || x.abs() > LARGEST) {
            return Err(Error::OutOfRange { sample, feature });
        }
        let mut samples = centred(data);
        let scale = samples.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
        if scale == 0.0 {
            return Err(Error::NoVariance { rank: 0 });
        }
        samples /= scale;
        let covariance = t_times(&samples, &samples) / n as f64;
        let eigen = symmetric_eigen(covariance.view())?;
        let unit = eigen.values[0];
        let excerpt = every(&samples, MOST_KEPT) / unit.sqrt();
        let floor = d as f64 * f64::EPSILON;
        let values = eigen.values.mapv(|lambda| if lambda / unit > floor { lambda / unit } else { 0.0 });
        let rank = values.iter().take_while(|&&lambda| lambda > 0.0).count().min(n - 1);
        if rank < 2 {
            return Err(Error::NoVariance { rank });
        }
        let latent = latent.unwrap_or(USUAL_LATENT.min(rank / 2));
        if latent == 0 || latent >= rank {
            return Err(Error::Latent { latent, most: rank - 1 });
        }
        let covariance = Arc::new(covariance / unit);
        let vectors = signed(eigen.vectors);
        Ok(Self { excerpt, samples: n, covariance, values, vectors, rank, latent, unit: unit * scale * scale })
    }

    /// n, the number of samples.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// d, the numbers in a sample.
    pub fn features(&self) -> usize {
        self.excerpt.ncols()
    }

    /// r, the number of eigenvalues that are not 0.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// k, the numbers in a code.
    pub fn latent(&self) -> usize {
        self.latent
    }

    /// λ₁ in squared units of the data: what the other variances here are divided by.
    pub fn unit(&self) -> f64 {
        self.unit
    }

    /// λ₁ = 1 ≥ λ₂ ≥ … ≥ λ_d ≥ 0.
    pub fn eigenvalues(&self) -> &Array1<f64> {
        &self.values
    }

    /// U (d × d), one principal direction a column.
    pub fn eigenvectors(&self) -> &Array2<f64> {
        &self.vectors
    }

    /// Σ (d × d) in units of λ₁.
    pub fn covariance(&self) -> &Array2<f64> {
        &self.covariance
    }

    /// U_m, the first m principal directions as *rows* (m × d).
    pub(crate) fn directions(&self, m: usize) -> Array2<f64> {
        self.vectors.slice_axis(Axis(1), Slice::from(..m)).t().as_standard_layout().into_owned()
    }

    /// U_k as rows.
    pub(crate) fn principal(&self) -> Array2<f64> {
        self.directions(self.latent)
    }

    /// Σ_{i>m} λᵢ, the squared error a sample of PCA with m components.
    pub(crate) fn left_out(&self, m: usize) -> f64 {
        self.values.iter().skip(m).sum()
    }
}

/// Every so many rows of a matrix, the first and at most `most` in all.
pub(crate) fn every(rows: &Array2<f64>, most: usize) -> Array2<f64> {
    let stride = rows.nrows().div_ceil(most).max(1);
    rows.slice_axis(Axis(0), Slice::new(0, None, stride as isize)).as_standard_layout().into_owned()
}

/// Samples less their mean, exactly 0 in a feature that is constant.
fn centred(data: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut samples = data.to_owned();
    for mut feature in samples.columns_mut() {
        // The first value is subtracted first, so that a constant leaves nothing and a large offset costs no digits.
        let first = feature[0];
        feature -= first;
        let mean = feature.mean().unwrap_or(0.0);
        feature -= mean;
    }
    samples.as_standard_layout().into_owned()
}

/// Each column with its entry of largest size positive.
fn signed(mut vectors: Array2<f64>) -> Array2<f64> {
    for mut vector in vectors.axis_iter_mut(Axis(1)) {
        let leader = vector.iter().fold(0.0, |leader: f64, &x| if x.abs() > leader.abs() { x } else { leader });
        if leader < 0.0 {
            vector *= -1.0;
        }
    }
    vectors
}
