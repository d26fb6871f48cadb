//! Which experiments, on which data.

use std::str::FromStr;

use diabolo_lab::Statement;
use diabolo_models::Config;
use diabolo_models::config::ModelKind;
use toml::{Table, Value};

use super::Lab;
use crate::failure::Failure;
use crate::settings;

/// Statements to put to the test, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Experiments(pub(super) Vec<Statement>);

impl FromStr for Experiments {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "all" {
            return Ok(Self(Statement::ALL.to_vec()));
        }
        let mut chosen = Vec::new();
        for number in text.split(',').map(str::trim) {
            let statement = number.parse().ok().and_then(Statement::from_number).ok_or_else(|| {
                format!(
                    "there is no experiment '{number}'; give numbers from 1 to {}, as 1,4,5, or all",
                    Statement::ALL.len()
                )
            })?;
            if !chosen.contains(&statement) {
                chosen.push(statement);
            }
        }
        Ok(Self(chosen))
    }
}

/// What can be said about how data are read; all else would be ignored.
const KEYS: [&str; 6] = ["digits", "label", "header", "resize", "colour", "scaling"];

/// The settings that name the data, none of which are set apart.
pub(super) fn config(arguments: &Lab) -> Result<Config, Failure> {
    let mut table = Table::new();
    for (key, value) in settings::pairs(&arguments.set)? {
        if !KEYS.contains(&key.as_str()) {
            let hint = diabolo_data::suggest(&key, &KEYS);
            let keys = KEYS.join(", ");
            return Err(Failure::usage(format!("--set cannot change {key} in the laboratory{hint}; it takes {keys}")));
        }
        table.insert(key, value);
    }
    table.insert("seed".to_owned(), Value::Integer(i64::try_from(arguments.seed).unwrap_or(i64::MAX)));
    let config = Config { test_share: 0.0, ..Config::with(ModelKind::Pca, &table)? };
    Ok(crate::source::instead(&config, &arguments.source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn experiments_are_numbers_or_all() {
        assert_eq!("all".parse::<Experiments>().unwrap().0, Statement::ALL);
        let chosen = "4, 1,4".parse::<Experiments>().unwrap().0;
        assert_eq!(chosen, [Statement::Decay, Statement::Subspace]);
        for wrong in ["0", "10", "1,", "one", "-1", ""] {
            assert!(wrong.parse::<Experiments>().unwrap_err().contains("from 1 to 9"), "{wrong}");
        }
    }
}
