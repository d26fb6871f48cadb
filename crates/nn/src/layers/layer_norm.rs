//! y = w ⊙ (x − μ) / √(σ² + ε) + b, with the moments of a row

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::layers::Layer;
use crate::parameter::{Module, Parameter, Path};

/// Layer normalisation: the numbers along the last axis are brought to mean 0 and variance 1, then scaled and moved by what
/// is learned; equal to `torch.nn.LayerNorm` over the last axis.
///
/// ```text
///   μ = Σ x / d,  σ² = Σ (x − μ)² / d  over the d numbers of a row
/// ```
///
/// Ba, Kiros and Hinton, *Layer normalization* (arXiv:1607.06450, 2016), equation 3. A row does not depend on the others,
/// so training and inference are the same.
///
/// ```
/// use diabolo_autodiff::Tape;
/// use diabolo_nn::{Context, Layer, LayerNorm};
/// use ndarray::array;
///
/// let tape = Tape::<f64>::new();
/// let x = tape.constant(&array![[1.0, 3.0], [20.0, -20.0]]);
/// let y = LayerNorm::new(2).forward(&mut Context::inference(&tape), x).value();
/// assert!((&y - &array![[-1.0, 1.0], [1.0, -1.0]]).iter().all(|difference| difference.abs() < 1e-5));
/// ```
#[derive(Clone, Debug)]
pub struct LayerNorm<S> {
    weight: Parameter<S>,
    bias: Parameter<S>,
    epsilon: f64,
}

impl<S: Scalar> LayerNorm<S> {
    /// A layer for rows of this many numbers, with PyTorch's ε = 10⁻⁵; w = 1, b = 0.
    pub fn new(columns: usize) -> Self {
        Self {
            weight: Parameter::new(&[columns], |w| w.fill(S::one())),
            bias: Parameter::new(&[columns], |_| {}),
            epsilon: 1e-5,
        }
    }

    /// The same with another ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }
}

impl<S: Scalar> Module<S> for LayerNorm<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        see(at.join("weight"), &self.weight);
        see(at.join("bias"), &self.bias);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        see(at.join("weight"), &mut self.weight);
        see(at.join("bias"), &mut self.bias);
    }
}

impl<S: Scalar> Layer<S> for LayerNorm<S> {
    #[track_caller]
    fn forward<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let last = x.shape().len() - 1;
        let one_a_row = x.shape().with_extent(last, 1);
        let mean = |x: Var<'t, S>| x.mean(&[last]).reshape(&one_a_row);
        let centred = x - mean(x);
        let variance = mean(centred.square());
        let normalised = centred / (variance + self.epsilon).sqrt();
        normalised * context.parameter(&self.weight) + context.parameter(&self.bias)
    }

    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        input.to_vec()
    }

    fn describe(&self) -> String {
        "layer norm".to_owned()
    }
}
