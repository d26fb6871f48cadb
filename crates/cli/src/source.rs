//! From settings to data.

use std::env;
use std::path::{Path, PathBuf};

use diabolo_data::{Dataset, Scaling, Split, digits, files, mnist, split};
use diabolo_models::Config;

use crate::failure::Failure;

/// The data that the settings name, split into a training and a test set, seen as the settings ask: with the scaling of a
/// saved run, or with one that is fitted to the training set.
pub(crate) fn load(config: &Config) -> Result<Split, Failure> {
    let Split { train, test } = unscaled(config)?;
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

fn unscaled(config: &Config) -> Result<Split, Failure> {
    let data_dir = (!config.data_dir.as_os_str().is_empty()).then(|| config.data_dir.clone());
    let apart = |data: &Dataset| split(data, config.test_share, config.seed);
    match config.data.as_str() {
        "digits" => Ok(apart(&digits::generate(config.digits, config.seed).images)?),
        "mnist" => Ok(mnist::find(&mnist_folders(data_dir))?.load("mnist")?),
        path if !Path::new(path).exists() => Err(Failure::usage(format!(
            "there is no data called '{path}' and no file or folder of that name; use digits, mnist or the path of a .npy or .csv file, of a folder of images or of one with IDX files"
        ))),
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

/// A short name of the data for files and titles.
pub(crate) fn name(config: &Config) -> String {
    match config.data.as_str() {
        "digits" | "mnist" => config.data.clone(),
        path => {
            Path::new(path).file_name().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().into_owned())
        }
    }
}

/// Where MNIST may lie: the folder that was named, or `$DIABOLO_DATA`, or the user's cache.
fn mnist_folders(named: Option<PathBuf>) -> Vec<PathBuf> {
    if let Some(folder) = named {
        return vec![folder];
    }
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    variable("DIABOLO_DATA").into_iter().chain(cache.map(|cache| cache.join("diabolo"))).collect()
}
