//! # Deep autoencoder
//!
//! inputs → hidden layers → latent (linear) → hidden layers mirrored → inputs, trained on the squared error or on the
//! cross-entropy of Bernoulli pixels. The shape of Hinton and Salakhutdinov, *Reducing the dimensionality of data with
//! neural networks* (Science 313, 2006) is 784-1000-500-250-30; here all layers are trained at once.

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;
use diabolo_nn::{Activation, Context, Dense, Keys, Layer, Module, Parameter, Path, Sequential};

use crate::likelihood::Likelihood;
use crate::model::{Autoencoder, Loss, Model, SummaryRow};
use crate::summary;

/// A deep autoencoder with a mirrored decoder.
#[derive(Debug)]
pub struct DeepAutoencoder<S> {
    encoder: Sequential<S>,
    decoder: Sequential<S>,
    likelihood: Likelihood,
    inputs: usize,
    latent: usize,
}

impl<S: Scalar> DeepAutoencoder<S> {
    /// An autoencoder with these hidden sizes in the encoder, from the outside in.
    pub fn new(
        keys: &mut Keys,
        inputs: usize,
        hidden: &[usize],
        latent: usize,
        style: impl Into<Dense>,
        likelihood: Likelihood,
    ) -> Self {
        let style = style.into();
        let sizes: Vec<usize> = [&[inputs], hidden, &[latent]].concat();
        let mirrored: Vec<usize> = sizes.iter().rev().copied().collect();
        Self {
            encoder: Sequential::dense(keys, &sizes, style, Activation::Identity),
            decoder: Sequential::dense(keys, &mirrored, style, Activation::Identity),
            likelihood,
            inputs,
            latent,
        }
    }

    /// The decoder's output before it is turned into data: logits, for Bernoulli pixels.
    pub(crate) fn output<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        context.scope("decoder", |context| self.decoder.forward(context, z))
    }

    /// −ln p(target|z) of each sample: (n).
    pub(crate) fn row_losses_of<'t>(
        &self,
        context: &mut Context<'t, S>,
        z: Var<'t, S>,
        target: Var<'t, S>,
    ) -> Var<'t, S> {
        let output = self.output(context, z);
        self.likelihood.rows(output, target)
    }

    /// The loss of reconstructing `target` from `input`.
    pub(crate) fn loss_between<'t>(
        &self,
        context: &mut Context<'t, S>,
        input: Var<'t, S>,
        target: Var<'t, S>,
    ) -> Loss<'t, S> {
        let z = self.encoder(context, input);
        let output = self.output(context, z);
        let reconstruction = self.likelihood.rows(output, target).mean_all();
        let loss = Loss::new(reconstruction).with("reconstruction", reconstruction);
        if context.is_training() || self.likelihood == Likelihood::SquaredError {
            return loss;
        }
        loss.with("squared_error", self.likelihood.mean(output).squared_error(target).mean_all())
    }
}

impl<S: Scalar> Module<S> for DeepAutoencoder<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.encoder.visit(at.join("encoder"), see);
        self.decoder.visit(at.join("decoder"), see);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.encoder.visit_mut(at.join("encoder"), see);
        self.decoder.visit_mut(at.join("decoder"), see);
    }
}

impl<S: Scalar> Model<S> for DeepAutoencoder<S> {
    /// −ln p(x|z) in the units of the likelihood, averaged over samples.
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S> {
        self.loss_between(context, x, x)
    }

    fn summary(&self) -> Vec<SummaryRow> {
        let mut rows = summary::rows("encoder", &self.encoder, self.inputs);
        rows.extend(summary::rows("decoder", &self.decoder, self.latent));
        rows
    }
}

impl<S: Scalar> Autoencoder<S> for DeepAutoencoder<S> {
    fn inputs(&self) -> usize {
        self.inputs
    }

    fn latent(&self) -> usize {
        self.latent
    }

    fn encoder<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        context.scope("encoder", |context| self.encoder.forward(context, x))
    }

    fn decoder<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        let output = self.output(context, z);
        self.likelihood.mean(output)
    }

    fn row_losses<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let z = self.encoder(context, x);
        self.row_losses_of(context, z, x)
    }
}
