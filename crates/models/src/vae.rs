//! # Variational autoencoder
//!
//! ```text
//! q(z|x) = N(mu, e^log_var)       (mu, log_var) = encoder(x)
//! z = mu + e^(log_var / 2) · ε     ε ~ N(0, 1)
//! loss = −ln p(x|z) + beta · KL(q(z|x) ‖ N(0, 1))
//! ```
//!
//! Kingma and Welling, *Auto-encoding variational Bayes* (ICLR 2014), equation 10 with L = `draws` codes a sample, over
//! which −ln p(x|z) is averaged; beta as in Higgins et al. 2017, grown linearly from 0 over the first epochs if a warm-up is asked for (Sønderby et al. 2016).
//! With Bernoulli pixels the loss at beta = 1 is the negative ELBO in nats.

use diabolo_autodiff::{Tape, Var};
use diabolo_kernels::Scalar;
use diabolo_nn::{Activation, Context, Dense, Keys, Layer, Module, Parameter, Path, Sequential};
use ndarray::{ArrayView2, Axis};

use crate::latent::LatentDimension;
use crate::likelihood::{INITIAL_LOG_VARIANCE, Likelihood};
use crate::model::{Autoencoder, Loss, Model, SummaryRow};
use crate::{inference, summary};

/// A variational autoencoder with a Gaussian posterior of independent dimensions.
#[derive(Debug)]
pub struct Vae<S> {
    encoder: Sequential<S>,
    decoder: Sequential<S>,
    likelihood: Likelihood,
    /// ln σ² of p(x|z), if it is learned.
    log_var: Option<Parameter<S>>,
    draws: u32,
    beta: f64,
    beta_warmup: f64,
    inputs: usize,
    latent: usize,
}

impl<S: Scalar> Vae<S> {
    /// A VAE with these hidden sizes in the encoder, from the outside in, mirrored in the decoder, at beta = 1.
    pub fn new(
        keys: &mut Keys,
        inputs: usize,
        hidden: &[usize],
        latent: usize,
        style: impl Into<Dense>,
        likelihood: Likelihood,
    ) -> Self {
        let style = style.into();
        let down: Vec<usize> = [&[inputs], hidden, &[2 * latent]].concat();
        let mut up: Vec<usize> = down.iter().rev().copied().collect();
        up[0] = latent;
        Self {
            encoder: Sequential::dense(keys, &down, style, Activation::Identity),
            decoder: Sequential::dense(keys, &up, style, Activation::Identity),
            likelihood,
            log_var: (likelihood == Likelihood::LearnedGaussian)
                .then(|| Parameter::new(&[1], |log_var| log_var.fill(S::of(INITIAL_LOG_VARIANCE)))),
            draws: 1,
            beta: 1.0,
            beta_warmup: 0.0,
            inputs,
            latent,
        }
    }

    /// The same model with another weight of the KL term, reached linearly after `warmup` epochs.
    #[must_use]
    pub fn beta(self, beta: f64, warmup: f64) -> Self {
        Self { beta, beta_warmup: warmup, ..self }
    }

    /// The same model with −ln p(x|z) averaged over this many codes a sample in each step.
    ///
    /// # Panics
    /// If `draws` is 0.
    #[must_use]
    #[track_caller]
    pub fn draws(self, draws: u32) -> Self {
        assert!(draws > 0, "a VAE needs at least one code a sample");
        Self { draws, ..self }
    }

    /// σ of p(x|z), if it is learned.
    pub fn learned_sigma(&self) -> Option<f64> {
        self.log_var.as_ref().map(|log_var| (0.5 * log_var.value()[0].to_f64()).exp())
    }

    /// (mu, log_var) of q(z|x).
    pub fn posterior<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> (Var<'t, S>, Var<'t, S>) {
        let both = context.scope("encoder", |context| self.encoder.forward(context, x));
        (both.slice(1, 0..self.latent), both.slice(1, self.latent..2 * self.latent))
    }

    /// −ln p(x|z) of each sample, averaged over the codes drawn: (n).
    fn reconstruction<'t>(
        &self,
        context: &mut Context<'t, S>,
        (mu, log_var): (Var<'t, S>, Var<'t, S>),
        x: Var<'t, S>,
    ) -> Var<'t, S> {
        let mut of_one_draw = || {
            let key = context.next_key();
            let z = mu.reparameterize(log_var, key);
            let output = context.scope("decoder", |context| self.decoder.forward(context, z));
            match &self.log_var {
                Some(log_var) => Likelihood::learned_rows(output, x, context.parameter(log_var)),
                None => self.likelihood.rows(output, x),
            }
        };
        let first = of_one_draw();
        let sum = (1..self.draws).fold(first, |sum, _| sum + of_one_draw());
        if self.draws == 1 { sum } else { sum * (1.0 / f64::from(self.draws)) }
    }

    fn beta_at(&self, progress: f64) -> f64 {
        if progress >= self.beta_warmup { self.beta } else { self.beta * progress / self.beta_warmup }
    }
}

impl<S: Scalar> Module<S> for Vae<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        self.encoder.visit(at.join("encoder"), see);
        self.decoder.visit(at.join("decoder"), see);
        self.log_var.iter().for_each(|log_var| see(at.join("log_var"), log_var));
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        self.encoder.visit_mut(at.join("encoder"), see);
        self.decoder.visit_mut(at.join("decoder"), see);
        self.log_var.iter_mut().for_each(|log_var| see(at.join("log_var"), log_var));
    }
}

impl<S: Scalar> Model<S> for Vae<S> {
    /// −ln p(x|z) + beta · KL(q(z|x) ‖ N(0, 1)), averaged over samples.
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S> {
        let (mu, log_var) = self.posterior(context, x);
        let reconstruction = self.reconstruction(context, (mu, log_var), x).mean_all();
        let kl = mu.gaussian_kl(log_var).mean_all();
        let loss = match self.beta_at(context.progress()) {
            1.0 => reconstruction + kl,
            beta => reconstruction + kl * beta,
        };
        Loss::new(loss).with("reconstruction", reconstruction).with("kl", kl)
    }

    fn summary(&self) -> Vec<SummaryRow> {
        let mut rows = summary::rows("encoder", &self.encoder, self.inputs);
        rows.push(SummaryRow {
            name: "latent".to_owned(),
            layer: "z = mu + e^(log_var/2) · ε".to_owned(),
            output: vec![self.latent],
            parameters: 0,
        });
        rows.extend(summary::rows("decoder", &self.decoder, self.latent));
        if self.log_var.is_some() {
            let (name, layer) = ("log_var".to_owned(), "ln σ² of p(x|z)".to_owned());
            rows.push(SummaryRow { name, layer, output: vec![1], parameters: 1 });
        }
        rows
    }
}

impl<S: Scalar> Autoencoder<S> for Vae<S> {
    fn inputs(&self) -> usize {
        self.inputs
    }

    fn latent(&self) -> usize {
        self.latent
    }

    fn encoder<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        self.posterior(context, x).0
    }

    fn decoder<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S> {
        let output = context.scope("decoder", |context| self.decoder.forward(context, z));
        self.likelihood.mean(output)
    }

    /// The negative ELBO at beta = 1, in nats.
    fn row_losses<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let (mu, log_var) = self.posterior(context, x);
        self.reconstruction(context, (mu, log_var), x) + mu.gaussian_kl(log_var)
    }

    fn latent_dimensions(&self, samples: ArrayView2<'_, S>) -> Option<Vec<LatentDimension>> {
        let mut sums = vec![[0.0_f64; 3]; self.latent];
        let mut tape = Tape::new();
        for rows in samples.axis_chunks_iter(Axis(0), inference::CHUNK) {
            let mut context = Context::inference(&tape);
            let (mu, log_var) = self.posterior(&mut context, tape.constant(&rows));
            let (mu, log_var) = (mu.value(), log_var.value());
            for (i, (mu, log_var)) in mu.iter().zip(&log_var).map(|(m, v)| (m.to_f64(), v.to_f64())).enumerate() {
                let [kl, first, second] = &mut sums[i % self.latent];
                *kl += 0.5 * (mu * mu + log_var.exp() - log_var - 1.0);
                *first += mu;
                *second += mu * mu;
            }
            tape.reset();
        }
        let n = samples.nrows() as f64;
        let finish = |[kl, first, second]: [f64; 3]| LatentDimension {
            kl: kl / n,
            mean_of_mean: first / n,
            variance_of_mean: second / n - (first / n).powi(2),
        };
        Some(sums.into_iter().map(finish).collect())
    }
}
