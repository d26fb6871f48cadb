//! Principal component analysis by singular value decomposition.
//!
//! Let X be n samples (rows) of d features, μ their mean, and X − 1μᵀ = U Σ Vᵀ. The first k rows of Vᵀ are the
//! *components* W (k × d): orthonormal directions, each of which holds as much of the variance as is left.
//!
//! ```text
//! code            Z = (X − 1μᵀ) Wᵀ
//! reconstruction  X̂ = Z W + 1μᵀ
//! ```
//!
//! No other linear map onto k numbers and back has a smaller squared error Σ ‖xᵢ − x̂ᵢ‖² (Eckart & Young 1936); what
//! remains is σ²ₖ₊₁ + … + σ²_d. The variance along component i is σᵢ²/(n − 1), and the variance of all features
//! together Σⱼ σⱼ²/(n − 1), over *all* j.
//!
//! **Sign.** A component and its negative serve equally. The one is taken whose entry of largest size is positive, the
//! first such entry if several are equally large (equal but for round-off). It is the rule of scikit-learn's `svd_flip`
//! with `u_based_decision=False`.
//!
//! **Accuracy and memory.** Mean and decomposition are computed in `f64` whatever the scalar, from [the data
//! itself](svd) and not from its covariance matrix, whose eigenvalues σ² would have lost half the digits. Samples are
//! read in blocks, twice: once for the mean, once for the decomposition. Nothing as large as the data is ever
//! allocated, unless there are fewer samples than features.
//!
//! Sources: Pearson (1901); Hotelling (1933); Jolliffe, *Principal Component Analysis*, 2nd ed., sections 1.1 and 3.5.

mod error;
mod fit;
mod mean;
mod samples;
pub mod svd;

use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::{Scalar, product};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2, Axis, Slice};

pub use error::PcaError;

/// A fitted principal component analysis; see [this module](self) for the formulas.
///
/// # Examples
/// Points on a line in the plane need one component:
/// ```
/// use diabolo_models::pca::Pca;
/// use ndarray::array;
///
/// let points = array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]];
/// let pca = Pca::fit(points.view(), 1)?;
/// assert_eq!(pca.mean(), &array![2.0, 4.0]);
/// assert!((pca.explained_variance_ratio()[0] - 1.0).abs() < 1e-15);
/// let error = pca.reconstruct(points.view()) - points;
/// assert!(error.iter().all(|e: &f64| e.abs() < 1e-14));
/// # Ok::<(), diabolo_models::pca::PcaError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pca<S> {
    mean: Array1<S>,
    components: Array2<S>,
    spectrum: Array1<f64>,
    samples: usize,
}

impl<S: Scalar> Pca<S> {
    /// Puts a fitted analysis together again from its parts, as [`mean`](Self::mean), [`components`](Self::components),
    /// [`spectrum`](Self::spectrum) and [`samples`](Self::samples) return them.
    ///
    /// # Errors
    /// [`PcaError::Parts`] if the sizes do not fit each other.
    pub fn from_parts(
        mut mean: Array1<S>,
        mut components: Array2<S>,
        spectrum: Array1<f64>,
        samples: usize,
    ) -> Result<Self, PcaError> {
        let (k, d) = components.dim();
        let values = samples.min(d);
        if k == 0 || k > values || mean.len() != d || spectrum.len() != values {
            return Err(PcaError::Parts {
                components: k,
                features: d,
                mean: mean.len(),
                spectrum: spectrum.len(),
                samples,
            });
        }
        if !mean.is_standard_layout() {
            mean = mean.as_standard_layout().into_owned();
        }
        if !components.is_standard_layout() {
            components = components.as_standard_layout().into_owned();
        }
        Ok(Self { mean, components, spectrum, samples })
    }

    /// μ, d values.
    pub fn mean(&self) -> &Array1<S> {
        &self.mean
    }

    /// W, k × d: orthonormal rows, by falling variance.
    pub fn components(&self) -> &Array2<S> {
        &self.components
    }

    /// Number n of samples that the analysis was fitted to.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// All min(n, d) singular values of the centred data, of which [`singular_values`](Self::singular_values) are the
    /// first k.
    pub fn spectrum(&self) -> &Array1<f64> {
        &self.spectrum
    }

    /// σ₁ ≥ … ≥ σₖ, the singular values of the centred data that belong to the components.
    pub fn singular_values(&self) -> Array1<f64> {
        self.spectrum.iter().take(self.components.nrows()).copied().collect()
    }

    /// σᵢ²/(n − 1) for each component, in squared units of the data; 0 for a single sample.
    pub fn explained_variance(&self) -> Array1<f64> {
        let divisor = self.divisor();
        self.singular_values().mapv(|sigma| sigma * sigma / divisor)
    }

    /// σᵢ²/Σⱼσⱼ² for each component, the sum being that over *all* min(n, d) singular values: the share of the total
    /// variance that the component explains. The shares sum to 1 only if nothing was left out. All are 0 for data
    /// without variance.
    pub fn explained_variance_ratio(&self) -> Array1<f64> {
        // Relative to the largest, so that squares neither overflow nor vanish.
        let largest = self.spectrum[0].max(f64::MIN_POSITIVE);
        let total: f64 = self.spectrum.iter().map(|sigma| (sigma / largest).powi(2)).sum();
        self.singular_values().mapv(|sigma| (sigma / largest).powi(2) / total.max(f64::MIN_POSITIVE))
    }

    /// The variance of all features together, Σⱼ σⱼ²/(n − 1) over all min(n, d) singular values; 0 for a single sample.
    pub fn total_variance(&self) -> f64 {
        let divisor = self.divisor();
        self.spectrum.iter().map(|sigma| sigma * sigma / divisor).sum()
    }

    fn divisor(&self) -> f64 {
        self.samples.max(2) as f64 - 1.0
    }

    /// How many components it takes to explain the share `ratio` of the total variance. Counted over the whole
    /// spectrum, so it may exceed the number of components that were kept; at least 1, at most min(n, d).
    ///
    /// ```
    /// use diabolo_models::pca::Pca;
    /// use ndarray::array;
    ///
    /// let cross = array![[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    /// let pca = Pca::fit(cross.view(), 1)?;
    /// assert_eq!(pca.components_to_explain(0.89), 1); // 9 of 10
    /// assert_eq!(pca.components_to_explain(0.91), 2);
    /// # Ok::<(), diabolo_models::pca::PcaError>(())
    /// ```
    pub fn components_to_explain(&self, ratio: f64) -> usize {
        let wanted = ratio * self.total_variance();
        let divisor = self.divisor();
        let mut explained = 0.0;
        for (i, sigma) in self.spectrum.iter().enumerate() {
            explained += sigma * sigma / divisor;
            if explained >= wanted {
                return i + 1;
            }
        }
        self.spectrum.len()
    }

    /// The same analysis with its first `components` alone.
    ///
    /// # Errors
    /// [`PcaError::NoComponents`] or [`PcaError::TooManyComponents`] if there are not that many.
    pub fn truncated(mut self, components: usize) -> Result<Self, PcaError> {
        let most = self.components.nrows();
        if components > most {
            return Err(PcaError::TooManyComponents { components, most });
        }
        if components == 0 {
            return Err(PcaError::NoComponents);
        }
        self.components.slice_axis_inplace(Axis(0), Slice::from(..components));
        self.components = self.components.as_standard_layout().into_owned();
        Ok(self)
    }

    /// Codes Z = (X − 1μᵀ) Wᵀ of the rows of `data`: (m × d) → (m × k).
    ///
    /// # Panics
    /// If `data` does not have d columns.
    #[track_caller]
    pub fn transform(&self, data: ArrayView2<'_, S>) -> Array2<S> {
        let (k, d) = self.components.dim();
        assert_eq!(data.ncols(), d, "data of {} features given to a PCA of {d} features", data.ncols());
        let mut centred = data.as_standard_layout().into_owned();
        for mut row in centred.rows_mut() {
            row.zip_mut_with(&self.mean, |x, mean| *x -= *mean);
        }
        let mut codes = Array2::default((data.nrows(), k));
        let components = Operand::new(flat(&self.components), k, d).t();
        product(Operand::new(flat(&centred), data.nrows(), d), components, flat_mut(&mut codes), Epilogue::Store);
        codes
    }

    /// Reconstructions X̂ = Z W + 1μᵀ from the rows of `codes`: (m × k) → (m × d).
    ///
    /// # Panics
    /// If `codes` does not have k columns.
    #[track_caller]
    pub fn inverse_transform(&self, codes: ArrayView2<'_, S>) -> Array2<S> {
        let (k, d) = self.components.dim();
        assert_eq!(codes.ncols(), k, "codes of {} numbers given to a PCA of {k} components", codes.ncols());
        let rows = codes.nrows();
        let codes = codes.as_standard_layout();
        let mut data = Array2::default((rows, d));
        let components = Operand::new(flat(&self.components), k, d);
        let mean = self.mean.as_slice().expect("a mean is stored contiguously");
        product(Operand::new(flat(&codes), rows, k), components, flat_mut(&mut data), Epilogue::Bias(mean));
        data
    }

    /// Each row projected onto the plane of the components: [`inverse_transform`](Self::inverse_transform) of
    /// [`transform`](Self::transform).
    ///
    /// # Panics
    /// If `data` does not have d columns.
    #[track_caller]
    pub fn reconstruct(&self, data: ArrayView2<'_, S>) -> Array2<S> {
        self.inverse_transform(self.transform(data).view())
    }
}

fn flat<S>(matrix: &ArrayRef2<S>) -> &[S] {
    matrix.as_slice().expect("a matrix in standard layout is contiguous")
}

fn flat_mut<S>(matrix: &mut ArrayRef2<S>) -> &mut [S] {
    matrix.as_slice_mut().expect("a matrix in standard layout is contiguous")
}
