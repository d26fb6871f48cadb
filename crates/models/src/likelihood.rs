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
    /// The same with one σ that is learned with the weights, as ln σ²: Rybkin, Daniilidis and Levine, *Simple and effective
    /// VAE training with calibrated decoders* (ICML 2021), section 4.1.
    LearnedGaussian,
}

/// ln σ² before training, where σ is learned: σ ≈ 0.37, between that of sharp pictures and that of standardised columns.
pub(crate) const INITIAL_LOG_VARIANCE: f64 = -2.0;

impl Likelihood {
    /// A number a sample: (n).
    ///
    /// # Panics
    /// If σ is learned: then see [`learned_rows`](Self::learned_rows).
    #[track_caller]
    pub fn rows<'t, S: Scalar>(self, output: Var<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        match self {
            Self::SquaredError => output.squared_error(x),
            Self::Bernoulli => output.bce_with_logits(x),
            Self::Gaussian { sigma } => {
                let constant = 0.5 * x.shape()[1] as f64 * (TAU * sigma * sigma).ln();
                output.squared_error(x) * (0.5 / (sigma * sigma)) + constant
            }
            Self::LearnedGaussian => panic!("a learned variance is a parameter of its model"),
        }
    }

    /// ½ Σ (x − x̂)²·e^(−log_var) + log_var + ln 2π nats a sample, `log_var` being one number: (n).
    #[track_caller]
    pub fn learned_rows<'t, S: Scalar>(output: Var<'t, S>, x: Var<'t, S>, log_var: Var<'t, S>) -> Var<'t, S> {
        let d = x.shape()[1] as f64;
        output.squared_error(x) * (-log_var).exp() * 0.5 + (log_var + TAU.ln()) * (0.5 * d)
    }

    /// The mean of x given the code, from the decoder's output.
    pub fn mean<S: Scalar>(self, output: Var<'_, S>) -> Var<'_, S> {
        match self {
            Self::Bernoulli => output.sigmoid(),
            Self::SquaredError | Self::Gaussian { .. } | Self::LearnedGaussian => output,
        }
    }

    /// The word for one unit of the loss.
    pub fn unit(self) -> &'static str {
        if self == Self::SquaredError { "squared error" } else { "nats" }
    }
}

impl fmt::Display for Likelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SquaredError => f.write_str("squared-error"),
            Self::Bernoulli => f.write_str("bernoulli"),
            Self::Gaussian { sigma } => write!(f, "gaussian:{sigma}"),
            Self::LearnedGaussian => f.write_str("gaussian:learned"),
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
            "gaussian:learned" => Ok(Self::LearnedGaussian),
            _ => text
                .strip_prefix("gaussian:")
                .and_then(|sigma| sigma.parse().ok())
                .filter(|sigma: &f64| *sigma > 0.0 && sigma.is_finite())
                .map(|sigma| Self::Gaussian { sigma })
                .ok_or_else(|| {
                    format!(
                        "unknown likelihood '{text}'; use squared-error, bernoulli, gaussian[:SIGMA] with SIGMA > 0, or gaussian:learned"
                    )
                }),
        }
    }
}
