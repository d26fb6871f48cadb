//! What PCA and autoencoders have in common.

use diabolo_kernels::Scalar;
use ndarray::{Array2, ArrayView2};

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
