//! People's own data: files that are read from front to back, a block of samples at a time, and written in the same form.
//!
//! [`open`] gives a [`Reader`] whatever the kind of file, so that inputs larger than memory pass through a model block by
//! block; [`load`] reads all of it into a [`Dataset`].

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use ndarray::ArrayView2;

use crate::{Dataset, Error, Kind, Schema, Values};

mod csv;
mod npy;
mod options;
#[cfg_attr(not(feature = "images"), path = "no_pictures.rs")]
mod pictures;

pub use self::csv::{CsvReader, CsvWriter};
pub use npy::{NpyReader, NpyWriter};
pub use options::{Colour, Header, ReadOptions};
#[cfg(feature = "images")]
pub use pictures::Picture;

/// Numbers that are read at a time where all of a file is wanted.
const BLOCK: usize = 1 << 22;

/// Samples from front to back.
pub trait Reader: Debug + Send {
    /// What the samples look like; their scaling is none.
    fn schema(&self) -> &Schema;

    /// How many samples there are in all, if that can be known before they are read.
    fn samples(&self) -> Option<usize>;

    /// The next samples: `most` of them, or all that are left, none at the end.
    ///
    /// # Errors
    /// If the file cannot be read, or does not hold what its beginning promised.
    fn read(&mut self, most: usize) -> Result<Block, Error>;
}

/// Samples that were read together.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Their numbers, one sample after the other, of the schema's type and all finite.
    pub values: Values,
    /// The name of each sample's class, if the data have classes.
    pub labels: Option<Vec<String>>,
}

/// Where samples go, block by block. A file appears under its name when it is finished, and not before.
pub trait Writer: Debug {
    /// Writes samples, one a row, in the units of the data.
    ///
    /// # Errors
    /// If the file cannot be written.
    ///
    /// # Panics
    /// If the rows do not have the size that was announced.
    fn write(&mut self, rows: ArrayView2<'_, f64>) -> Result<(), Error>;

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}

/// Opens a file or folder to read its samples.
///
/// | what `path` is | samples |
/// |---|---|
/// | a file ending in `.npy` | its first axis; the others are a row's numbers, or an image's lines, pixels and channels |
/// | a file ending in `.csv` or `.tsv`, or these and `.gz` | its lines |
/// | a picture (`.png`, `.jpg`, `.jpeg`) | one |
/// | a folder | the pictures in it and its subfolders, whose names are the classes |
///
/// # Errors
/// [`Error::Io`] if there is no such file, [`Error::File`] if it is of no kind that can be read or does not begin as such a
/// file must.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Box<dyn Reader>, Error> {
    fs::metadata(path).map_err(|source| Error::Io { path: path.into(), source })?;
    match &*ending(path) {
        "npy" => Ok(Box::new(NpyReader::open(path)?)),
        "csv" | "tsv" => Ok(Box::new(CsvReader::open(path, options)?)),
        "npz" => Err(fault(path, npy::ARCHIVE)),
        _ if pictures::are_at(path) => pictures::open(path, options),
        _ => Err(fault(
            path,
            "it is no kind of file that can be read; give a .npy, .csv, .csv.gz, .png or .jpg file, or a folder of images or of IDX files",
        )),
    }
}

/// Begins a file of samples as `schema` describes them, `.npy` or `.csv`, or, for pictures and a path without an ending, a
/// folder of PNG files.
///
/// ```
/// use diabolo_data::files::{self, ReadOptions};
/// use diabolo_data::{FileKind, Number, Schema};
/// use ndarray::array;
///
/// let path = std::env::temp_dir().join(format!("diabolo-doctest-{}.csv", std::process::id()));
/// let schema = Schema::table(Number::F32, FileKind::Csv, 2, vec!["alcohol".into(), "ash".into()]);
/// let mut writer = files::create(&path, &schema)?;
/// writer.write(array![[14.2, 2.43]].view())?;
/// writer.write(array![[13.2, 2.14]].view())?;
/// writer.finish()?;
/// let wine = files::load(&path, &ReadOptions::default())?;
/// assert_eq!((wine.len(), &wine.schema().columns[1][..]), (2, "ash"));
/// # std::fs::remove_file(&path).ok();
/// # Ok::<(), diabolo_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::File`] for another path, or if the samples cannot be written in this form; [`Error::Io`] if the file cannot be
/// written.
pub fn create(path: &Path, schema: &Schema) -> Result<Box<dyn Writer>, Error> {
    match &*ending(path) {
        "npy" => Ok(Box::new(NpyWriter::create(path, schema)?)),
        "csv" => Ok(Box::new(CsvWriter::create(path, schema)?)),
        "" if schema.kind == Kind::Images => pictures::create(path, schema),
        _ => Err(fault(path, "it is no kind of file that can be written; give one that ends in .npy or .csv")),
    }
}

/// The ending of a file's name in small letters, without `.gz`.
fn ending(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_owned())
}

/// The beginning of a text that may be long, for messages.
fn excerpt(text: &str) -> String {
    let mut chars = text.chars();
    let beginning: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() { beginning + "…" } else { beginning }
}

/// A file that does not hold what it should.
fn fault(path: &Path, reason: impl Into<String>) -> Error {
    Error::File { path: path.into(), reason: reason.into() }
}

/// Reads all samples of a file or folder.
///
/// # Errors
/// As [`open`] and [`Reader::read`]; [`Error::Dataset`] if there are no samples.
pub fn load(path: &Path, options: &ReadOptions) -> Result<Dataset, Error> {
    let name = path.file_stem().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().into_owned());
    load_from(&mut *open(path, options)?, &name)
}

/// Reads all samples that are left.
///
/// # Errors
/// As [`Reader::read`]; [`Error::Dataset`] if there are no samples.
pub fn load_from(reader: &mut dyn Reader, name: &str) -> Result<Dataset, Error> {
    let mut schema = reader.schema().clone();
    let mut values = Values::none(schema.number);
    let mut labels: Option<Vec<String>> = None;
    let all = reader.samples().unwrap_or(0).saturating_mul(schema.dim());
    values.try_reserve(all).map_err(|_| {
        let reason = format!("its {all} numbers do not fit in memory; give a part of it");
        Error::Dataset { name: name.to_owned(), reason }
    })?;
    let most = (BLOCK / schema.dim()).max(1);
    loop {
        let block = reader.read(most)?;
        if block.values.is_empty() {
            break;
        }
        values.append(block.values);
        if let Some(more) = block.labels {
            labels.get_or_insert_default().extend(more);
        }
    }
    if values.is_empty() {
        let reason = "it holds no samples; give another file".to_owned();
        return Err(Error::Dataset { name: name.to_owned(), reason });
    }
    let labels = labels.map(|names| {
        let (classes, labels) = classes(&names);
        schema.classes = classes;
        labels
    });
    Dataset::new(name, schema, values, labels)
}

/// The classes by name, numbers in the order of their size, and the number of each sample's class.
fn classes(names: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut classes: Vec<&String> = names.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let numbers: Option<Vec<f64>> = classes.iter().map(|name| name.parse().ok()).collect();
    if let Some(numbers) = numbers {
        let mut numbered: Vec<_> = numbers.into_iter().zip(classes).collect();
        numbered.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        classes = numbered.into_iter().map(|(_, name)| name).collect();
    }
    let place: std::collections::HashMap<&String, u32> = classes.iter().copied().zip(0..).collect();
    let labels = names.iter().map(|name| place[name]).collect();
    (classes.into_iter().cloned().collect(), labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ordered_by_name_or_by_size() {
        let named = |names: &[&str]| classes(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert_eq!(named(&["cat", "ant", "cat"]), (vec!["ant".to_owned(), "cat".to_owned()], vec![1, 0, 1]));
        assert_eq!(named(&["10", "9", "-1"]).0, ["-1", "9", "10"]);
        assert_eq!(named(&["nan", "1", "inf", "NaN", "0"]).0, ["0", "1", "inf", "NaN", "nan"]);
    }
}
