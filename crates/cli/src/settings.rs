//! From flags and files to settings.

use std::fs::File;
use std::io::{self, Read};
use std::path::{self, Path, PathBuf};

use diabolo_models::Config;
use diabolo_models::config::{ModelKind, RECORDED};
use toml::{Table, Value};

use crate::arguments::Train;
use crate::failure::Failure;
use crate::source;

/// Bytes that a file of settings may have.
const LARGEST: u64 = 64 << 20;

/// The settings of a new run: defaults, overridden by the file, overridden by flags.
pub(crate) fn of_new_run(arguments: &Train) -> Result<Config, Failure> {
    let model: ModelKind = arguments.model.parse()?;
    let mut table = Table::new();
    if let Some(path) = &arguments.config {
        let at = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
        let text = read(path).map_err(|error| Failure::usage(at(&error)))?;
        table = Config::parse_table(&text).map_err(|error| Failure::usage(at(&error)))?;
        if let Some(other) = table.get("model").and_then(Value::as_str).filter(|name| *name != model.name()) {
            let sentence = format!("these are settings of {other}, not of {model}");
            return Err(Failure::usage(at(&sentence)));
        }
        for key in RECORDED {
            table.remove(key); // of the run that the file comes from
        }
    }
    let flags = of_flags(arguments)?;
    if model == ModelKind::Pca && flags.contains_key("latent") && !flags.contains_key("components") {
        table.remove("components"); // a rule in the file, which the number on the command line overrides
    }
    table.extend(flags);
    Ok(Config::with(model, &table)?)
}

/// The text of a file of settings, which may name a million columns and no more.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(LARGEST + 1).read_to_string(&mut text).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    })?;
    if text.len() as u64 > LARGEST { Err(format!("it is larger than {LARGEST} bytes")) } else { Ok(text) }
}

/// The settings with paths that mean the same from any current folder, as a run writes them down. A path that is no text
/// stays as it was given.
pub(crate) fn with_absolute_paths(config: Config) -> Config {
    let absolute = |path: &str| path::absolute(path).ok()?.to_str().map(str::to_owned);
    let mut config = config;
    if source::is_path(&config) {
        config.data = absolute(&config.data).unwrap_or(config.data);
    }
    config.test_data = absolute(&config.test_data).unwrap_or(config.test_data); // an empty one is no path
    let data_dir = config.data_dir.to_str().and_then(absolute);
    config.data_dir = data_dir.map_or(config.data_dir, PathBuf::from);
    config
}

/// The settings that flags and `--set` give.
pub(crate) fn of_flags(arguments: &Train) -> Result<Table, Failure> {
    let mut table = Table::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            table.insert(key.to_owned(), value);
        }
    };
    let whole = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    put("data", arguments.source.data.clone().map(Value::String));
    if let Some(folder) = &arguments.source.data_dir {
        let text = folder.to_str().ok_or_else(|| {
            Failure::usage(format!("--data-dir {} is not UTF-8, as settings are; rename the folder", folder.display()))
        })?;
        put("data_dir", Some(Value::String(text.to_owned())));
    }
    put("epochs", arguments.epochs.map(|n| whole(n.into())));
    put("batch", arguments.batch.map(|n| whole(n as u64)));
    put("latent", arguments.latent.map(|n| whole(n as u64)));
    put(
        "hidden",
        arguments.hidden.as_ref().map(|sizes| Value::Array(sizes.iter().map(|&n| whole(n as u64)).collect())),
    );
    put("lr", arguments.lr.map(Value::Float));
    put("beta", arguments.beta.map(Value::Float));
    put("noise", arguments.noise.clone().map(Value::String));
    put("components", arguments.variance.map(|share| Value::String(format!("variance:{share}"))));
    put("seed", arguments.seed.map(whole));
    put("precision", arguments.precision.clone().map(Value::String));
    for (key, value) in pairs(&arguments.set)? {
        if matches!(key.as_str(), "model" | "format") || RECORDED.contains(&key.as_str()) {
            return Err(Failure::usage(format!("--set cannot change {key}: it follows from the command and the data")));
        }
        table.insert(key, value);
    }
    let by_rule = table.get("components").is_some_and(|rule| rule.as_str() != Some("latent"));
    if arguments.variance.is_some() && arguments.model != ModelKind::Pca.name() {
        return Err(Failure::usage(format!("--variance counts components of pca, and {} has none", arguments.model)));
    }
    if by_rule && table.contains_key("latent") {
        return Err(Failure::usage("latent and a rule for the number of components cannot be given together"));
    }
    Ok(table)
}

/// What `--set` gives, one after the other.
pub(crate) fn pairs(set: &[String]) -> Result<Vec<(String, Value)>, Failure> {
    let pair = |pair: &String| {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| Failure::usage(format!("--set takes KEY=VALUE, not '{pair}'")))?;
        Ok((key.trim().to_owned(), typed(value.trim())))
    };
    set.iter().map(pair).collect()
}

/// A value as TOML has it, or else a text without quotes.
fn typed(text: &str) -> Value {
    let document = format!("value = {text}").parse::<Table>();
    document.ok().and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_as_toml_or_taken_as_text() {
        assert_eq!(typed("3"), Value::Integer(3));
        assert_eq!(typed("1e-3"), Value::Float(1e-3));
        assert_eq!(typed("true"), Value::Boolean(true));
        assert_eq!(typed("gaussian:0.5"), Value::String("gaussian:0.5".to_owned()));
        assert_eq!(typed("[400, 200]"), Value::Array(vec![Value::Integer(400), Value::Integer(200)]));
    }
}
