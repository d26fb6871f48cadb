//! y = w ⊙ (x − μ) / √(σ² + ε) + b, with the moments of a column

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::layers::Layer;
use crate::parameter::{Module, Parameter, Path};

/// Batch normalisation of rows: every column is brought to mean 0 and variance 1, then scaled and moved by what is
/// learned; equal to `torch.nn.BatchNorm1d`.
///
/// ```text
///   in training      μ = Σ x / n,  σ² = Σ (x − μ)² / n  over the n rows of the batch
///   otherwise        μ, σ² are the running statistics
///
///   running mean     r ← r + m (μ − r)
///   running var      r ← r + m (n / (n − 1) σ² − r)
/// ```
///
/// Ioffe and Szegedy, *Batch normalization: accelerating deep network training by reducing internal covariate shift* (ICML
/// 2015), algorithms 1 and 2. Running statistics are buffers: saved, not trained. They are handed to the context (see
/// [`Updates`](crate::Updates)). A batch of a single row has no variance: it leaves them alone, and becomes b.
///
/// ```
/// use diabolo_autodiff::Tape;
/// use diabolo_kernels::random::{Key, Stream};
/// use diabolo_nn::{BatchNorm1d, Context, Layer, Updates};
/// use ndarray::array;
///
/// let mut layer = BatchNorm1d::<f64>::new(1);
/// let (mut tape, mut updates) = (Tape::new(), Updates::new());
/// let x = tape.constant(&array![[1.0], [3.0]]);
/// let mut context = Context::training(&tape, Key::new(0, Stream::Noise), 0.0).updating(&mut updates);
/// let y = layer.forward(&mut context, x).value();
/// assert!((y[[0, 0]] + 1.0).abs() < 1e-5 && (y[[1, 0]] - 1.0).abs() < 1e-5);
///
/// tape.reset();
/// updates.apply(&mut layer);
/// assert_eq!(layer.running_mean().value(), [0.2]); // a tenth of the way from 0 to 2
/// ```
#[derive(Clone, Debug)]
pub struct BatchNorm1d<S> {
    weight: Parameter<S>,
    bias: Parameter<S>,
    running_mean: Parameter<S>,
    running_var: Parameter<S>,
    momentum: f64,
    epsilon: f64,
}

impl<S: Scalar> BatchNorm1d<S> {
    /// A layer for rows of this many numbers, with PyTorch's m = 0.1 and ε = 10⁻⁵; w = 1, b = 0.
    pub fn new(columns: usize) -> Self {
        Self {
            weight: Parameter::new(&[columns], |w| w.fill(S::one())),
            bias: Parameter::new(&[columns], |_| {}),
            running_mean: Parameter::buffer(&[columns], |_| {}),
            running_var: Parameter::buffer(&[columns], |v| v.fill(S::one())),
            momentum: 0.1,
            epsilon: 1e-5,
        }
    }

    /// The same with another m: the share of a new batch in the running statistics.
    ///
    /// # Panics
    /// If it is not in [0, 1].
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: f64) -> Self {
        assert!((0.0..=1.0).contains(&momentum), "momentum must lie in [0, 1], here {momentum}");
        Self { momentum, ..self }
    }

    /// The same with another ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// The mean of each column, as far as training has seen it.
    pub fn running_mean(&self) -> &Parameter<S> {
        &self.running_mean
    }

    /// The variance of each column, as far as training has seen it.
    pub fn running_var(&self) -> &Parameter<S> {
        &self.running_var
    }

    /// Moves the running statistics towards those of a batch of `rows` rows.
    fn remember<'t>(&self, context: &mut Context<'t, S>, rows: usize, mean: Var<'t, S>, variance: Var<'t, S>) {
        if rows < 2 {
            return;
        }
        let (momentum, unbias) = (S::of(self.momentum), S::of(rows as f64 / (rows as f64 - 1.0)));
        for (buffer, of_batch, factor) in [(&self.running_mean, mean, S::one()), (&self.running_var, variance, unbias)]
        {
            of_batch.look(|of_batch| {
                context.update(buffer, |running| {
                    running.iter_mut().zip(of_batch).for_each(|(r, new)| *r += momentum * (*new * factor - *r));
                });
            });
        }
    }
}

impl<S: Scalar> Module<S> for BatchNorm1d<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        see(at.join("weight"), &self.weight);
        see(at.join("bias"), &self.bias);
        see(at.join("running_mean"), &self.running_mean);
        see(at.join("running_var"), &self.running_var);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        see(at.join("weight"), &mut self.weight);
        see(at.join("bias"), &mut self.bias);
        see(at.join("running_mean"), &mut self.running_mean);
        see(at.join("running_var"), &mut self.running_var);
    }
}

impl<S: Scalar> Layer<S> for BatchNorm1d<S> {
    #[track_caller]
    fn forward<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let (centred, variance) = if context.is_training() {
            let mean = x.mean(&[0]);
            let centred = x - mean;
            let variance = centred.square().mean(&[0]);
            self.remember(context, x.shape()[0], mean, variance);
            (centred, variance)
        } else {
            (x - context.parameter(&self.running_mean), context.parameter(&self.running_var))
        };
        let scale = context.parameter(&self.weight) / (variance + self.epsilon).sqrt();
        centred * scale + context.parameter(&self.bias)
    }

    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        input.to_vec()
    }

    fn describe(&self) -> String {
        "batch norm".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::Tape;
    use diabolo_kernels::random::{Key, Stream};
    use ndarray::array;

    use super::*;
    use crate::updates::Updates;

    fn pass<'t>(tape: &'t Tape<f64>, updates: &'t mut Updates<f64>) -> Context<'t, f64> {
        Context::training(tape, Key::new(0, Stream::Noise), 0.0).updating(updates)
    }

    #[test]
    fn a_single_row_becomes_the_bias_and_is_not_remembered() {
        let mut layer = BatchNorm1d::<f64>::new(2);
        let (mut tape, mut updates) = (Tape::new(), Updates::new());
        let x = tape.constant(&array![[5.0, -7.0]]);
        assert_eq!(layer.forward(&mut pass(&tape, &mut updates), x).value(), array![[0.0, 0.0]].into_dyn());
        tape.reset();
        updates.apply(&mut layer);
        assert_eq!((layer.running_mean.value(), layer.running_var.value()), (&[0.0; 2][..], &[1.0; 2][..]));
    }

    #[test]
    fn a_layer_that_is_used_twice_in_a_pass_remembers_both() {
        let mut layer = BatchNorm1d::<f64>::new(1).momentum(0.5);
        let (mut tape, mut updates) = (Tape::new(), Updates::new());
        let mut context = pass(&tape, &mut updates);
        for mean in [4.0, 10.0] {
            layer.forward(&mut context, tape.constant(&array![[mean - 1.0], [mean + 1.0]]));
        }
        tape.reset();
        updates.apply(&mut layer);
        assert_eq!((layer.running_mean.value(), layer.running_var.value()), (&[6.0][..], &[1.75][..]));
    }

    #[test]
    fn updates_of_a_pass_that_was_given_up_are_forgotten() {
        let mut layer = BatchNorm1d::<f64>::new(1);
        let tape = Tape::new();
        let mut updates = Updates::new();
        layer.forward(&mut pass(&tape, &mut updates), tape.constant(&array![[1.0], [3.0]]));
        let _ = Context::training(&tape, Key::new(0, Stream::Noise), 0.0).updating(&mut updates);
        updates.apply(&mut layer);
        assert_eq!(layer.running_mean.value(), [0.0]);
    }
}
