//! The layers, one a file.

use std::fmt::Debug;

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::parameter::Module;

mod activation;
mod batch_norm;
mod dense;
mod dropout;
mod embedding;
mod layer_norm;
mod linear;
mod sequential;

pub use activation::Activation;
pub use batch_norm::BatchNorm1d;
pub use dense::{Dense, Norm};
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use sequential::Sequential;

/// A function of one tensor, with parameters.
pub trait Layer<S: Scalar>: Module<S> + Debug + Send + Sync {
    /// Computes the output on the context's tape.
    ///
    /// With `#[track_caller]`, errors name the line that calls the layer; without, the line in it that records the op.
    fn forward<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S>;

    /// The shape of the output for an input of this shape.
    fn output_shape(&self, input: &[usize]) -> Vec<usize>;

    /// A few words for the summary of a model, as `linear, relu`.
    fn describe(&self) -> String;
}
