//! From settings to data.

use std::env;
use std::path::{Path, PathBuf};

use diabolo_data::mnist::{self, Collection};
use diabolo_data::{Dataset, Scaling, Split, digits, files, split, suggest};
use diabolo_models::Config;

use crate::arguments::{DataSource, Talk};
use crate::failure::Failure;
use crate::fetch;

/// The data that the settings name, split into a training and a test set, seen as the settings ask: with the scaling of a
/// saved run, or with one that is fitted to the training set.
pub(crate) fn load(config: &Config, talk: Talk) -> Result<Split, Failure> {
    let Split { train, test } = unscaled(config, talk)?;
    if let Some(reason) = train.schema().refuses(test.schema()) {
        return Err(Failure::run(format!("the test data cannot be used: {reason}")));
    }
    let scaling = match &config.samples {
        Some(samples) => {
            if let Some(reason) = samples.refuses(train.schema()) {
                return Err(Failure::run(format!("{}: the samples cannot be used: {reason}", config.data)));
            }
            samples.scaling.clone()
        }
        None => Scaling::fit(config.scaling_method(train.schema()), &train),
    };
    Ok(Split { train: train.with_scaling(scaling.clone()), test: test.with_scaling(scaling) })
}

fn unscaled(config: &Config, talk: Talk) -> Result<Split, Failure> {
    let apart = |data: &Dataset| split(data, config.test_share, config.seed);
    if let Some(collection) = collection(config) {
        let named = (!config.data_dir.as_os_str().is_empty()).then(|| config.data_dir.clone());
        return Ok(fetch::find(collection, &Places::new(named), talk)?.load(collection.name())?);
    }
    match config.data.as_str() {
        "digits" => Ok(apart(&digits::generate(config.digits, config.seed).images)?),
        path if !Path::new(path).exists() => Err(unknown(path)),
        path if mnist::is_in(Path::new(path)) => Ok(mnist::find(&[PathBuf::from(path)])?.load(&name(config))?),
        path => {
            let options = config.read_options()?;
            let data = files::load(Path::new(path), &options)?;
            if config.test_data.is_empty() {
                return Ok(apart(&data)?);
            }
            Ok(Split { train: data, test: files::load(Path::new(&config.test_data), &options)? })
        }
    }
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = ["digits"].into_iter().chain(Collection::ALL.map(Collection::name)).collect();
    Failure::usage(format!(
        "there is no data called '{name}' and no file or folder of that name{}; use {} or the path of a .npy or .csv \
         file, of a folder of images or of one with IDX files",
        suggest(name, &known),
        known.join(", ")
    ))
}

/// Whether the settings name data by a path.
pub(crate) fn is_path(config: &Config) -> bool {
    config.data != "digits" && collection(config).is_none()
}

/// The settings with other data, if some are named.
pub(crate) fn instead(config: &Config, named: &DataSource) -> Config {
    let mut config = config.clone();
    if let Some(data) = &named.data {
        config.data.clone_from(data);
    }
    if let Some(data_dir) = &named.data_dir {
        config.data_dir.clone_from(data_dir);
    }
    config
}

/// The file or folder that the settings name, unless it has a test set of its own.
pub(crate) fn own_path(config: &Config) -> Option<&Path> {
    let path = Path::new(&config.data);
    let is_named = config.data == "digits" || collection(config).is_some();
    (!is_named && path.exists() && !mnist::is_in(path)).then_some(path)
}

/// The number of each test sample in the data that it comes from, from 1: in those that were split, or in those to test
/// with.
pub(crate) fn test_numbers(config: &Config, data: &Split) -> Vec<usize> {
    let (all, tests) = (data.train.len() + data.test.len(), data.test.len());
    let set_apart =
        config.test_data.is_empty() && collection(config).is_none() && !mnist::is_in(Path::new(&config.data));
    // What becomes of the numbers of the samples is what became of the samples.
    let numbers = Dataset::table("numbers", (1..=all).map(|i| i as f64).collect(), 1, vec![]);
    match numbers.and_then(|numbers| split(&numbers, config.test_share, config.seed)) {
        Ok(numbers) if set_apart => (0..tests).map(|i| numbers.test.values().get(i) as usize).collect(),
        _ => (1..=tests).collect(),
    }
}

/// The collection that the settings name, if they name one.
fn collection(config: &Config) -> Option<Collection> {
    Collection::ALL.into_iter().find(|collection| collection.name() == config.data)
}

/// A short name of the data for files and titles.
pub(crate) fn name(config: &Config) -> String {
    match config.data.as_str() {
        "digits" => config.data.clone(),
        _ if collection(config).is_some() => config.data.clone(),
        path => {
            Path::new(path).file_name().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().into_owned())
        }
    }
}

/// Where a collection may lie.
#[derive(Debug)]
pub(crate) struct Places {
    /// Where to look: the folder that was named, or `$DIABOLO_DATA` and the user's cache.
    pub(crate) folders: Vec<PathBuf>,
    /// Where to put what is fetched, in a subfolder: the folder that was named, or the cache.
    pub(crate) kept: Option<PathBuf>,
}

impl Places {
    fn new(named: Option<PathBuf>) -> Self {
        if let Some(folder) = named {
            return Self { folders: vec![folder.clone()], kept: Some(folder) };
        }
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
        let kept = cache.map(|cache| cache.join("diabolo"));
        Self { folders: variable("DIABOLO_DATA").into_iter().chain(kept.clone()).collect(), kept }
    }
}
