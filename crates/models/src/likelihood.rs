//! p(x|z): how far a reconstruction is from the data, in the units of the model's loss.

use std::f64::consts::TAU;
use std::fmt;
use std::str::FromStr;

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

/// How the output of a decoder is compared with the data. One number for each sample: sums over the numbers of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Likelihood {
    /// Σ (x − x̂)², the decoder's output being x̂.
    #[default]
    SquaredError,
    /// −Σ x ln p + (1 − x) ln(1 − p) nats with p = σ(output), for data in [0, 1].
    Bernoulli,
    /// ½ Σ (x − x̂)²/σ² + ln(2πσ²) nats for a fixed σ.
    Gaussian {
        /// The standard deviation of a number given the code.
        sigma: f64,
    },
}

impl Likelihood {
    /// The mean over samples.
    pub fn of<'t, S: Scalar>(self, output: Var<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        match self {
            Self::SquaredError => output.squared_error(x).mean_all(),
            Self::Bernoulli => output.bce_with_logits(x).mean_all(),
            Self::Gaussian { sigma } => {
                let constant = 0.5 * x.shape()[1] as f64 * (TAU * sigma * sigma).ln();
                output.squared_error(x).mean_all() * (0.5 / (sigma * sigma)) + constant
            }
        }
    }

    /// The mean of x given the code, from the decoder's output.
    pub fn mean<S: Scalar>(self, output: Var<'_, S>) -> Var<'_, S> {
        match self {
            Self::Bernoulli => output.sigmoid(),
            Self::SquaredError | Self::Gaussian { .. } => output,
        }
    }
}

impl fmt::Display for Likelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SquaredError => f.write_str("squared-error"),
            Self::Bernoulli => f.write_str("bernoulli"),
            Self::Gaussian { sigma } => write!(f, "gaussian:{sigma}"),
        }
    }
}

impl FromStr for Likelihood {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "squared-error" => Ok(Self::SquaredError),
            "bernoulli" => Ok(Self::Bernoulli),
            "gaussian" => Ok(Self::Gaussian { sigma: 0.1 }),
            _ => text
                .strip_prefix("gaussian:")
                .and_then(|sigma| sigma.parse().ok())
                .filter(|sigma: &f64| *sigma > 0.0 && sigma.is_finite())
                .map(|sigma| Self::Gaussian { sigma })
                .ok_or_else(|| {
                    format!(
                        "unknown likelihood '{text}'; use squared-error, bernoulli or gaussian[:SIGMA] with SIGMA > 0"
                    )
                }),
        }
    }
}
