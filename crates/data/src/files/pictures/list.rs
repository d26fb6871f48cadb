//! Which files of a folder are pictures.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// A picture, and the name of the subfolder it lies in, if it lies in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) path: PathBuf,
    pub(super) class: Option<String>,
}

/// Whether a file has the name of a picture, and is not hidden.
pub(super) fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"].iter().any(|known| ending.eq_ignore_ascii_case(known)) && !is_hidden(path)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// The pictures of a folder, or else those of its subfolders, in the order of their paths.
pub(super) fn list(folder: &Path) -> Result<Vec<Listed>, Error> {
    let entries = entries(folder)?;
    let here: Vec<Listed> = pictures(&entries).map(|path| Listed { path, class: None }).collect();
    let mut below = vec![];
    for subfolder in entries.iter().filter(|path| path.is_dir() && !is_hidden(path)) {
        let class = subfolder.file_name().map(|name| name.to_string_lossy().into_owned());
        below.extend(pictures(&self::entries(subfolder)?).map(|path| Listed { path, class: class.clone() }));
    }
    let reason = match (here.first(), below.first()) {
        (Some(_), None) => return Ok(here),
        (None, Some(_)) => return Ok(below),
        (Some(here), Some(below)) => format!(
            "it holds pictures ({}) and subfolders with pictures ({}); put all of them into subfolders, or none",
            here.path.display(),
            below.path.display()
        ),
        (None, None) => "it holds no pictures; give a folder with .png or .jpg files, with a subfolder of them for each class, or with the IDX files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte".to_owned(),
    };
    Err(Error::File { path: folder.into(), reason })
}

fn pictures(entries: &[PathBuf]) -> impl Iterator<Item = PathBuf> + '_ {
    entries.iter().filter(|path| is_picture(path) && path.is_file()).cloned()
}

/// What a folder holds, in the order of the names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |source| Error::Io { path: folder.into(), source };
    let entries = fs::read_dir(folder).map_err(io)?;
    let mut paths = entries.map(|entry| Ok(entry.map_err(io)?.path())).collect::<Result<Vec<_>, Error>>()?;
    paths.sort();
    Ok(paths)
}
