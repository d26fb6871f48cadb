//! Files that are whole or not there.

use std::path::Path;

use crate::error::Error;

/// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it, so that a reader at any moment
/// sees the old contents or the new.
///
/// # Errors
/// [`Error::Io`] with the path; the old file is then still there.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    diabolo_data::write_atomically(path, bytes).map_err(|source| Error::Io { path: path.to_owned(), source })
}
