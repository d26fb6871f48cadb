//! How much of the data the components hold, and how much is left.

use diabolo_kernels::Scalar;
use ndarray::Array1;

use super::Pca;
use super::components::{count_for_share, shares};

impl<S: Scalar> Pca<S> {
    /// The known singular values of the centred data, of which [`singular_values`](Self::singular_values) are the first
    /// k: all min(n, d) of them, but after a randomized or an incremental fit the first k alone.
    pub fn spectrum(&self) -> &Array1<f64> {
        &self.spectrum
    }

    /// ‖X − 1μᵀ‖, the root of the sum of the squares of *all* min(n, d) singular values.
    pub fn norm(&self) -> f64 {
        self.norm
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
        self.shares().take(self.components.nrows()).collect()
    }

    /// The same share for all of the [`spectrum`](Self::spectrum), also for directions that were left out.
    pub fn spectrum_ratio(&self) -> Array1<f64> {
        self.shares().collect()
    }

    fn shares(&self) -> impl Iterator<Item = f64> {
        let spectrum = self.spectrum.as_slice().expect("a spectrum is stored contiguously");
        shares(spectrum, self.norm, self.values())
    }

    /// min(n, d), the number of singular values that there are.
    fn values(&self) -> usize {
        self.samples.min(self.components.ncols())
    }

    /// The variance of all features together, Σⱼ σⱼ²/(n − 1) over all min(n, d) singular values; 0 for a single sample.
    pub fn total_variance(&self) -> f64 {
        self.norm * self.norm / self.divisor()
    }

    /// σ², the mean variance along the directions that were left out, in squared units of the data:
    /// Σ_{j>k} σⱼ²/(n − 1), divided by min(n, d) − k. It is 0 if nothing was left out.
    ///
    /// With n ≥ d it is the noise of [probabilistic PCA](Self::log_likelihood) that makes the data most probable (Tipping
    /// & Bishop 1999, equation 8). With fewer samples than features it is larger than that by the factor
    /// (d − k)/(n − k), since directions in which n samples cannot vary are not counted; this is what scikit-learn does
    /// too.
    ///
    /// ```
    /// use diabolo_models::Pca;
    /// use ndarray::array;
    ///
    /// let cross = array![[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    /// let pca = Pca::fit(cross.view(), 1)?;
    /// assert!((pca.noise_variance() - 2.0 / 3.0).abs() < 1e-15);
    /// # Ok::<(), diabolo_models::pca::PcaError>(())
    /// ```
    pub fn noise_variance(&self) -> f64 {
        let (k, known) = (self.components.nrows(), self.spectrum.len());
        let values = self.values();
        if k == values {
            return 0.0;
        }
        let squares = |range: std::ops::Range<usize>| -> f64 { range.map(|i| self.spectrum[i].powi(2)).sum() };
        // What is left out is summed where it is known; a difference would lose the digits that the two have in common.
        let left_out = if known == values { squares(k..known) } else { self.norm.powi(2) - squares(0..k) };
        left_out.max(0.0) / self.divisor() / (values - k) as f64
    }

    pub(super) fn divisor(&self) -> f64 {
        self.samples.max(2) as f64 - 1.0
    }

    /// How many components it takes to explain more than the share `ratio` of the total variance, the rule of
    /// [`Components::Variance`](super::Components::Variance). Counted over the whole spectrum, so it may exceed the number
    /// of components that were kept; at least 1, at most min(n, d). Where the known part of the spectrum does not
    /// suffice, it is min(n, d).
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
        count_for_share(self.shares(), ratio).unwrap_or(self.values())
    }
}
