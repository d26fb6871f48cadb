//! Taking an analysis apart and putting it together.

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2, Axis, Slice};

use super::Pca;
use super::error::PcaError;
use super::svd::norm;

/// What a fitted analysis consists of; the methods of [`Pca`] say more of each.
#[derive(Clone, Debug, PartialEq)]
pub struct PcaParts<S> {
    /// μ, d values.
    pub mean: Array1<S>,
    /// W, k × d.
    pub components: Array2<S>,
    /// The known singular values, between k and min(n, d) of them.
    pub spectrum: Array1<f64>,
    /// ‖X − 1μᵀ‖, from all singular values; `None` if the spectrum holds all.
    pub norm: Option<f64>,
    /// n
    pub samples: usize,
    /// Whether codes are divided by their deviations.
    pub whiten: bool,
}

impl<S: Scalar> Pca<S> {
    /// Puts a fitted analysis together again.
    ///
    /// # Errors
    /// [`PcaError::Parts`] if the parts do not fit each other.
    pub fn from_parts(parts: PcaParts<S>) -> Result<Self, PcaError> {
        let PcaParts { mut mean, mut components, spectrum, norm: whole, samples, whiten } = parts;
        let (k, d) = components.dim();
        let values = samples.min(d);
        let known = norm(&spectrum.to_vec());
        let norm = whole.unwrap_or(known);
        let is_whole = spectrum.len() == values || whole.is_some();
        let sums_fit = norm.is_finite() && known <= norm * (1.0 + values as f64 * f64::EPSILON);
        if k == 0 || spectrum.len() < k || spectrum.len() > values || mean.len() != d || !is_whole || !sums_fit {
            return Err(PcaError::Parts {
                components: k,
                features: d,
                mean: mean.len(),
                spectrum: spectrum.len(),
                samples,
            });
        }
        let spectrum = spectrum.as_standard_layout().into_owned();
        if !mean.is_standard_layout() {
            mean = mean.as_standard_layout().into_owned();
        }
        if !components.is_standard_layout() {
            components = components.as_standard_layout().into_owned();
        }
        Ok(Self { mean, components, spectrum, norm, samples, whiten })
    }

    /// The parts.
    pub fn into_parts(self) -> PcaParts<S> {
        let Self { mean, components, spectrum, norm, samples, whiten } = self;
        PcaParts { mean, components, spectrum, norm: Some(norm), samples, whiten }
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
}
