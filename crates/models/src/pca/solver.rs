//! Ways from centred data to their singular values and right singular vectors.

use diabolo_kernels::Scalar;

use super::components::Components;
use super::error::PcaError;
use super::mean::Moments;
use super::samples::Samples;
use super::svd::Columns;

mod centred;
mod centring;
mod exact;
mod gram;
mod randomized;

use centred::Centred;

/// The work n·d² from which a covariance matrix is worth its while; less is decomposed exactly in no time.
const MUCH_WORK: f64 = 1e8;
/// So many samples for each feature make the data tall.
const TALL: usize = 4;
/// Round-off of a covariance matrix is some 10⁻¹⁶ of its largest eigenvalue. An eigenvalue of at least this share of it
/// keeps ten digits.
const TEN_DIGITS: f64 = 1e-5;

/// How the centred data are decomposed.
///
/// | solver | cost | spectrum | accuracy |
/// |---|---|---|---|
/// | [`Exact`](Self::Exact) | 2nd² and more | all | each σ to round-off of σ₁ |
/// | [`Gram`](Self::Gram) | nd² | all | each σ² to round-off of σ₁², so that σ < 10⁻⁸ σ₁ are lost |
/// | [`Randomized`](Self::Randomized) | some 20 to 40·ndk | the first k | an approximation, good where σ falls fast behind σₖ |
///
/// All of them read the samples in blocks, compute in `f64` whatever the scalar (but for the powers of the randomized solver),
/// and give the same bits at any number of threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Solver {
    /// [`Gram`](Self::Gram) if the data are tall and much work (n ≥ 4d and n·d² ≥ 10⁸) *and* what is asked for turns out
    /// to have kept ten digits: no variance that is kept, nor the mean of those left out (of which
    /// [`Components::Mle`] reads each), is below 10⁻⁵ of the largest. [`Exact`](Self::Exact) in all other cases.
    ///
    /// [`spectrum`](super::Pca::spectrum) as a whole has the accuracy of the solver that was taken.
    #[default]
    Auto,
    /// The singular value decomposition of [the data themselves](super::svd).
    Exact,
    /// The eigenvectors of XᵀX, by tridiagonalisation and the implicit QL method. For many more samples than features: it
    /// holds a d × d matrix. Eigenvalues below their round-off, dε of the largest, are given as 0.
    Gram,
    /// The range of X is found from its products with a few random vectors: k + 10 of them, and 4 power iterations, or 7 if
    /// k < min(n, d)/10.
    ///
    /// An iteration multiplies with XᵀX in the scalar of the samples and normalises by QR; the last product is taken in
    /// `f64`. The data are read 5 or 8 times, and nothing of n rows is held. If round-off ε of that scalar could show in what
    /// is kept (σₖ² < √ε σ₁²), all is done again in `f64` with a QR factorisation after each product with X and with Xᵀ,
    /// which reads the data 10 or 16 times more and holds an n × (k + 10) matrix.
    ///
    /// √ε is 3.5·10⁻⁴ in `f32` and 1.5·10⁻⁸ in `f64`.
    ///
    /// Source: Halko, Martinsson & Tropp (2011), *Finding structure with randomness*, SIAM Review 53(2), algorithms 4.4 and
    /// 5.1; numbers of vectors and iterations are scikit-learn's.
    Randomized {
        /// The seed of the random vectors.
        seed: u64,
    },
}

/// X − 1μᵀ = U Σ Vᵀ without U.
#[derive(Debug)]
pub(super) struct Decomposition {
    /// The singular values that were found, the largest first.
    pub(super) spectrum: Vec<f64>,
    /// ‖X − 1μᵀ‖, the root of the sum of the squares of all singular values.
    pub(super) norm: f64,
    /// V: at least as many columns as components were asked for.
    pub(super) directions: Columns,
}

impl Solver {
    /// Everything that can be wrong without looking at the data.
    pub(super) fn check(self, components: Components) -> Result<(), PcaError> {
        match (self, components) {
            (Self::Randomized { .. }, Components::Variance(_) | Components::Mle) => Err(PcaError::SpectrumUnknown),
            _ => Ok(()),
        }
    }

    /// The decomposition of the samples, with as many directions as `components` asks for.
    pub(super) fn decompose<S: Scalar>(
        self,
        samples: &mut dyn Samples<S>,
        moments: &Moments,
        components: Components,
    ) -> Result<Decomposition, PcaError> {
        let (count, features) = samples.dim();
        let mut centred = Centred::new(samples, moments);
        let found = match (self, components) {
            (Self::Randomized { seed }, Components::Count(k)) => randomized::decompose(&mut centred, k, seed)?,
            (Self::Randomized { .. }, _) => return Err(PcaError::SpectrumUnknown),
            (Self::Gram, _) => gram::decompose(&mut centred, components)?,
            (Self::Auto, _) if is_worth_a_gram_matrix(count, features) => {
                let found = gram::decompose(&mut centred, components)?;
                if found.has_ten_digits(components, count) { found } else { exact::decompose(&mut centred)? }
            }
            (Self::Auto | Self::Exact, _) => exact::decompose(&mut centred)?,
        };
        let scale = centred.centring.scale;
        let spectrum = found.spectrum.iter().map(|sigma| sigma * scale).collect();
        Ok(Decomposition { spectrum, norm: found.norm * scale, ..found })
    }
}

fn is_worth_a_gram_matrix(samples: usize, features: usize) -> bool {
    samples >= TALL * features && samples as f64 * (features as f64).powi(2) >= MUCH_WORK
}

impl Decomposition {
    /// Whether the eigenvalues of a Gram matrix that decide about these components stand clear of its round-off.
    fn has_ten_digits(&self, components: Components, samples: usize) -> bool {
        let share = |sigma: f64| (sigma / self.spectrum[0]).powi(2);
        let smallest = self.spectrum.last().copied().unwrap_or(0.0);
        if self.norm == 0.0 || components == Components::Mle {
            return share(smallest) >= TEN_DIGITS;
        }
        let k = components.count(&self.spectrum, self.norm, samples);
        let (kept, left_out) = self.spectrum.split_at(k);
        let noise = left_out.iter().map(|sigma| share(*sigma)).sum::<f64>() / left_out.len().max(1) as f64;
        kept.iter().all(|sigma| share(*sigma) >= TEN_DIGITS) && (left_out.is_empty() || noise >= TEN_DIGITS)
    }
}
