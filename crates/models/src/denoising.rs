//! # Denoising autoencoder
//!
//! x̃ ~ q(x̃|x), z = f(x̃), x̂ = g(z), trained on the error between x̂ and the *clean* x: Vincent et al., *Extracting and
//! composing robust features with denoising autoencoders* (ICML 2008). Fresh noise is drawn for every sample of every epoch.

use diabolo_autodiff::Var;
use diabolo_data::Corruption;
use diabolo_kernels::Scalar;
use diabolo_nn::{Context, Module, Parameter, Path};

use crate::deep::DeepAutoencoder;
use crate::model::{Autoencoder, Loss, Model, SummaryRow};

/// An autoencoder trained to undo a corruption.
#[derive(Debug)]
pub struct DenoisingAutoencoder<S> {
    inner: DeepAutoencoder<S>,
    corruption: Corruption,
}

impl<S: Scalar> DenoisingAutoencoder<S> {
    /// Trains `inner` to undo `corruption`.
    pub fn new(inner: DeepAutoencoder<S>, corruption: Corruption) -> Self {
        Self { inner, corruption }
    }

    /// x̃, with noise of the context's next key.
    fn corrupt<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let key = context.next_key();
        context.tape().constant_from(x, |values| self.corruption.apply(key, values))
    }
}

impl<S: Scalar> Module<S> for DenoisingAutoencoder<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.inner.visit(at, see);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.inner.visit_mut(at, see);
    }
}

impl<S: Scalar> Model<S> for DenoisingAutoencoder<S> {
    /// −ln p(x | g(f(x̃))) in the units of the likelihood, averaged over samples.
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S> {
        let corrupted = self.corrupt(context, x);
        self.inner.loss_between(context, corrupted, x)
    }

    fn summary(&self) -> Vec<SummaryRow> {
        self.inner.summary()
    }
}

impl<S: Scalar> Autoencoder<S> for DenoisingAutoencoder<S> {
    fn inputs(&self) -> usize {
        self.inner.inputs()
    }

    fn latent(&self) -> usize {
        self.inner.latent()
    }

    fn encoder<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        self.inner.encoder(context, x)
    }

    fn decoder<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        self.inner.decoder(context, z)
    }

    fn row_losses<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        self.inner.row_losses(context, x)
    }
}
