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
//! **Accuracy and memory.** Mean and decomposition are computed in `f64` whatever the scalar. Where it matters they come
//! from [the data itself](svd) and not from its covariance matrix, whose eigenvalues σ² have lost half the digits of the
//! small σ; see [`Solver`] for the ways and who takes which. Samples are read in blocks, twice: once for the mean, once
//! for the decomposition. Nothing as large as the data is ever allocated, unless there are fewer samples than features.
//!
//! | file | idea |
//! |---|---|
//! | `components`, `minka` | how many components to keep |
//! | `fit`, `mean`, `samples` | from samples to components |
//! | `solver` | exact, by the covariance matrix, randomized |
//! | `incremental` | blocks that come one after the other |
//! | `variance` | variances, shares, noise |
//! | `probabilistic` | the density of which the components are the maximum of the likelihood |
//! | `parts` | taking apart and putting together |
//! | `svd` | the linear algebra |
//!
//! Sources: Pearson (1901); Hotelling (1933); Jolliffe, *Principal Component Analysis*, 2nd ed., sections 1.1 and 3.5.

mod components;
mod error;
mod fit;
mod incremental;
mod mean;
mod minka;
mod parts;
mod probabilistic;
mod samples;
mod solver;
pub mod svd;
mod variance;

use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::{Scalar, product};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2};

pub use components::Components;
pub use error::PcaError;
pub use incremental::IncrementalPca;
pub use parts::PcaParts;
pub use solver::Solver;

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
/// As many components as explain 90 % of the variance, codes of variance 1, and how probable each sample is:
/// ```
/// use diabolo_models::pca::{Components, Pca};
/// use ndarray::{Array2, Axis};
///
/// let waves = Array2::from_shape_fn((50, 8), |(i, j)| (0.3 * (i * j) as f64).sin() / (1 + j) as f64);
/// let pca = Pca::fit(waves.view(), Components::Variance(0.9))?.whitened();
/// assert!(pca.explained_variance_ratio().sum() > 0.9);
///
/// let codes = pca.transform(waves.view());
/// assert!(codes.var_axis(Axis(0), 1.0).iter().all(|variance| (variance - 1.0).abs() < 1e-12));
///
/// let known = pca.log_likelihood(waves.view())?.mean().expect("there are samples");
/// let strange = pca.log_likelihood(Array2::from_elem((1, 8), 3.0).view())?[0];
/// assert!(strange < known);
/// # Ok::<(), diabolo_models::pca::PcaError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pca<S> {
    mean: Array1<S>,
    components: Array2<S>,
    spectrum: Array1<f64>,
    norm: f64,
    samples: usize,
    whiten: bool,
}

impl<S: Scalar> Pca<S> {
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

    /// Whether codes are divided by their standard deviations.
    pub fn is_whitened(&self) -> bool {
        self.whiten
    }

    /// The same analysis with codes of variance 1: code i is divided by the standard deviation sᵢ = σᵢ/√(n − 1) of the
    /// samples along component i, and multiplied by it again on the way back, so that reconstructions stay the same.
    ///
    /// A deviation below the round-off unit of the scalar (2.2·10⁻¹⁶ for `f64`, 1.2·10⁻⁷ for `f32`) is raised to it, as in
    /// scikit-learn, so that a component without variance has small codes instead of infinite ones.
    ///
    /// ```
    /// use diabolo_models::Pca;
    /// use ndarray::array;
    ///
    /// let cross = array![[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]]; // variances 6 and 2/3
    /// let pca = Pca::fit(cross.view(), 2)?.whitened();
    /// let codes = pca.transform(cross.view());
    /// assert!((codes[[0, 0]] - 3.0 / 6_f64.sqrt()).abs() < 1e-15);
    /// assert!((codes[[2, 1]] - 1.5_f64.sqrt()).abs() < 1e-15);
    /// # Ok::<(), diabolo_models::pca::PcaError>(())
    /// ```
    #[must_use]
    pub fn whitened(self) -> Self {
        Self { whiten: true, ..self }
    }

    /// sᵢ, by which whitened codes are divided.
    fn deviations(&self) -> Array1<S> {
        let smallest = round_off::<S>();
        self.explained_variance().mapv(|variance| S::of(variance.sqrt().max(smallest)))
    }

    /// Codes Z = (X − 1μᵀ) Wᵀ of the rows of `data`: (m × d) → (m × k); each divided by its deviation if the analysis is
    /// [`whitened`](Self::whitened).
    ///
    /// # Panics
    /// If `data` does not have d columns.
    #[inline(never)]
    #[track_caller]
    pub fn transform(&self, data: ArrayView2<'_, S>) -> Array2<S> {
        let mut codes = self.project(&self.centred(data));
        if self.whiten {
            codes /= &self.deviations();
        }
        codes
    }

    /// X − 1μᵀ
    #[track_caller]
    fn centred(&self, data: ArrayView2<'_, S>) -> Array2<S> {
        let d = self.components.ncols();
        assert_eq!(data.ncols(), d, "data of {} features given to a PCA of {d} features", data.ncols());
        let mut centred = data.as_standard_layout().into_owned();
        for mut row in centred.rows_mut() {
            row.zip_mut_with(&self.mean, |x, mean| *x -= *mean);
        }
        centred
    }

    /// Z = C Wᵀ of centred samples C.
    fn project(&self, centred: &Array2<S>) -> Array2<S> {
        let (k, d) = self.components.dim();
        let mut codes = Array2::default((centred.nrows(), k));
        let components = Operand::new(flat(&self.components), k, d).t();
        product(Operand::new(flat(centred), centred.nrows(), d), components, flat_mut(&mut codes), Epilogue::Store);
        codes
    }

    /// Z W + 1bᵀ
    fn lift(&self, codes: &ArrayRef2<S>, bias: &[S]) -> Array2<S> {
        let (k, d) = self.components.dim();
        let mut data = Array2::default((codes.nrows(), d));
        let components = Operand::new(flat(&self.components), k, d);
        product(Operand::new(flat(codes), codes.nrows(), k), components, flat_mut(&mut data), Epilogue::Bias(bias));
        data
    }

    /// Reconstructions X̂ = Z W + 1μᵀ from the rows of `codes`: (m × k) → (m × d). The exact inverse of
    /// [`transform`](Self::transform) for samples in the plane of the components, whitened or not.
    ///
    /// # Panics
    /// If `codes` does not have k columns.
    #[inline(never)]
    #[track_caller]
    pub fn inverse_transform(&self, codes: ArrayView2<'_, S>) -> Array2<S> {
        let k = self.components.nrows();
        assert_eq!(codes.ncols(), k, "codes of {} numbers given to a PCA of {k} components", codes.ncols());
        let mut codes = codes.as_standard_layout();
        if self.whiten {
            codes = (&codes * &self.deviations()).into();
        }
        self.lift(&codes, self.mean.as_slice().expect("a mean is stored contiguously"))
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

/// The distance from 1 to the next larger number of `S`.
fn round_off<S: Scalar>() -> f64 {
    if S::of(1.0 + f64::EPSILON) == S::one() { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

fn flat<S>(matrix: &ArrayRef2<S>) -> &[S] {
    matrix.as_slice().expect("a matrix in standard layout is contiguous")
}

fn flat_mut<S>(matrix: &mut ArrayRef2<S>) -> &mut [S] {
    matrix.as_slice_mut().expect("a matrix in standard layout is contiguous")
}
