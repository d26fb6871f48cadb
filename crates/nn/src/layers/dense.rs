//! Stacks of linear layers, all made alike.

use std::str::FromStr;

use diabolo_kernels::Scalar;

use crate::error::Error;
use crate::initialiser::{Initialiser, Keys};
use crate::layers::{Activation, BatchNorm1d, LayerNorm, Linear, Sequential};

/// How the layers of a stack are made. An [`Activation`] alone will do for one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dense {
    /// What follows each linear layer but the last.
    pub activation: Activation,
    /// What stands before that activation.
    pub norm: Norm,
    /// What the weights are drawn from.
    pub initialiser: Initialiser,
}

impl From<Activation> for Dense {
    fn from(activation: Activation) -> Self {
        Self { activation, ..Self::default() }
    }
}

/// A normalisation between a linear layer and its activation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Norm {
    /// None.
    #[default]
    None,
    /// [`BatchNorm1d`]
    Batch,
    /// [`LayerNorm`]
    Layer,
}

impl FromStr for Norm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "none" => Ok(Self::None),
            "batch" => Ok(Self::Batch),
            "layer" => Ok(Self::Layer),
            _ => Err(Error::Norm(text.to_owned())),
        }
    }
}

impl<S: Scalar> Sequential<S> {
    /// Linear layers of these sizes, input first, made as `style` says, with the activation `last` after the last.
    ///
    /// With a norm, a layer takes three names in place of one: linear, norm, activation. Before a batch norm a linear layer
    /// has no bias, since the norm would take it away again.
    ///
    /// ```
    /// use diabolo_nn::{Activation, Dense, Keys, Layer, Norm, Sequential};
    ///
    /// let style = Dense { activation: Activation::Relu, norm: Norm::Batch, ..Dense::default() };
    /// let stack = Sequential::<f32>::dense(&mut Keys::new(0), &[784, 100, 10], style, Activation::Identity);
    /// assert_eq!(stack.describe(), "linear → batch norm → relu → linear");
    /// ```
    pub fn dense(keys: &mut Keys, sizes: &[usize], style: impl Into<Dense>, last: Activation) -> Self {
        let Dense { activation, norm, initialiser } = style.into();
        let steps = sizes.windows(2).enumerate();
        steps.fold(Self::new(), |layers, (i, pair)| {
            let (linear, columns) = (Linear::initialised(keys, pair[0], pair[1], initialiser), pair[1]);
            match norm {
                _ if i + 2 == sizes.len() => layers.then(linear.activation(last)),
                Norm::None => layers.then(linear.activation(activation)),
                Norm::Batch => layers.then(linear.without_bias()).then(BatchNorm1d::new(columns)).then(activation),
                Norm::Layer => layers.then(linear).then(LayerNorm::new(columns)).then(activation),
            }
        })
    }
}
