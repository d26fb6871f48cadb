//! Samples as a NPY file.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ndarray::ArrayView2;

use crate::files::Writer;
use crate::values::to_byte;
use crate::{AtomicFile, Error, Kind, Number, Schema};

/// Writes a NPY file of version 1.0, little-endian and in C order.
///
/// Its numbers have the schema's type, bytes rounded and held between 0 and 255; its shape is (n, d) for a table,
/// (n, h, w) for grey images, and (n, h, w, c) for others.
#[derive(Debug)]
pub struct NpyWriter {
    file: AtomicFile,
    path: PathBuf,
    number: Number,
    /// The extents of a sample.
    shape: Vec<usize>,
    written: u64,
}

impl NpyWriter {
    /// Begins a file of samples as `schema` describes them.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path, schema: &Schema) -> Result<Self, Error> {
        let image = schema.shape;
        let shape = match (schema.kind, image.channels) {
            (Kind::Table, _) => vec![schema.dim()],
            (Kind::Images, 1) => vec![image.height, image.width],
            (Kind::Images, channels) => vec![image.height, image.width, channels],
        };
        let io = |source| Error::Io { path: path.into(), source };
        let file = AtomicFile::create(path).map_err(io)?;
        let mut writer = Self { file, path: path.into(), number: schema.number, shape, written: 0 };
        writer.header().map_err(io)?;
        Ok(writer)
    }

    /// Writes the header, which is of the same length for any number of samples.
    fn header(&mut self) -> io::Result<()> {
        let kind = match self.number {
            Number::U8 => "|u1",
            Number::F32 => "<f4",
            Number::F64 => "<f8",
        };
        let sample: String = self.shape.iter().map(|extent| format!(", {extent}")).collect();
        let header = |n: u64| format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({n}{sample}), }}");
        let width = (10 + header(u64::MAX).len() + 1).next_multiple_of(64) - 10;
        self.file.write_all(b"\x93NUMPY\x01\x00")?;
        self.file.write_all(&(width as u16).to_le_bytes())?;
        writeln!(self.file, "{:<spaces$}", header(self.written), spaces = width - 1)
    }

    fn numbers(&mut self, rows: ArrayView2<'_, f64>) -> io::Result<()> {
        for &x in rows {
            match self.number {
                Number::U8 => self.file.write_all(&[to_byte(x)])?,
                Number::F32 => self.file.write_all(&(x as f32).to_le_bytes())?,
                Number::F64 => self.file.write_all(&x.to_le_bytes())?,
            }
        }
        Ok(())
    }

    fn complete(mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.header()?;
        self.file.finish()
    }
}

impl Writer for NpyWriter {
    #[track_caller]
    fn write(&mut self, rows: ArrayView2<'_, f64>) -> Result<(), Error> {
        assert_eq!(rows.ncols(), self.shape.iter().product(), "the numbers of a sample");
        self.written += rows.nrows() as u64;
        self.numbers(rows).map_err(|source| Error::Io { path: self.path.clone(), source })
    }

    fn finish(self: Box<Self>) -> Result<(), Error> {
        let path = self.path.clone();
        self.complete().map_err(|source| Error::Io { path, source })
    }
}
