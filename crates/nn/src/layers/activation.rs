//! Elementwise nonlinearities.

use std::fmt;
use std::str::FromStr;

use diabolo_autodiff::Var;
use diabolo_autodiff::ops::linear::Fused;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::error::Error;
use crate::layers::Layer;
use crate::parameter::{Module, Parameter, Path};

/// A nonlinearity, as a layer of its own or owned by a [`Linear`](crate::Linear) layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Activation {
    /// x
    #[default]
    Identity,
    /// max(x, 0)
    Relu,
    /// x where x > 0, else slope · x
    LeakyRelu(f64),
    /// 1 / (1 + e⁻ˣ)
    Sigmoid,
    /// tanh x
    Tanh,
    /// ln(1 + eˣ)
    Softplus,
}

impl Activation {
    /// y from x.
    #[track_caller]
    pub fn apply<S: Scalar>(self, x: Var<'_, S>) -> Var<'_, S> {
        match self {
            Self::Identity => x,
            Self::Relu => x.relu(),
            Self::LeakyRelu(slope) => x * slope + x.relu() * (1.0 - slope), // slope at 0 as in the op `linear`
            Self::Sigmoid => x.sigmoid(),
            Self::Tanh => x.tanh(),
            Self::Softplus => x.softplus(),
        }
    }

    /// The activation as part of the op `linear`, if it can be.
    pub(crate) fn fused(self) -> Option<Fused> {
        match self {
            Self::Identity => Some(Fused::Identity),
            Self::Relu => Some(Fused::Relu),
            Self::LeakyRelu(slope) => Some(Fused::LeakyRelu(slope)),
            Self::Sigmoid | Self::Tanh | Self::Softplus => None,
        }
    }
}

impl<S: Scalar> Module<S> for Activation {
    fn visit(&self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {}
    fn visit_mut(&mut self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {}
}

impl<S: Scalar> Layer<S> for Activation {
    fn forward<'t>(&self, _: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        self.apply(x)
    }

    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        input.to_vec()
    }

    fn describe(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("identity"),
            Self::Relu => f.write_str("relu"),
            Self::LeakyRelu(slope) => write!(f, "leaky-relu:{slope}"),
            Self::Sigmoid => f.write_str("sigmoid"),
            Self::Tanh => f.write_str("tanh"),
            Self::Softplus => f.write_str("softplus"),
        }
    }
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "identity" | "none" => Ok(Self::Identity),
            "relu" => Ok(Self::Relu),
            "leaky-relu" => Ok(Self::LeakyRelu(0.01)),
            "sigmoid" => Ok(Self::Sigmoid),
            "tanh" => Ok(Self::Tanh),
            "softplus" => Ok(Self::Softplus),
            _ => text
                .strip_prefix("leaky-relu:")
                .and_then(|slope| slope.parse().ok())
                .filter(|slope| (0.0..1.0).contains(slope))
                .map(Self::LeakyRelu)
                .ok_or_else(|| Error::Activation(text.to_owned())),
        }
    }
}
