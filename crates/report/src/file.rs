//! Files that are either whole or absent.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::Error;

/// Writes `bytes` to `path` by way of a temporary file in the same folder, which is flushed to disk and then renamed:
/// a reader never meets half a file, and an interrupted run leaves the former file in place. Missing folders are
/// created.
///
/// # Errors
///
/// [`Error::Folder`] if the folder cannot be created, [`Error::Write`] if the file cannot be written or renamed.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("images/loss.svg");
/// diabolo_report::write_atomic(&path, b"<svg/>")?;
/// assert_eq!(std::fs::read(&path).unwrap(), b"<svg/>");
/// # Ok::<(), diabolo_report::Error>(())
/// ```
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let temporary = beside(path)?;
    replace(&temporary, path, bytes).map_err(|source| {
        // The first error is the one worth telling; the temporary file may never have been made.
        let _ = fs::remove_file(&temporary);
        Error::Write { path: path.to_path_buf(), source }
    })
}

/// Finds out whether [`write_atomic`] could write to `path`, and leaves no trace but folders that were missing: for those who
/// have long to compute before they write.
///
/// # Errors
///
/// As `write_atomic`.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    let temporary = beside(path)?;
    let tried = match path.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => File::create(&temporary).and_then(|_| fs::remove_file(&temporary)),
    };
    tried.map_err(|source| Error::Write { path: path.to_path_buf(), source })
}

/// The temporary file of `path`, in a folder that exists.
fn beside(path: &Path) -> Result<PathBuf, Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|source| Error::Folder { path: folder.to_path_buf(), source })?;
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(name))
}

fn replace(temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(temporary, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/report.html");
        write_atomic(&path, b"first").unwrap();
        write_atomic(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn says_which_file_it_could_not_write() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_atomic(folder.path(), b"").unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
        assert!(matches!(check_writable(folder.path()), Err(Error::Write { .. })));
        let blocked = folder.path().join("file");
        fs::write(&blocked, b"").unwrap();
        assert!(matches!(write_atomic(&blocked.join("report.html"), b""), Err(Error::Folder { .. })));
        assert!(matches!(check_writable(&blocked.join("report.html")), Err(Error::Folder { .. })));
        check_writable(&folder.path().join("report.html")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the file of before");
    }
}
