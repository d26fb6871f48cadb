//! Scores as a file: a line for each row, written as they come.

use std::io::Write;
use std::path::{Path, PathBuf};

use diabolo_data::files::{self, Writer};
use diabolo_data::{AtomicFile, FileKind, Number, Schema};
use ndarray::array;

use crate::export::Format;
use crate::failure::Failure;

/// A file that will hold scores.
pub(super) struct ScoreFile {
    path: PathBuf,
    format: Format,
}

/// A row and what was found of it.
pub(super) struct Row<'a> {
    /// From 1.
    pub(super) number: usize,
    pub(super) score: f64,
    pub(super) anomalous: bool,
    pub(super) label: Option<&'a str>,
}

/// The file while it is written.
pub(super) enum Open {
    Csv(AtomicFile, PathBuf),
    Npy(Box<dyn Writer>),
}

impl ScoreFile {
    pub(super) fn at(path: &Path) -> Result<Self, Failure> {
        match Format::of(path) {
            Ok(format @ (Format::Csv | Format::Npy)) => Ok(Self { path: path.to_owned(), format }),
            _ => Err(Failure::usage(format!(
                "{}: scores are numbers, so the file must end in .csv or .npy",
                path.display()
            ))),
        }
    }

    pub(super) fn begin(self, labelled: bool) -> Result<Open, Failure> {
        if self.format == Format::Npy {
            let columns = vec!["score".to_owned(), "anomalous".to_owned()];
            return Ok(Open::Npy(files::create(&self.path, &Schema::table(Number::F64, FileKind::Npy, 2, columns))?));
        }
        let mut file = AtomicFile::create(&self.path).map_err(|error| unwritten(&self.path, &error))?;
        let label = if labelled { ",label" } else { "" };
        writeln!(file, "row,score,anomalous{label}").map_err(|error| unwritten(&self.path, &error))?;
        Ok(Open::Csv(file, self.path))
    }
}

impl Open {
    pub(super) fn push(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let flag = u8::from(row.anomalous);
        match self {
            Self::Csv(file, path) => {
                let label = row.label.map_or_else(String::new, |label| format!(",{}", quoted(label)));
                writeln!(file, "{},{},{flag}{label}", row.number, row.score).map_err(|error| unwritten(path, &error))
            }
            Self::Npy(writer) => Ok(writer.write(array![[row.score, f64::from(flag)]].view())?),
        }
    }

    pub(super) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Csv(file, path) => file.finish().map_err(|error| unwritten(&path, &error)),
            Self::Npy(writer) => Ok(writer.finish()?),
        }
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::run(format!("{}: {error}; give another file", path.display()))
}

/// A field as RFC 4180 has it.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(super::quoted("red"), "red");
        assert_eq!(super::quoted("red, \"dry\""), "\"red, \"\"dry\"\"\"");
    }
}
