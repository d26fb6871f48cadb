//! Probabilistic PCA: a normal distribution in whose likelihood the components are the maximum.
//!
//! A sample is a code plus noise, x = Lz + μ + ε with z ∼ N(0, I) of k numbers and ε ∼ N(0, σ²I) of d, so that
//! x ∼ N(μ, C), C = LLᵀ + σ²I. The likelihood is largest for L = Wᵀ(Λ − σ²I)^½, where Λ are the variances λᵢ along the
//! components W and σ² is the [mean variance along all other directions](Pca::noise_variance) (Tipping & Bishop 1999,
//! equations 7 and 8).
//!
//! Then C has the eigenvalues λᵢ along the components and σ² across them, and neither its inverse nor its determinant
//! needs a matrix of d × d, nor even of k × k: for z = W(x − μ) and r = x − μ − Wᵀz,
//!
//! ```text
//! ln p(x) = −½ [ d ln 2π + Σᵢ ln λᵢ + (d − k) ln σ² + Σᵢ zᵢ²/λᵢ + ‖r‖²/σ² ]
//! ```
//!
//! Source: Tipping & Bishop (1999), *Probabilistic principal component analysis*, J. R. Statist. Soc. B 61(3), equation 4
//! for the likelihood.

use std::f64::consts::PI;

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::Pca;
use super::error::PcaError;

/// Samples that are looked at together.
const ROWS_AT_ONCE: usize = 1024;

impl<S: Scalar> Pca<S> {
    /// ln p(x) of each row of `data` (m × d) under probabilistic PCA, in nats, for the data in their own units:
    ///
    /// ```text
    /// ln p(x) = −½ [ d ln 2π + Σᵢ ln λᵢ + (d − k) ln σ² + Σᵢ zᵢ²/λᵢ + ‖r‖²/σ² ]
    /// ```
    ///
    /// with the [variances](Self::explained_variance) λᵢ, the [noise](Self::noise_variance) σ², the code z and the error r of
    /// the reconstruction. A low value marks a sample unlike the others. Whitening does not change it.
    ///
    /// Source: Tipping & Bishop (1999), equations 4, 7 and 8; `score_samples` of scikit-learn.
    ///
    /// # Errors
    /// [`PcaError::NoDensity`] if σ² is 0 up to round-off although directions are left out, or a kept variance is: the
    /// distribution is flat and a density does not exist. If all d components are kept and have variance, σ² does not
    /// enter and there is one.
    ///
    /// # Panics
    /// If `data` does not have d columns.
    ///
    /// # Examples
    /// ```
    /// use diabolo_models::pca::{Pca, PcaError};
    /// use ndarray::array;
    ///
    /// let cross = array![[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    /// let pca = Pca::fit(cross.view(), 2)?;
    /// let at_the_mean = pca.log_likelihood(array![[0.0, 0.0]].view())?[0];
    /// let volume = 2.0 * std::f64::consts::PI * 4_f64.sqrt(); // 2π √(6 · 2/3)
    /// assert!((at_the_mean + volume.ln()).abs() < 1e-14);
    ///
    /// let line = array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]];
    /// let flat = Pca::fit(line.view(), 1)?.log_likelihood(line.view());
    /// assert_eq!(flat, Err(PcaError::NoDensity));
    /// # Ok::<(), PcaError>(())
    /// ```
    #[track_caller]
    pub fn log_likelihood(&self, data: ArrayView2<'_, S>) -> Result<Array1<f64>, PcaError> {
        let (k, d) = self.components.dim();
        let noise = self.noise_variance();
        let variances = self.model_variances(noise);
        let narrowest = if k == d { variances[k - 1] } else { noise };
        if narrowest <= self.round_off_of_variance() {
            return Err(PcaError::NoDensity);
        }
        let across = if k == d { 0.0 } else { (d - k) as f64 * noise.ln() };
        let constant = d as f64 * (2.0 * PI).ln() + variances.iter().map(|lambda| lambda.ln()).sum::<f64>() + across;
        let nothing = vec![S::zero(); d];
        let mut result = Vec::with_capacity(data.nrows());
        for rows in data.axis_chunks_iter(Axis(0), ROWS_AT_ONCE) {
            let centred = self.centred(rows);
            let codes = self.project(&centred);
            let errors = centred - self.lift(&codes, &nothing);
            for (code, error) in codes.rows().into_iter().zip(errors.rows()) {
                let along: f64 = code.iter().zip(&variances).map(|(z, lambda)| z.to_f64().powi(2) / lambda).sum();
                let left: f64 = error.iter().map(|r| r.to_f64().powi(2)).sum();
                let beside = if k == d { 0.0 } else { left / noise };
                result.push(-0.5 * (constant + along + beside));
            }
        }
        Ok(Array1::from(result))
    }

    /// The mean of [`log_likelihood`](Self::log_likelihood) over the rows of `data`; `score` of scikit-learn. NaN for no
    /// rows.
    ///
    /// # Errors
    /// As [`log_likelihood`](Self::log_likelihood).
    ///
    /// # Panics
    /// If `data` does not have d columns.
    #[track_caller]
    pub fn mean_log_likelihood(&self, data: ArrayView2<'_, S>) -> Result<f64, PcaError> {
        Ok(self.log_likelihood(data)?.mean().unwrap_or(f64::NAN))
    }

    /// C = Wᵀ(Λ − σ²I)W + σ²I, d × d: the covariance matrix of probabilistic PCA; `get_covariance` of scikit-learn. With
    /// all components kept it is that of the data.
    pub fn covariance(&self) -> Array2<f64> {
        let noise = self.noise_variance();
        let components = self.components.mapv(Scalar::to_f64);
        let excess: Array1<f64> = self.model_variances(noise).iter().map(|lambda| lambda - noise).collect();
        let mut covariance = components.t().dot(&(&components * &excess.insert_axis(Axis(1))));
        covariance.diag_mut().mapv_inplace(|variance| variance + noise);
        covariance
    }

    /// λᵢ, none below the noise: a randomized solver's may be, by a little.
    fn model_variances(&self, noise: f64) -> Vec<f64> {
        self.explained_variance().iter().map(|variance| variance.max(noise)).collect()
    }

    /// Variances up to this are 0 but for round-off of the decomposition.
    fn round_off_of_variance(&self) -> f64 {
        let largest = self.samples.max(self.components.ncols()) as f64;
        (largest * f64::EPSILON * self.norm).powi(2) / self.divisor()
    }
}
