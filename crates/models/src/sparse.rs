//! # Sparse autoencoder
//!
//! ```text
//! z = g(a), a = encoder(x)        g = relu for L1, σ for KL
//! loss = −ln p(x|z) + penalty(z)
//! ```
//!
//! Codes that may be larger than the data, of which few units are active at a time. The penalties and their sources are in
//! [`Sparsity`]. With linear decoding an L1 penalty can be paid in smaller codes and larger weights of the decoder, which
//! some weight decay prevents.

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;
use diabolo_nn::{Context, Module, Parameter, Path};

use crate::deep::DeepAutoencoder;
use crate::model::{Autoencoder, Loss, Model, SummaryRow};
use crate::sparsity::Sparsity;

/// An autoencoder most of whose units are silent most of the time.
#[derive(Debug)]
pub struct SparseAutoencoder<S> {
    inner: DeepAutoencoder<S>,
    sparsity: Sparsity,
}

impl<S: Scalar> SparseAutoencoder<S> {
    /// Trains `inner` with a penalty on its codes.
    pub fn new(inner: DeepAutoencoder<S>, sparsity: Sparsity) -> Self {
        Self { inner, sparsity }
    }

    /// The share of units above the threshold, over all samples.
    fn share_of_active<'t>(&self, z: Var<'t, S>) -> Var<'t, S> {
        let threshold = S::of(self.sparsity.active_above());
        let active = z.look(|z| z.iter().filter(|z| **z > threshold).count());
        z.tape().scalar(active as f64 / z.shape().size().max(1) as f64)
    }
}

impl<S: Scalar> Module<S> for SparseAutoencoder<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.inner.visit(at, see);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.inner.visit_mut(at, see);
    }
}

impl<S: Scalar> Model<S> for SparseAutoencoder<S> {
    /// −ln p(x|z) in the units of the likelihood, averaged over samples, plus the weighted penalty of the batch.
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S> {
        let a = self.inner.encoder(context, x);
        let z = self.sparsity.code(a);
        let penalty = self.sparsity.penalty(a, z);
        let reconstruction = self.inner.row_losses_of(context, z, x).mean_all();
        let loss = Loss::new(reconstruction + penalty).with("reconstruction", reconstruction).with("sparsity", penalty);
        if context.is_training() {
            return loss;
        }
        loss.with("active", self.share_of_active(z))
    }

    fn summary(&self) -> Vec<SummaryRow> {
        let mut rows = self.inner.summary();
        let code = match self.sparsity {
            Sparsity::L1 { .. } => "z = relu(a)",
            Sparsity::Kl { .. } => "z = sigmoid(a)",
        };
        let decoder = rows.iter().position(|row| row.name.starts_with("decoder")).unwrap_or(rows.len());
        let (name, output) = ("latent".to_owned(), vec![self.latent()]);
        rows.insert(decoder, SummaryRow { name, layer: code.to_owned(), output, parameters: 0 });
        rows
    }
}

impl<S: Scalar> Autoencoder<S> for SparseAutoencoder<S> {
    fn inputs(&self) -> usize {
        self.inner.inputs()
    }

    fn latent(&self) -> usize {
        self.inner.latent()
    }

    fn encoder<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let a = self.inner.encoder(context, x);
        self.sparsity.code(a)
    }

    fn decoder<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        self.inner.decoder(context, z)
    }

    fn row_losses<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let z = self.encoder(context, x);
        self.inner.row_losses_of(context, z, x)
    }

    fn active_above(&self) -> Option<f64> {
        Some(self.sparsity.active_above())
    }
}
