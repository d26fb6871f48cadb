//! From settings to a model, an optimizer and a plan.

use diabolo_data::files::ReadOptions;
use diabolo_data::{Kind, ScalingMethod, Schema};
use diabolo_kernels::Scalar;
use diabolo_nn::{Adagrad, Adam, AdamW, Dense, Ema, Keys, Optimizer, RmsProp, Sgd};

use super::check::suggest;
use super::{Config, ModelKind, Training};
use crate::deep::DeepAutoencoder;
use crate::denoising::DenoisingAutoencoder;
use crate::error::Error;
use crate::linear::LinearAutoencoder;
use crate::model::Autoencoder;
use crate::pca::{Components, Solver};
use crate::real::Real;
use crate::sparse::SparseAutoencoder;
use crate::trainer::Plan;
use crate::vae::Vae;

/// Parameters, gradients and two moments of more than this are beyond the memory of one machine.
const MAX_PARAMETERS: usize = 1 << 30;

const CHECKED: &str = "settings are checked when they are made";

impl Config {
    /// The untrained autoencoder for samples of `inputs` numbers.
    ///
    /// # Errors
    /// [`Error::Setting`] if a code would be larger than a sample, or the model is PCA, which is fitted and not trained.
    pub fn autoencoder<S: Real>(&self, inputs: usize) -> Result<Box<dyn Autoencoder<S>>, Error> {
        S::autoencoder(self, inputs)
    }

    pub(crate) fn build<S: Scalar>(&self, inputs: usize) -> Result<Box<dyn Autoencoder<S>>, Error> {
        self.check_sizes(inputs)?;
        let keys = &mut Keys::new(self.seed);
        let hidden = self.hidden.as_deref().unwrap_or_default();
        let style = Dense {
            activation: parsed(self.activation.as_deref()),
            norm: parsed(self.norm.as_deref()),
            initialiser: parsed(self.init.as_deref()),
        };
        let likelihood = parsed(self.likelihood.as_deref());
        let deep = |keys| DeepAutoencoder::new(keys, inputs, hidden, self.latent, style, likelihood);
        Ok(match self.model {
            ModelKind::Pca => return Err(Error::Setting("pca is fitted, not trained".to_owned())),
            ModelKind::Linear => {
                let (tied, bias) = (self.tied.unwrap_or(false), self.bias.unwrap_or(true));
                Box::new(LinearAutoencoder::new(keys, inputs, self.latent, tied, bias))
            }
            ModelKind::Deep => Box::new(deep(keys)),
            ModelKind::Denoising => {
                let corruption = self.noise.as_deref().expect(CHECKED).parse().expect(CHECKED);
                Box::new(DenoisingAutoencoder::new(deep(keys), corruption))
            }
            ModelKind::Sparse => Box::new(SparseAutoencoder::new(deep(keys), parsed(self.sparsity.as_deref()))),
            ModelKind::Vae => {
                let vae = Vae::new(keys, inputs, hidden, self.latent, style, likelihood);
                Box::new(
                    vae.draws(self.draws.unwrap_or(1)).beta(self.beta.unwrap_or(1.0), self.beta_warmup.unwrap_or(0.0)),
                )
            }
        })
    }

    /// How files of people's own are read.
    ///
    /// # Errors
    /// [`diabolo_data::Error::Option`] for a value that means nothing; none for settings that were checked.
    pub fn read_options(&self) -> Result<ReadOptions, diabolo_data::Error> {
        ReadOptions::parse(&self.label, &self.header, &self.resize, &self.colour)
    }

    /// How this model sees such samples.
    pub fn scaling_method(&self, samples: &Schema) -> ScalingMethod {
        let squared = self.likelihood.as_deref() != Some("bernoulli");
        match self.scaling.parse() {
            Ok(method) => method,
            Err(_) if samples.kind == Kind::Images || !squared => ScalingMethod::Unit,
            Err(_) if self.model == ModelKind::Pca => ScalingMethod::None,
            Err(_) => ScalingMethod::Standard,
        }
    }

    /// How many components PCA keeps: `latent` of them, or as many as a rule says.
    pub fn components(&self) -> Components {
        let rule = self.components.as_deref().map(|text| parse_components(text).expect(CHECKED));
        rule.flatten().unwrap_or(Components::Count(self.latent))
    }

    /// How PCA finds its components; a randomized solver draws from the seed of the run.
    pub fn solver(&self) -> Solver {
        parse_solver(self.solver.as_deref().unwrap_or("auto"), self.seed).expect(CHECKED)
    }

    /// Whether a code of this size can be made from samples of `inputs` numbers; true if its size is yet to be found.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is larger than a sample, which only a sparse code may be.
    pub fn check_latent(&self, inputs: usize) -> Result<(), Error> {
        let unlimited = self.model == ModelKind::Sparse || !matches!(self.components(), Components::Count(_));
        if self.latent <= inputs || unlimited {
            return Ok(());
        }
        let latent = self.latent;
        Err(Error::Setting(format!("latent is {latent} but a sample has only {inputs} numbers; use {inputs} or fewer")))
    }

    /// Whether a model of samples of `inputs` numbers can be made.
    ///
    /// # Errors
    /// [`Error::Setting`] if a code would be larger than a sample, or the weights would not fit in memory.
    pub fn check_sizes(&self, inputs: usize) -> Result<(), Error> {
        self.check_latent(inputs)?;
        self.check_parameters(inputs)
    }

    /// Whether a model of these layers can be held in memory; what a person mistypes must not end in an abort.
    fn check_parameters(&self, inputs: usize) -> Result<(), Error> {
        let hidden = self.hidden.iter().flatten().copied();
        let sizes: Vec<usize> = [inputs].into_iter().chain(hidden).chain([self.latent]).collect();
        let weights = |pair: &[usize]| pair[0].saturating_mul(pair[1]).saturating_mul(2);
        let parameters = sizes.windows(2).map(weights).fold(0, usize::saturating_add);
        if parameters <= MAX_PARAMETERS {
            return Ok(());
        }
        Err(Error::Setting(format!(
            "the model would have more than {MAX_PARAMETERS} weights; use smaller hidden layers than {:?}",
            self.hidden.as_deref().unwrap_or_default()
        )))
    }
}

/// The rule that a text names; `None` for "latent", the number beside it.
pub(super) fn parse_components(text: &str) -> Result<Option<Components>, String> {
    let share = text.strip_prefix("variance:").and_then(|share| share.parse().ok());
    match (text, share) {
        ("latent", _) => Ok(None),
        ("mle", _) => Ok(Some(Components::Mle)),
        (_, Some(share)) if share > 0.0 && share < 1.0 => Ok(Some(Components::Variance(share))),
        (_, Some(share)) => Err(format!("the share of the variance must lie between 0 and 1, here {share}")),
        _ => Err(format!("components must be latent, variance:SHARE as in variance:0.95, or mle, not '{text}'")),
    }
}

/// The solver that a text names.
pub(super) fn parse_solver(text: &str, seed: u64) -> Result<Solver, String> {
    match text {
        "auto" => Ok(Solver::Auto),
        "exact" => Ok(Solver::Exact),
        "gram" => Ok(Solver::Gram),
        "randomized" => Ok(Solver::Randomized { seed }),
        _ => {
            let known = ["auto", "exact", "gram", "randomized"];
            Err(format!("unknown solver '{text}'{}; use {}", suggest(text, &known), known.join(", ")))
        }
    }
}

fn parsed<T: std::str::FromStr + Default>(text: Option<&str>) -> T {
    text.map_or_else(T::default, |text| text.parse().ok().expect(CHECKED))
}

impl Training {
    /// The optimizer with empty moments, and an average if one is asked for.
    pub fn optimizer<S: Real>(&self) -> Box<dyn Optimizer<S>> {
        S::optimizer(self)
    }

    pub(crate) fn build<S: Scalar>(&self) -> Box<dyn Optimizer<S>> {
        let optimizer = self.plain_optimizer();
        if self.ema > 0.0 { Box::new(Ema::new(optimizer, self.ema).warmup()) } else { optimizer }
    }

    fn plain_optimizer<S: Scalar>(&self) -> Box<dyn Optimizer<S>> {
        match self.optimizer.as_str() {
            "sgd" if self.momentum > 0.0 => Box::new(Sgd::nesterov(self.momentum).weight_decay(self.weight_decay)),
            "sgd" => Box::new(Sgd::new().weight_decay(self.weight_decay)),
            "rmsprop" => Box::new(RmsProp::new().momentum(self.momentum).weight_decay(self.weight_decay)),
            "adagrad" => Box::new(Adagrad::new().weight_decay(self.weight_decay)),
            "adamw" => Box::new(AdamW::new().weight_decay(self.weight_decay)),
            _ => Box::new(Adam::new().weight_decay(self.weight_decay)),
        }
    }

    /// What the trainer is told.
    pub fn plan(&self, seed: u64) -> Plan {
        Plan {
            epochs: self.epochs,
            batch: self.batch,
            rate: self.lr,
            schedule: self.schedule.parse().expect(CHECKED),
            clip: (self.clip > 0.0).then_some(self.clip),
            clip_value: (self.clip_value > 0.0).then_some(self.clip_value),
            seed,
            anomaly: self.anomaly,
        }
    }
}
