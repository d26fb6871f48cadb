//! From settings to data.

use std::env;
use std::path::{Path, PathBuf};

use diabolo_data::{Split, digits, mnist, split};
use diabolo_models::Config;

use crate::failure::Failure;

/// The data that the settings name, split into a training and a test set.
pub(crate) fn load(config: &Config) -> Result<Split, Failure> {
    let data_dir = (!config.data_dir.as_os_str().is_empty()).then(|| config.data_dir.clone());
    match config.data.as_str() {
        "digits" => Ok(split(&digits::generate(config.digits, config.seed).images, config.test_share, config.seed)?),
        "mnist" => Ok(mnist::find(&mnist_folders(data_dir))?.load("mnist")?),
        path if Path::new(path).is_dir() => {
            let path = PathBuf::from(path);
            let name = path.file_name().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().into_owned());
            Ok(mnist::find(&[path])?.load(&name)?)
        }
        other => Err(Failure::usage(format!(
            "there is no data called '{other}' and no folder of that name; use digits, mnist or the path of a folder with IDX files"
        ))),
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
