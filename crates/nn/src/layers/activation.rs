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
    /// ln σ(x)
    LogSigmoid,
    /// x where x > 0, else α · (eˣ − 1)
    Elu(f64),
    /// x · Φ(x), with the distribution function Φ of the standard normal distribution
    Gelu,
    /// x · σ(x)
    Silu,
}

impl Activation {
    /// y from x.
    #[track_caller]
    pub fn apply<S: Scalar>(self, x: Var<'_, S>) -> Var<'_, S> {
        match self {
            Self::Identity => x,
            Self::Relu => x.relu(),
            Self::LeakyRelu(slope) => x.leaky_relu(slope),
            Self::Sigmoid => x.sigmoid(),
            Self::Tanh => x.tanh(),
            Self::Softplus => x.softplus(),
            Self::LogSigmoid => x.log_sigmoid(),
            Self::Elu(alpha) => x.elu(alpha),
            Self::Gelu => x.gelu(),
            Self::Silu => x.silu(),
        }
    }

    /// The activation as part of the op `linear`, if it can be.
    pub(crate) fn fused(self) -> Option<Fused> {
        match self {
            Self::Identity => Some(Fused::Identity),
            Self::Relu => Some(Fused::Relu),
            Self::LeakyRelu(slope) => Some(Fused::LeakyRelu(slope)),
            _ => None,
        }
    }
}

impl<S: Scalar> Module<S> for Activation {
    fn visit(&self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {}
    fn visit_mut(&mut self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {}
}

impl<S: Scalar> Layer<S> for Activation {
    #[track_caller]
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
            Self::LogSigmoid => f.write_str("log-sigmoid"),
            Self::Elu(alpha) => write!(f, "elu:{alpha}"),
            Self::Gelu => f.write_str("gelu"),
            Self::Silu => f.write_str("silu"),
        }
    }
}

impl FromStr for Activation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number)),
            None => (text, None),
        };
        let parameter = |default: f64, allowed: fn(&f64) -> bool| match number {
            None => Some(default),
            Some(number) => number.parse().ok().filter(allowed),
        };
        let plain = |activation| number.is_none().then_some(activation);
        match name {
            "identity" | "none" => plain(Self::Identity),
            "relu" => plain(Self::Relu),
            "leaky-relu" => parameter(0.01, |slope| (0.0..1.0).contains(slope)).map(Self::LeakyRelu),
            "sigmoid" => plain(Self::Sigmoid),
            "tanh" => plain(Self::Tanh),
            "softplus" => plain(Self::Softplus),
            "log-sigmoid" => plain(Self::LogSigmoid),
            "elu" => parameter(1.0, |alpha| *alpha >= 0.0 && alpha.is_finite()).map(Self::Elu),
            "gelu" => plain(Self::Gelu),
            "silu" => plain(Self::Silu),
            _ => None,
        }
        .ok_or_else(|| Error::Activation(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Activation;

    #[test]
    fn names_are_read_as_they_are_written() {
        let all = [
            Activation::Identity,
            Activation::Relu,
            Activation::LeakyRelu(0.2),
            Activation::Sigmoid,
            Activation::Tanh,
            Activation::Softplus,
            Activation::LogSigmoid,
            Activation::Elu(0.5),
            Activation::Gelu,
            Activation::Silu,
        ];
        for activation in all {
            assert_eq!(activation.to_string().parse(), Ok(activation));
        }
        assert_eq!("leaky-relu".parse(), Ok(Activation::LeakyRelu(0.01)));
        assert_eq!("elu".parse(), Ok(Activation::Elu(1.0)));
    }

    #[test]
    fn what_is_not_an_activation_is_refused() {
        for text in
            ["", "swish", "relu:1", "gelu:", "leaky-relu:1", "leaky-relu:-0.1", "elu:", "elu:NaN", "elu:inf", "elu:-1"]
        {
            let error = text.parse::<Activation>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("unknown activation '{text}'; use identity, relu")), "{error}");
        }
    }
}
