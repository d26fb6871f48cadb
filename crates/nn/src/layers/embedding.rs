//! yᵢ = row rᵢ of a table

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::initialiser::{Initialiser, Keys};
use crate::parameter::{Module, Parameter, Path};

/// A trained vector for each of `count` things that have numbers and no other features: words, users, classes.
///
/// The table, `weight` of shape (count, dim), starts from N(0, 1), as in PyTorch. It takes numbers and no tensor, so it is a
/// [`Module`] and not a [`Layer`](crate::Layer).
///
/// ```
/// use diabolo_autodiff::Tape;
/// use diabolo_nn::{Context, Embedding, Keys};
///
/// let words = Embedding::<f32>::new(&mut Keys::new(0), 5000, 100);
/// let tape = Tape::new();
/// let x = words.forward(&Context::inference(&tape), &[17, 4, 17]);
/// assert_eq!(&*x.shape(), &[3, 100]);
/// ```
#[derive(Clone, Debug)]
pub struct Embedding<S> {
    weight: Parameter<S>,
}

impl<S: Scalar> Embedding<S> {
    /// Vectors of length `dim`, from N(0, 1).
    pub fn new(keys: &mut Keys, count: usize, dim: usize) -> Self {
        Self::initialised(keys, count, dim, Initialiser::Normal(1.0))
    }

    /// Vectors with the given initialisation, to which a table looks like a weight (out, in) = (count, dim).
    pub fn initialised(keys: &mut Keys, count: usize, dim: usize, initialiser: Initialiser) -> Self {
        let key = keys.next_key();
        Self { weight: Parameter::new(&[count, dim], |w| initialiser.fill(key, dim, count, w)) }
    }

    /// The table, of shape (count, dim).
    pub fn weight(&self) -> &Parameter<S> {
        &self.weight
    }

    /// The vectors of these numbers, one a row: (number of indices, dim). A number may be named again; its gradients add up.
    ///
    /// # Panics
    /// If a number is not below `count`.
    #[track_caller]
    pub fn forward<'t>(&self, context: &Context<'t, S>, indices: &[u32]) -> Var<'t, S> {
        context.parameter(&self.weight).gather_rows(indices)
    }
}

impl<S: Scalar> Module<S> for Embedding<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        see(at.join("weight"), &self.weight);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        see(at.join("weight"), &mut self.weight);
    }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::{Gradients, Tape};

    use super::*;

    #[test]
    fn starts_from_standard_normal_vectors() {
        let layer = Embedding::<f64>::new(&mut Keys::new(3), 200, 50);
        let moment = |k: i32| layer.weight().value().iter().map(|w| w.powi(k)).sum::<f64>() / 10_000.0;
        assert!(moment(1).abs() < 0.05 && (moment(2) - 1.0).abs() < 0.07);
    }

    #[test]
    fn trains_the_rows_that_were_named() {
        let layer = Embedding::<f64>::new(&mut Keys::new(3), 4, 2);
        let tape = Tape::new();
        let y = layer.forward(&Context::inference(&tape), &[2, 0, 2]);
        assert_eq!(y.value().as_slice().unwrap()[..2], layer.weight().value()[4..6]);
        let mut gradients = Gradients::new();
        y.sum_all().backward(&mut gradients);
        let slopes = gradients.of_shared(layer.weight().shared()).unwrap();
        assert_eq!(slopes, [1.0, 1.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0]);
    }
}
