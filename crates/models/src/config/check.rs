//! Keys, types and ranges of settings, and sentences for what is wrong with them.

use std::fmt;
use std::str::FromStr;

pub(super) use diabolo_data::suggest;
use diabolo_data::{Corruption, ScalingMethod, Schema};
use diabolo_nn::{Activation, Initialiser, Norm, Schedule};
use toml::{Table, Value};

use super::build::{parse_components, parse_solver};
use super::{Config, ModelKind, Training};
use crate::error::Error;
use crate::likelihood::Likelihood;
use crate::sparsity::Sparsity;

/// The largest whole number, other than a seed.
const LARGEST: i64 = u32::MAX as i64;

pub(super) fn unknown_key(model: ModelKind, key: &str, known: &Table) -> Error {
    let elsewhere: Vec<&str> =
        ModelKind::ALL.into_iter().filter(|other| other.defaults().contains_key(key)).map(ModelKind::name).collect();
    if elsewhere.is_empty() {
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        let hint = suggest(key, &names);
        return Error::Setting(format!("there is no setting '{key}'{hint}{}", keys_of(model, &names, &hint)));
    }
    Error::Setting(format!("the model {model} has no setting '{key}'; it belongs to {}", elsewhere.join(", ")))
}

fn keys_of(model: ModelKind, names: &[&str], hint: &str) -> String {
    if hint.is_empty() { format!("; {model} takes {}", names.join(", ")) } else { String::new() }
}

/// `value` in the type of `default`: a whole number will do for a fraction.
pub(super) fn coerce(key: &str, value: &Value, default: &Value) -> Result<Value, Error> {
    match (value, default) {
        (Value::Integer(whole), Value::Float(_)) => Ok(Value::Float(*whole as f64)),
        (Value::Integer(whole), Value::Integer(_)) if *whole < 0 => {
            Err(Error::Setting(format!("{key} must not be negative, here {whole}")))
        }
        (Value::Integer(whole), Value::Integer(_)) if key != "seed" && *whole > LARGEST => {
            Err(Error::Setting(format!("{key} must be at most {LARGEST}, here {whole}")))
        }
        (Value::Integer(_), Value::Array(_)) => coerce(key, &Value::Array(vec![value.clone()]), default),
        (Value::Array(items), Value::Array(_)) if !items.iter().all(is_size) => {
            Err(Error::Setting(format!("{key} takes whole numbers from 1 to {LARGEST}, as [400, 200]")))
        }
        (Value::String(text), _) if key == "precision" && !matches!(text.as_str(), "f32" | "f64") => {
            Err(Error::Setting(format!("precision must be f32 or f64, not {text}")))
        }
        // The name of a column or a file may look like a number.
        (Value::Integer(whole), Value::String(_)) => Ok(Value::String(whole.to_string())),
        _ if value.same_type(default) => Ok(value.clone()),
        _ => Err(Error::Setting(format!("{key} takes {}, not {}", kind(default), plain(value)))),
    }
}

fn is_size(value: &Value) -> bool {
    value.as_integer().is_some_and(|n| (1..=LARGEST).contains(&n))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of whole numbers, as [400, 200]",
        Value::Datetime(_) | Value::Table(_) => "something else",
    }
}

/// A value as people write it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Every value that can be wrong without looking at the data.
pub(super) fn ranges(config: &Config) -> Result<(), Error> {
    let require = |holds: bool, sentence: &str| if holds { Ok(()) } else { Err(Error::Setting(sentence.to_owned())) };
    let parses = |text: &Option<String>, parse: &dyn Fn(&str) -> Option<String>| {
        text.as_deref().and_then(parse).map_or(Ok(()), |sentence| Err(Error::Setting(sentence)))
    };
    require(config.latent > 0, "latent must be at least 1: a code needs a number")?;
    parses(&config.components, &|text| parse_components(text).err())?;
    parses(&config.solver, &|text| parse_solver(text, config.seed).err())?;
    let counted = config.components.as_deref().is_none_or(|text| text == "latent");
    let guided = config.solver.as_deref() == Some("randomized");
    require(counted || !guided, "the solver randomized needs a number of components: give latent, or another solver")?;
    require(config.digits > 1, "digits must be at least 2: some to train on, some to test with")?;
    require(config.digits <= 10_000_000, "digits must be at most 10000000")?;
    let consistent = config.samples.as_ref().is_none_or(Schema::is_consistent);
    require(consistent, "the description of the samples is damaged: its parts do not fit each other")?;
    let read = |error: diabolo_data::Error| Error::Setting(error.to_string());
    config.read_options().map_err(read)?;
    if config.scaling != "auto" {
        config.scaling.parse::<ScalingMethod>().map_err(read)?;
    }
    require(config.test_share > 0.0 && config.test_share < 1.0, "test_share must lie between 0 and 1")?;
    require(config.beta.is_none_or(|b| b >= 0.0 && b.is_finite()), "beta must be at least 0")?;
    require(config.beta_warmup.is_none_or(|e| e >= 0.0), "beta_warmup must be at least 0")?;
    let vae = config.model == ModelKind::Vae;
    parses(&config.activation, &problem::<Activation>)?;
    parses(&config.norm, &problem::<Norm>)?;
    parses(&config.init, &problem::<Initialiser>)?;
    parses(&config.noise, &problem::<Corruption>)?;
    require(config.draws.is_none_or(|draws| (1..=1000).contains(&draws)), "draws must lie between 1 and 1000")?;
    parses(&config.sparsity, &problem::<Sparsity>)?;
    parses(&config.likelihood, &|text| match text.parse::<Likelihood>() {
        Err(sentence) => Some(sentence),
        Ok(Likelihood::SquaredError) if vae => {
            Some("a vae needs a likelihood: bernoulli, gaussian[:SIGMA] or gaussian:learned".to_owned())
        }
        Ok(Likelihood::Gaussian { .. } | Likelihood::LearnedGaussian) if !vae => {
            Some("likelihood must be squared-error or bernoulli here".to_owned())
        }
        Ok(_) => None,
    })?;
    let Some(training) = &config.training else { return Ok(()) };
    let normed = config.norm.as_deref() == Some("batch");
    require(!normed || training.batch > 1, "the norm batch needs a batch of at least 2: one sample has no variance")?;
    training_ranges(training)
}

/// What is wrong with a text that names a `T`.
fn problem<T: FromStr<Err: fmt::Display>>(text: &str) -> Option<String> {
    text.parse::<T>().err().map(|error| error.to_string())
}

fn training_ranges(training: &Training) -> Result<(), Error> {
    let require = |holds: bool, sentence: &str| if holds { Ok(()) } else { Err(Error::Setting(sentence.to_owned())) };
    require(training.epochs > 0, "epochs must be at least 1")?;
    require(training.batch > 0, "batch must be at least 1")?;
    require(training.lr > 0.0 && training.lr.is_finite(), "lr must be above 0")?;
    require((0.0..1.0).contains(&training.momentum), "momentum must lie in [0, 1)")?;
    require(training.weight_decay >= 0.0, "weight_decay must be at least 0")?;
    require((0.0..=1e9).contains(&training.save_every), "save_every must lie between 0 and 1e9 seconds")?;
    require(training.clip >= 0.0, "clip must be at least 0")?;
    require(training.clip_value >= 0.0, "clip_value must be at least 0")?;
    require((0.0..1.0).contains(&training.ema), "ema must lie in [0, 1): 0.999 is usual, 0 is none")?;
    let optimizers = ["adam", "adamw", "sgd", "rmsprop", "adagrad"];
    let optimizer = training.optimizer.as_str();
    if !optimizers.contains(&optimizer) {
        let hint = suggest(optimizer, &optimizers);
        return Err(Error::Setting(format!("unknown optimizer '{optimizer}'{hint}; use {}", optimizers.join(", "))));
    }
    let has_momentum = matches!(optimizer, "sgd" | "rmsprop");
    require(training.momentum == 0.0 || has_momentum, "momentum belongs to the optimizers sgd and rmsprop")?;
    problem::<Schedule>(&training.schedule).map_or(Ok(()), |sentence| Err(Error::Setting(sentence)))
}
