//! y = act(x·Wᵀ + b)

use diabolo_autodiff::Var;
use diabolo_autodiff::ops::linear::Fused;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::initialiser::{Initialiser, Keys};
use crate::layers::{Activation, Layer};
use crate::parameter::{Module, Parameter, Path};

/// An affine map of rows with an activation: `weight` (out, in) and `bias` (out), as PyTorch stores them.
///
/// ```
/// use diabolo_autodiff::Tape;
/// use diabolo_nn::{Activation, Context, Keys, Layer, Linear};
/// use ndarray::Array2;
///
/// let layer = Linear::<f32>::new(&mut Keys::new(0), 784, 400).activation(Activation::Relu);
/// let tape = Tape::new();
/// let x = tape.constant(&Array2::ones((128, 784)));
/// let y = layer.forward(&mut Context::inference(&tape), x);
/// assert_eq!(&*y.shape(), &[128, 400]);
/// ```
#[derive(Clone, Debug)]
pub struct Linear<S> {
    weight: Parameter<S>,
    bias: Option<Parameter<S>>,
    activation: Activation,
}

impl<S: Scalar> Linear<S> {
    /// A layer with PyTorch's default initialisation, a bias, and no activation.
    pub fn new(keys: &mut Keys, inputs: usize, outputs: usize) -> Self {
        Self::initialised(keys, inputs, outputs, Initialiser::PyTorch)
    }

    /// A layer with the given initialisation.
    pub fn initialised(keys: &mut Keys, inputs: usize, outputs: usize, initialiser: Initialiser) -> Self {
        let (of_weight, of_bias) = (keys.next_key(), keys.next_key());
        Self {
            weight: Parameter::new(&[outputs, inputs], |w| initialiser.fill(of_weight, inputs, outputs, w)),
            bias: Some(Parameter::new(&[outputs], |b| initialiser.fill_bias(of_bias, inputs, b))),
            activation: Activation::Identity,
        }
    }

    /// The same layer with another activation.
    #[must_use]
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// The same layer without a bias.
    #[must_use]
    pub fn without_bias(self) -> Self {
        Self { bias: None, ..self }
    }

    /// W, of shape (out, in).
    pub fn weight(&self) -> &Parameter<S> {
        &self.weight
    }

    /// b, of shape (out).
    pub fn bias(&self) -> Option<&Parameter<S>> {
        self.bias.as_ref()
    }
}

impl<S: Scalar> Module<S> for Linear<S> {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {
        see(at.join("weight"), &self.weight);
        if let Some(bias) = &self.bias {
            see(at.join("bias"), bias);
        }
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {
        see(at.join("weight"), &mut self.weight);
        if let Some(bias) = &mut self.bias {
            see(at.join("bias"), bias);
        }
    }
}

impl<S: Scalar> Layer<S> for Linear<S> {
    #[track_caller]
    fn forward<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        let weight = context.parameter(&self.weight);
        let bias = self.bias.as_ref().map(|bias| context.parameter(bias));
        match self.activation.fused() {
            Some(fused) => x.linear(weight, bias, fused),
            None => self.activation.apply(x.linear(weight, bias, Fused::Identity)),
        }
    }

    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        vec![input[0], self.weight.shape()[0]]
    }

    fn describe(&self) -> String {
        match self.activation {
            Activation::Identity => "linear".to_owned(),
            activation => format!("linear, {activation}"),
        }
    }
}
