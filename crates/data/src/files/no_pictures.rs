//! What is said of pictures by a build without them.

use std::path::Path;

use super::{ReadOptions, Reader, Writer};
use crate::{Error, Schema};

fn refused<T>(path: &Path) -> Result<T, Error> {
    let reason = "this build neither reads nor writes pictures; build it with the feature images, or give a .npy or .csv file or a folder of IDX files";
    Err(Error::File { path: path.into(), reason: reason.to_owned() })
}

pub(super) fn are_at(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    path.is_dir() || ["png", "jpg", "jpeg"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

pub(super) fn open(path: &Path, _options: &ReadOptions) -> Result<Box<dyn Reader>, Error> {
    refused(path)
}

pub(super) fn create(path: &Path, _schema: &Schema) -> Result<Box<dyn Writer>, Error> {
    refused(path)
}
