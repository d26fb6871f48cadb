//! Files that are whole or not there.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::error::Error;

/// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it, so that a reader at any moment
/// sees the old contents or the new.
///
/// # Errors
/// [`Error::Io`] with the path; the old file is then still there.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&temporary); // the error that counts is the first
        Error::Io { path: path.to_owned(), source }
    })
}
