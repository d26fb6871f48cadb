//! # Linear autoencoder
//!
//! z = W₁·(x − b₁′) and x̂ = W₂·z + b₂, trained on ‖x − x̂‖². With biases, W₁x + b₁ stands for the first.
//!
//! Its minimum spans the subspace of the first principal components (Baldi and Hornik 1989), so that its error can be held
//! beside PCA's. Tied weights take W₂ = W₁ᵀ.

use diabolo_autodiff::Var;
use diabolo_autodiff::ops::linear::Fused;
use diabolo_kernels::Scalar;
use diabolo_nn::{Context, Initialiser, Keys, Module, Parameter, Path};

use crate::model::{Autoencoder, Loss, Model, SummaryRow};

/// A linear autoencoder.
#[derive(Debug)]
pub struct LinearAutoencoder<S> {
    encoder: Affine<S>,
    decoder: Affine<S>,
}

/// A weight (out, in), absent in a decoder that shares the encoder's, and a bias (out) if there is one.
#[derive(Debug)]
struct Affine<S> {
    weight: Option<Parameter<S>>,
    bias: Option<Parameter<S>>,
}

impl<S: Scalar> LinearAutoencoder<S> {
    /// An autoencoder with `latent` codes, Xavier-initialised, biases at 0. `tied` shares one weight between both halves.
    pub fn new(keys: &mut Keys, inputs: usize, latent: usize, tied: bool, bias: bool) -> Self {
        let mut affine = |from: usize, to: usize, own: bool| Affine {
            weight: own.then(|| {
                let key = keys.next_key();
                Parameter::new(&[to, from], |w| Initialiser::XavierUniform.fill(key, from, to, w))
            }),
            bias: bias.then(|| Parameter::new(&[to], |b| b.fill(S::zero()))),
        };
        Self { encoder: affine(inputs, latent, true), decoder: affine(latent, inputs, !tied) }
    }

    fn weight(&self) -> &Parameter<S> {
        self.encoder.weight.as_ref().expect("the encoder owns its weight")
    }
}

impl<S: Scalar> Affine<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.weight.iter().for_each(|w| see(at.join("weight"), w));
        self.bias.iter().for_each(|b| see(at.join("bias"), b));
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.weight.iter_mut().for_each(|w| see(at.join("weight"), w));
        self.bias.iter_mut().for_each(|b| see(at.join("bias"), b));
    }
}

impl<S: Scalar> Module<S> for LinearAutoencoder<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.encoder.visit(at.join("encoder"), see);
        self.decoder.visit(at.join("decoder"), see);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.encoder.visit_mut(at.join("encoder"), see);
        self.decoder.visit_mut(at.join("decoder"), see);
    }
}

impl<S: Scalar> Model<S> for LinearAutoencoder<S> {
    /// ‖x − x̂‖², averaged over samples.
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S> {
        let z = self.encoder(context, x);
        let error = self.decoder(context, z).squared_error(x).mean_all();
        Loss::new(error).with("reconstruction", error)
    }

    fn summary(&self) -> Vec<SummaryRow> {
        let row = |name: &str, layer: &str, half: &Affine<S>, output: usize| {
            let parameters = half.weight.iter().chain(&half.bias).map(|p| p.shape().size()).sum();
            SummaryRow { name: name.to_owned(), layer: layer.to_owned(), output: vec![output], parameters }
        };
        let second = if self.decoder.weight.is_some() { "linear" } else { "linear, tied" };
        vec![
            row("encoder", "linear", &self.encoder, self.latent()),
            row("decoder", second, &self.decoder, self.inputs()),
        ]
    }
}

impl<S: Scalar> Autoencoder<S> for LinearAutoencoder<S> {
    fn inputs(&self) -> usize {
        self.weight().shape()[1]
    }

    fn latent(&self) -> usize {
        self.weight().shape()[0]
    }

    fn encoder<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        context.scope("encoder", |context| {
            let bias = self.encoder.bias.as_ref().map(|b| context.parameter(b));
            x.linear(context.parameter(self.weight()), bias, Fused::Identity)
        })
    }

    fn decoder<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        context.scope("decoder", |context| {
            let bias = self.decoder.bias.as_ref().map(|b| context.parameter(b));
            match (&self.decoder.weight, bias) {
                (Some(weight), bias) => z.linear(context.parameter(weight), bias, Fused::Identity),
                (None, Some(bias)) => z.matmul(context.parameter(self.weight())) + bias,
                (None, None) => z.matmul(context.parameter(self.weight())),
            }
        })
    }
}
