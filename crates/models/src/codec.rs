//! What PCA and autoencoders have in common.

use diabolo_kernels::Scalar;
use ndarray::{Array2, ArrayView2, Zip};

use crate::model::Autoencoder;
use crate::pca::Pca;

/// Anything that turns samples into codes and codes into samples: every autoencoder, and PCA.
pub trait Codec<S: Scalar> {
    /// Codes (n, latent) of samples (n, inputs).
    ///
    /// # Panics
    /// If the samples have another number of columns than the model takes.
    fn encode(&self, samples: ArrayView2<'_, S>) -> Array2<S>;

    /// Samples (n, inputs) of codes (n, latent), in the units of the data.
    ///
    /// # Panics
    /// If the codes have another number of columns than the model makes.
    fn decode(&self, codes: ArrayView2<'_, S>) -> Array2<S>;

    /// Samples as they come back from their codes.
    fn reconstruct(&self, samples: ArrayView2<'_, S>) -> Array2<S> {
        self.decode(self.encode(samples).view())
    }
}

impl<S: Scalar> Codec<S> for dyn Autoencoder<S> + '_ {
    fn encode(&self, samples: ArrayView2<'_, S>) -> Array2<S> {
        Autoencoder::encode(self, samples)
    }

    fn decode(&self, codes: ArrayView2<'_, S>) -> Array2<S> {
        Autoencoder::decode(self, codes)
    }
}

impl<S: Scalar> Codec<S> for Pca<S> {
    fn encode(&self, samples: ArrayView2<'_, S>) -> Array2<S> {
        self.transform(samples)
    }

    fn decode(&self, codes: ArrayView2<'_, S>) -> Array2<S> {
        self.inverse_transform(codes)
    }
}

/// The squared error of each sample: Σ (x − x̂)² over its numbers, summed in `f64`.
pub fn squared_errors<S: Scalar>(samples: ArrayView2<'_, S>, reconstructions: ArrayView2<'_, S>) -> Vec<f64> {
    let pairs = samples.rows().into_iter().zip(reconstructions.rows());
    pairs.map(|(x, y)| Zip::from(x).and(y).fold(0.0, |sum, x, y| sum + (*x - *y).to_f64().powi(2))).collect()
}
