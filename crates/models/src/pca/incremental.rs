//! Blocks of samples that come one after the other and are not kept.
//!
//! Let n samples be known by their mean μ and the k leading factors of X − 1μᵀ ≈ U Σ W. A block B of m more, of mean μ_B,
//! makes the mean (nμ + mμ_B)/(n + m), and up to an orthonormal factor on the left all n + m centred samples are
//!
//! ```text
//! ⎡ Σ W                      ⎤
//! ⎢ B − 1μ_Bᵀ                ⎥     k + m + 1 rows
//! ⎣ √(nm/(n + m)) (μ − μ_B)ᵀ ⎦
//! ```
//!
//! whose first k singular values and right singular vectors take the place of Σ and W. What lies behind the k-th is
//! forgotten at each step, so the components are those of all samples only if k directions hold them; but the squares of
//! what is forgotten are summed, so the total variance stays exact.
//!
//! Source: Ross, Lim, Lin & Yang (2008), *Incremental learning for robust visual tracking*, Int. J. Comput. Vis. 77,
//! section 3.1.

use std::marker::PhantomData;

use diabolo_kernels::Scalar;
use ndarray::{Array1, ArrayView2};

use super::Pca;
use super::error::PcaError;
use super::fit::signed;
use super::mean::{Sum, moments};
use super::samples::InMemory;
use super::svd::{Columns, norm, right_factors};

/// A principal component analysis that is fitted block by block, each block being seen once; equal to scikit-learn's
/// `IncrementalPCA`.
///
/// It is an approximation, for data that cannot be read again, such as a stream. Where they can be,
/// [`Pca::fit_rows`] reads them in blocks as well, holds no more in memory than a d × d triangle, and is exact. Here
/// memory is (k + m + 1) × d for blocks of m.
///
/// # Examples
/// ```
/// use diabolo_models::pca::{IncrementalPca, Pca};
/// use ndarray::{Array2, Axis};
///
/// let waves = Array2::from_shape_fn((300, 5), |(i, j)| (0.1 * (i * (j + 1)) as f64).sin() / (1 + j) as f64);
/// let mut incremental = IncrementalPca::new(5, 2)?;
/// for block in waves.axis_chunks_iter(Axis(0), 100) {
///     incremental.partial_fit(block)?;
/// }
/// let pca = incremental.finish()?;
/// let exact = Pca::fit(waves.view(), 2)?;
/// assert!((pca.total_variance() / exact.total_variance() - 1.0).abs() < 1e-12);
/// assert!((pca.explained_variance_ratio()[0] / exact.explained_variance_ratio()[0] - 1.0).abs() < 1e-2);
/// # Ok::<(), diabolo_models::pca::PcaError>(())
/// ```
#[derive(Clone, Debug)]
pub struct IncrementalPca<S> {
    components: usize,
    samples: usize,
    sums: Vec<Sum>,
    /// Σ, of at most k values.
    singular_values: Vec<f64>,
    /// Wᵀ, d × k.
    directions: Columns,
    /// The root of the sum of the squares of all that was forgotten.
    forgotten: f64,
    /// What the last step forgot.
    forgotten_last: Vec<f64>,
    scalar: PhantomData<S>,
}

impl<S: Scalar> IncrementalPca<S> {
    /// An analysis of samples with `features` values, of which nothing is known yet, keeping `components`.
    ///
    /// # Errors
    /// [`PcaError::NoComponents`] or [`PcaError::TooManyComponents`] if `components` is 0 or more than `features`.
    pub fn new(features: usize, components: usize) -> Result<Self, PcaError> {
        if components > features {
            return Err(PcaError::TooManyComponents { components, most: features });
        }
        if components == 0 {
            return Err(PcaError::NoComponents);
        }
        Ok(Self {
            components,
            samples: 0,
            sums: vec![Sum::default(); features],
            singular_values: Vec::new(),
            directions: Columns::zeros(features, 0),
            forgotten: 0.0,
            forgotten_last: Vec::new(),
            scalar: PhantomData,
        })
    }

    /// Number of samples seen so far.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Takes the rows of a block in. Larger blocks are faster and forget less; one without rows changes nothing. A block
    /// may have fewer rows than there are components.
    ///
    /// # Errors
    /// [`PcaError::OutOfRange`] if a value is NaN, infinite or beyond 1e140; the analysis is then as it was before.
    ///
    /// # Panics
    /// If `block` has another number of columns than the samples have features.
    #[track_caller]
    pub fn partial_fit(&mut self, block: ArrayView2<'_, S>) -> Result<(), PcaError> {
        let (rows, features) = (block.nrows(), self.sums.len());
        assert_eq!(block.ncols(), features, "a block of {} features given to a PCA of {features}", block.ncols());
        if rows == 0 {
            return Ok(());
        }
        let values = block.as_standard_layout();
        let flat = values.as_slice().expect("an array in standard layout is contiguous");
        let moments = moments(&mut InMemory { rows: flat, count: rows, features })?;
        let stacked = self.stack(&block, &moments.mean);
        let (spectrum, directions) = right_factors(stacked)?;

        let kept = self.components.min(spectrum.len()).min(self.samples + rows);
        self.forgotten_last = spectrum[kept..].to_vec();
        self.forgotten = self.forgotten.hypot(norm(&self.forgotten_last));
        self.directions = directions.select(&(0..kept).collect::<Vec<_>>(), 0..features);
        self.singular_values = spectrum[..kept].to_vec();
        for row in block.rows() {
            for (sum, x) in self.sums.iter_mut().zip(row) {
                sum.add(x.to_f64());
            }
        }
        self.samples += rows;
        Ok(())
    }

    /// Σ W above the centred block above the correction of the mean.
    fn stack(&self, block: &ArrayView2<'_, S>, mean: &[f64]) -> Columns {
        let (kept, rows) = (self.singular_values.len(), block.nrows());
        let correction = usize::from(self.samples > 0);
        let (before, new) = (self.samples as f64, rows as f64);
        let weight = (before / (before + new) * new).sqrt();
        let mut stacked = Columns::zeros(kept + rows + correction, mean.len());
        for (j, mean) in mean.iter().enumerate() {
            let column = stacked.column_mut(j);
            for (i, sigma) in self.singular_values.iter().enumerate() {
                column[i] = sigma * self.directions.column(i)[j];
            }
            for (centred, x) in column[kept..].iter_mut().zip(block.column(j)) {
                *centred = x.to_f64() - mean;
            }
            if correction > 0 {
                column[kept + rows] = weight * (self.sums[j].mean(before) - mean);
            }
        }
        stacked
    }

    /// The mean variance along the directions that the last step forgot, 0 if it forgot none: `noise_variance_` of
    /// scikit-learn's `IncrementalPCA`, which does not count what earlier steps forgot. That of the
    /// [finished](Self::finish) analysis does, and is larger.
    pub fn last_noise_variance(&self) -> f64 {
        let squares: f64 = self.forgotten_last.iter().map(|sigma| sigma * sigma).sum();
        squares / (self.samples.max(2) as f64 - 1.0) / self.forgotten_last.len().max(1) as f64
    }

    /// The analysis of all blocks so far; more may follow. Its spectrum has k values, its total variance is exact, and
    /// its [noise](Pca::noise_variance) the mean of all variance that is not explained.
    ///
    /// # Errors
    /// [`PcaError::NoSamples`] or [`PcaError::TooManyComponents`] if there were fewer samples than components.
    pub fn finish(&self) -> Result<Pca<S>, PcaError> {
        let known = self.singular_values.len();
        if self.samples == 0 {
            return Err(PcaError::NoSamples);
        }
        if known < self.components {
            return Err(PcaError::TooManyComponents { components: self.components, most: known });
        }
        Ok(Pca {
            mean: self.sums.iter().map(|sum| S::of(sum.mean(self.samples as f64))).collect(),
            components: signed(&self.directions, known),
            spectrum: Array1::from(self.singular_values.clone()),
            norm: norm(&self.singular_values).hypot(self.forgotten),
            samples: self.samples,
            whiten: false,
        })
    }
}
