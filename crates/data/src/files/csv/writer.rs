//! Samples as a CSV file.

use std::io::Write;
use std::path::{Path, PathBuf};

use ndarray::ArrayView2;

use crate::files::Writer;
use crate::values::to_byte;
use crate::{AtomicFile, Error, Number, Schema};

/// Writes a CSV file: names in the first line if the columns have any, quoted where that is needed, then a sample a line.
///
/// A number is written with as few digits as tell it from all others of the schema's type; bytes are rounded and held
/// between 0 and 255.
#[derive(Debug)]
pub struct CsvWriter {
    writer: csv::Writer<AtomicFile>,
    path: PathBuf,
    number: Number,
    dim: usize,
    /// The number that is being written.
    text: Vec<u8>,
}

impl CsvWriter {
    /// Begins a file of samples as `schema` describes them.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path, schema: &Schema) -> Result<Self, Error> {
        let file = AtomicFile::create(path).map_err(|source| Error::Io { path: path.into(), source })?;
        let writer = csv::Writer::from_writer(file);
        let mut writer = Self { writer, path: path.into(), number: schema.number, dim: schema.dim(), text: Vec::new() };
        if !schema.columns.is_empty() {
            writer.writer.write_record(&schema.columns).map_err(|error| writer.fault(error))?;
        }
        Ok(writer)
    }

    /// The same with a last column, called `label`, for [`write_labelled`](Self::write_labelled).
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn labelled(path: &Path, schema: &Schema, label: &str) -> Result<Self, Error> {
        let mut columns = schema.columns.clone();
        if !columns.is_empty() {
            columns.push(label.to_owned());
        }
        let writer = Self::create(path, &Schema { columns, ..schema.clone() })?;
        Ok(Self { dim: schema.dim(), ..writer })
    }

    /// Writes samples, one a row, with their labels in the last column.
    ///
    /// # Errors
    /// If the file cannot be written.
    ///
    /// # Panics
    /// If the rows do not have the size that was announced, or there is not one label for each.
    #[track_caller]
    pub fn write_labelled(&mut self, rows: ArrayView2<'_, f64>, labels: &[String]) -> Result<(), Error> {
        assert_eq!(labels.len(), rows.nrows(), "a label for each sample");
        self.write_rows(rows, |i| Some(&labels[i]))
    }

    #[track_caller]
    fn write_rows<'a>(
        &mut self,
        rows: ArrayView2<'_, f64>,
        label: impl Fn(usize) -> Option<&'a String>,
    ) -> Result<(), Error> {
        assert_eq!(rows.ncols(), self.dim, "the numbers of a sample");
        for (i, row) in rows.rows().into_iter().enumerate() {
            let written = row.iter().try_for_each(|&x| self.number(x));
            let labelled = written.and_then(|()| label(i).map_or(Ok(()), |label| self.writer.write_field(label)));
            let ended = labelled.and_then(|()| self.writer.write_record(None::<&[u8]>));
            ended.map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    fn fault(&self, error: csv::Error) -> Error {
        Error::Io { path: self.path.clone(), source: error.into() }
    }

    fn number(&mut self, x: f64) -> csv::Result<()> {
        self.text.clear();
        match self.number {
            Number::U8 => write!(self.text, "{}", to_byte(x))?,
            Number::F32 if is_plain(x) => write!(self.text, "{}", x as f32)?,
            Number::F32 => write!(self.text, "{:e}", x as f32)?,
            Number::F64 if is_plain(x) => write!(self.text, "{x}")?,
            Number::F64 => write!(self.text, "{x:e}")?,
        }
        self.writer.write_field(&self.text)
    }
}

/// Whether a number is short without an exponent.
fn is_plain(x: f64) -> bool {
    x == 0.0 || (1e-5..1e16).contains(&x.abs())
}

impl Writer for CsvWriter {
    #[track_caller]
    fn write(&mut self, rows: ArrayView2<'_, f64>) -> Result<(), Error> {
        self.write_rows(rows, |_| None)
    }

    fn finish(self: Box<Self>) -> Result<(), Error> {
        let Self { writer, path, .. } = *self;
        let file = writer.into_inner().map_err(csv::IntoInnerError::into_error);
        file.and_then(AtomicFile::finish).map_err(|source| Error::Io { path, source })
    }
}
