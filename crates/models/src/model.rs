//! What a model is: parameters, a loss, and for an autoencoder an encoder and a decoder.

use std::fmt::Debug;

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;
use diabolo_nn::{Context, Module, Parameter, Path};
use ndarray::{Array2, ArrayView2};

use crate::inference::by_chunks;
use crate::latent::LatentDimension;

/// All that the trainer needs of a model.
pub trait Model<S: Scalar>: Module<S> + Debug + Send + Sync {
    /// The loss of a batch, one sample a row, averaged over samples.
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S>;

    /// The layers, for people to read.
    fn summary(&self) -> Vec<SummaryRow> {
        vec![]
    }
}

/// A model that turns samples into codes and codes into samples.
pub trait Autoencoder<S: Scalar>: Model<S> {
    /// The numbers in a sample.
    fn inputs(&self) -> usize;

    /// The numbers in a code.
    fn latent(&self) -> usize;

    /// Codes (n, latent) of samples (n, inputs); the mean where the model has a distribution of codes.
    fn encoder<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S>;

    /// Samples (n, inputs) of codes (n, latent), in the units of the data.
    fn decoder<'t>(&self, context: &mut Context<'t, S>, z: Var<'t, S>) -> Var<'t, S>;

    /// Codes (n, latent) of samples (n, inputs).
    ///
    /// # Panics
    /// If the samples have another number of columns than the model takes.
    #[track_caller]
    fn encode(&self, samples: ArrayView2<'_, S>) -> Array2<S> {
        by_chunks(samples, self.latent(), &|context, x| self.encoder(context, x))
    }

    /// Samples (n, inputs) of codes (n, latent), in the units of the data.
    ///
    /// # Panics
    /// If the codes have another number of columns than the model makes.
    #[track_caller]
    fn decode(&self, codes: ArrayView2<'_, S>) -> Array2<S> {
        by_chunks(codes, self.inputs(), &|context, z| self.decoder(context, z))
    }

    /// Samples as they come back from their codes.
    ///
    /// # Panics
    /// If the samples have another number of columns than the model takes.
    #[track_caller]
    fn reconstruct(&self, samples: ArrayView2<'_, S>) -> Array2<S> {
        self.decode(self.encode(samples).view())
    }

    /// How badly each sample fits the model, in the units of its loss: the error of its reconstruction, or the negative ELBO
    /// of a model with a distribution of codes, beside whatever else the loss of a batch holds. (n)
    fn row_losses<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let z = self.encoder(context, x);
        self.decoder(context, z).squared_error(x)
    }

    /// What a unit of the code must exceed to count as active, for a model with sparse codes.
    fn active_above(&self) -> Option<f64> {
        None
    }

    /// What each dimension of the code carries over `samples`, for a model with a distribution of codes: one whose prior is
    /// N(0, 1), so that samples can be drawn by decoding normal numbers.
    fn latent_dimensions(&self, _samples: ArrayView2<'_, S>) -> Option<Vec<LatentDimension>> {
        None
    }
}

impl<S: Scalar> Module<S> for Box<dyn Autoencoder<S>> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        (**self).visit(at, see);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        (**self).visit_mut(at, see);
    }
}

impl<S: Scalar> Model<S> for Box<dyn Autoencoder<S>> {
    fn loss<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Loss<'t, S> {
        (**self).loss(context, x)
    }

    fn summary(&self) -> Vec<SummaryRow> {
        (**self).summary()
    }
}

/// The loss of a batch and the named terms that people follow, all averaged over samples.
#[derive(Clone, Copy, Debug)]
pub struct Loss<'t, S: Scalar> {
    /// What is minimised.
    pub total: Var<'t, S>,
    terms: [Option<(&'static str, Var<'t, S>)>; MAX_TERMS],
}

/// The largest number of named terms in a loss.
pub const MAX_TERMS: usize = 4;

impl<'t, S: Scalar> Loss<'t, S> {
    /// A loss without terms.
    pub fn new(total: Var<'t, S>) -> Self {
        Self { total, terms: [None; MAX_TERMS] }
    }

    /// The same with a named term beside it.
    ///
    /// # Panics
    /// If there are more than four.
    #[must_use]
    #[track_caller]
    pub fn with(mut self, name: &'static str, value: Var<'t, S>) -> Self {
        let free = self.terms.iter_mut().find(|term| term.is_none()).expect("a loss has at most four named terms");
        *free = Some((name, value));
        self
    }

    /// The named terms, in order.
    pub fn terms(&self) -> impl Iterator<Item = (&'static str, Var<'t, S>)> + '_ {
        self.terms.iter().flatten().copied()
    }
}

/// One line of a model's summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// The name of the layer, as `encoder.0`.
    pub name: String,
    /// What it does, as `linear, relu`.
    pub layer: String,
    /// The shape of one sample's output.
    pub output: Vec<usize>,
    /// The number of trained numbers.
    pub parameters: usize,
}
