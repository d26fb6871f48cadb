//! The data of those cases that need them.

use diabolo_data::{Split, mnist};

use super::Options;

pub(crate) fn load(options: &Options) -> Result<Split, String> {
    let folder = options.data.clone().ok_or("it needs --data with the folder of MNIST's IDX files")?;
    mnist::find(&[folder]).and_then(|found| found.load("mnist")).map_err(|error| error.to_string())
}
