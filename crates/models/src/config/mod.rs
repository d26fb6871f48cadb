//! The settings of a run: keys with defaults for each model, that a file and flags override.
//!
//! The defaults are TOML files beside this one, whose comments say what each key means. A model takes the keys that its
//! defaults name and no others, so that a setting that would be ignored is an error.

use std::path::PathBuf;

use diabolo_data::Schema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::error::Error;

mod build;
mod check;
mod kind;

pub use kind::ModelKind;

/// The version of `config.toml` that is written and read.
pub const FORMAT: i64 = 1;

/// What a run writes down beside its settings, and nobody sets.
pub const RECORDED: [&str; 2] = ["command", "samples"];

/// The settings of a run, complete and checked. Which of the optional ones are there depends on the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the comments of the defaults say what each key means")]
pub struct Config {
    pub format: i64,
    pub model: ModelKind,
    pub data: String,
    pub data_dir: PathBuf,
    pub digits: usize,
    pub test_data: String,
    pub test_share: f64,
    pub label: String,
    pub header: String,
    pub resize: String,
    pub colour: String,
    pub scaling: String,
    pub seed: u64,
    pub precision: Precision,
    pub latent: usize,
    pub components: Option<String>,
    pub solver: Option<String>,
    pub whiten: Option<bool>,
    pub tied: Option<bool>,
    pub bias: Option<bool>,
    pub hidden: Option<Vec<usize>>,
    pub activation: Option<String>,
    pub norm: Option<String>,
    pub init: Option<String>,
    pub likelihood: Option<String>,
    pub noise: Option<String>,
    pub sparsity: Option<String>,
    pub draws: Option<u32>,
    pub beta: Option<f64>,
    pub beta_warmup: Option<f64>,
    #[serde(flatten)]
    pub training: Option<Training>,
    /// The command that began the run.
    pub command: Option<String>,
    /// What the samples look like and how they are scaled, once it is known.
    pub samples: Option<Schema>,
}

/// The settings of everything that is trained in epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the comments of the defaults say what each key means")]
pub struct Training {
    pub epochs: u32,
    pub batch: usize,
    pub optimizer: String,
    pub lr: f64,
    pub momentum: f64,
    pub weight_decay: f64,
    pub schedule: String,
    pub clip: f64,
    pub clip_value: f64,
    pub ema: f64,
    pub save_every: f64,
    pub patience: u32,
    pub anomaly: bool,
}

/// The numbers to compute in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

impl Config {
    /// The defaults of `model`.
    pub fn new(model: ModelKind) -> Self {
        Self::with(model, &Table::new()).expect("defaults need no override")
    }

    /// The defaults of `model` with `overrides`.
    ///
    /// # Errors
    /// [`Error::Setting`] for a key that the model does not take, a value of the wrong type, or one out of its range.
    pub fn with(model: ModelKind, overrides: &Table) -> Result<Self, Error> {
        let mut table = model.defaults();
        for (key, value) in overrides {
            if matches!(key.as_str(), "format" | "model") || RECORDED.contains(&key.as_str()) {
                continue;
            }
            let Some(default) = table.get(key) else { return Err(check::unknown_key(model, key, &table)) };
            let value = check::coerce(key, value, default)?;
            table.insert(key.clone(), value);
        }
        for key in RECORDED {
            if let Some(value) = overrides.get(key) {
                table.insert(key.to_owned(), value.clone());
            }
        }
        table.insert("format".to_owned(), Value::Integer(FORMAT));
        table.insert("model".to_owned(), Value::String(model.name().to_owned()));
        let config: Self = table.try_into().map_err(|error| {
            // What is wrong, and below it the key.
            Error::Setting(error.to_string().lines().collect::<Vec<_>>().join(" "))
        })?;
        check::ranges(&config)?;
        Ok(config)
    }

    /// Reads a `config.toml`.
    ///
    /// # Errors
    /// [`Error::Setting`] in one sentence: no TOML, another format, no or an unknown model, a bad key or value.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let table = Self::parse_table(text)?;
        let Some(Value::String(model)) = table.get("model") else {
            return Err(Error::Setting("the settings lack the line 'model = \"…\"'".to_owned()));
        };
        Self::with(model.parse()?, &table)
    }

    /// Reads settings that need not be complete: a file that flags will override.
    ///
    /// # Errors
    /// [`Error::Setting`] if the text is no TOML or of another format.
    pub fn parse_table(text: &str) -> Result<Table, Error> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            Error::Setting(format!("line {line} is not TOML: {}", error.message()))
        })?;
        match table.get("format") {
            None | Some(Value::Integer(FORMAT)) => Ok(table),
            Some(other) => {
                Err(Error::Setting(format!("the settings have format {other}, this program reads format {FORMAT}")))
            }
        }
    }

    /// The settings as keys and values.
    pub fn to_table(&self) -> Table {
        Table::try_from(self).expect("settings are numbers, names and lists")
    }

    /// The settings as they are saved.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("settings are numbers, names and lists")
    }

    /// The settings as names and values for people to read.
    pub fn entries(&self) -> Vec<(String, String)> {
        self.to_table()
            .into_iter()
            .filter(|(key, _)| key != "format" && !RECORDED.contains(&key.as_str()))
            .map(|(key, value)| (key, check::plain(&value)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        text.parse().unwrap()
    }

    #[test]
    fn defaults_are_complete_and_survive_a_round_trip() {
        for model in ModelKind::ALL {
            let config = Config::new(model);
            assert_eq!(Config::parse(&config.to_toml()).unwrap(), config);
            assert_eq!(config.training.is_some(), model != ModelKind::Pca);
        }
    }

    #[test]
    fn overrides_are_checked_one_by_one() {
        let error = |text: &str| Config::with(ModelKind::Vae, &table(text)).unwrap_err().to_string();
        assert!(error("epoch = 3").contains("did you mean 'epochs'?"), "{}", error("epoch = 3"));
        assert!(error("tied = true").contains("vae"), "{}", error("tied = true"));
        assert!(error("epochs = 'ten'").contains("epochs"), "{}", error("epochs = 'ten'"));
        assert!(error("latent = 0").contains("latent"), "{}", error("latent = 0"));
        assert!(error("lr = -1.0").contains("lr"), "{}", error("lr = -1.0"));
        assert!(error("likelihood = 'poisson'").contains("poisson"));
        assert!(error("norm = 'group'").contains("none, batch or layer"));
        assert!(error("norm = 'batch'\nbatch = 1").contains("at least 2"));
        assert!(error("init = 'zeros'").contains("orthogonal"));
        assert!(error("schedule = 'step:floor=0.1'").contains("every=EPOCHS"));
        assert!(error("ema = 1.0").contains("ema"));
        assert!(error("momentum = 0.5").contains("rmsprop"));
        let config = Config::with(ModelKind::Vae, &table("lr = 1\nhidden = [256, 128]")).unwrap();
        assert_eq!(config.training.unwrap().lr, 1.0);
        assert_eq!(config.hidden, Some(vec![256, 128]));
    }

    #[test]
    fn another_format_is_refused() {
        let error = Config::parse("format = 2\nmodel = 'vae'").unwrap_err().to_string();
        assert!(error.contains("format 2"), "{error}");
    }
}
