//! Comma-separated values: a sample a line, with or without names in the first.
//!
//! Fields are separated by commas, or by semicolons or tabs if the first line has one outside of quotes; they may be
//! quoted as in RFC 4180, and surrounded by spaces. Lines end in LF or CRLF, blank ones are passed over. The text is
//! UTF-8, with or without a mark at its beginning, and may be gzipped, which is read from its first bytes. It is read as a
//! stream, however large, and a line may have 16 MiB and 2²⁰ fields, so that one that never ends fills no memory.
//!
//! Every field but the label's is a number in the notation of Rust, Python or C (`-1.5`, `1e-3`, `.5`), read to `f64`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Block, Header, ReadOptions, Reader, excerpt, fault};
use crate::{Error, FileKind, Number, Schema, Values};

mod head;
mod lines;
mod writer;

use head::{Columns, clean};
use lines::{Line, Lines};
pub use writer::CsvWriter;

/// Samples of a CSV file.
///
/// ```
/// use std::path::Path;
/// use diabolo_data::Values;
/// use diabolo_data::files::{CsvReader, ReadOptions, Reader};
///
/// let text = "alcohol,ash,kind\n14.2,2.43,red\n13.2,2.14,white\n".as_bytes();
/// let options = ReadOptions { label: Some("kind".into()), ..ReadOptions::default() };
/// let mut reader = CsvReader::new(text, Path::new("wine.csv"), &options)?;
/// assert_eq!(reader.schema().columns, ["alcohol", "ash"]);
/// let block = reader.read(100)?;
/// assert_eq!(block.values, Values::Double(vec![14.2, 2.43, 13.2, 2.14]));
/// assert_eq!(block.labels.unwrap(), ["red", "white"]);
/// # Ok::<(), diabolo_data::Error>(())
/// ```
#[derive(Debug)]
pub struct CsvReader {
    lines: Lines,
    path: PathBuf,
    header: Header,
    columns: Columns,
    schema: Schema,
    /// The line that was read last.
    line: Line,
    /// Whether that line is still to be given out.
    waits: bool,
}

impl CsvReader {
    /// Opens a file.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Io { path: path.into(), source })?;
        Self::new(file, path, options)
    }

    /// Reads up to the first sample; `path` is for messages.
    ///
    /// # Errors
    /// If the source cannot be read or decompressed, holds no samples, or has no such label.
    pub fn new(source: impl Read + Send + 'static, path: &Path, options: &ReadOptions) -> Result<Self, Error> {
        let (mut lines, mut line) = (Lines::new(source, path)?, Line::default());
        if !lines.next(&mut line)? {
            return Err(fault(path, "it has no lines; give a file with a sample a line"));
        }
        let columns = Columns::of(&line.fields, options).map_err(|reason| fault(path, reason))?;
        let named = !columns.names.is_empty();
        if named && !lines.next(&mut line)? {
            return Err(fault(path, "its only line holds names; give a file with a sample a line"));
        }
        let mut numbers = columns.names.clone();
        let label = columns.label.map(|j| if named { numbers.remove(j) } else { (j + 1).to_string() });
        let dim = columns.count - usize::from(label.is_some());
        let schema = Schema { label, ..Schema::table(Number::F64, FileKind::Csv, dim, numbers) };
        Ok(Self { lines, path: path.into(), header: options.header, columns, schema, line, waits: true })
    }

    /// Adds the numbers of the line, and gives its label.
    fn sample(&self, values: &mut Vec<f64>) -> Result<Option<String>, String> {
        let (found, expected, number) = (self.line.fields.len(), self.columns.count, self.line.number);
        if found != expected {
            let advice = "quote fields with separators in them, or remove the line";
            return Err(format!("line {number} has {found} fields where the first has {expected}; {advice}"));
        }
        let mut label = None;
        for (j, field) in self.line.fields.iter().enumerate() {
            let place = || format!("{} in line {number} is", self.columns.describe(j));
            let field = field.trim();
            if self.columns.label == Some(j) {
                if field.is_empty() {
                    return Err(format!("{} empty where a label is needed; fill it in or remove the line", place()));
                }
                label = Some(clean(field));
            } else {
                let advice = if number == 1 && self.header == Header::No { ", or let the header be yes" } else { "" };
                values.push(parse(field).map_err(|what| format!("{} {what}{advice}", place()))?);
            }
        }
        Ok(label)
    }
}

impl Reader for CsvReader {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn samples(&self) -> Option<usize> {
        None
    }

    fn read(&mut self, most: usize) -> Result<Block, Error> {
        let (mut values, mut labels) = (vec![], vec![]);
        for _ in 0..most {
            if !self.waits && !self.lines.next(&mut self.line)? {
                break;
            }
            self.waits = false;
            labels.extend(self.sample(&mut values).map_err(|reason| fault(&self.path, reason))?);
        }
        Ok(Block { values: Values::Double(values), labels: self.columns.label.map(|_| labels) })
    }
}

/// A finite number, or what a field is instead and what to do.
fn parse(field: &str) -> Result<f64, String> {
    let text = excerpt(field);
    match field.parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(x),
        Ok(_) if field.contains(|c: char| c.is_ascii_digit()) => {
            Err(format!("{text}, beyond the largest number of 64 bits; remove or replace it"))
        }
        Ok(x) => Err(format!("{x}; remove or replace it")),
        Err(_) if field.is_empty() => Err("empty where a number is needed; fill it in or remove the line".to_owned()),
        Err(_) if field.replacen(',', ".", 1).parse::<f64>().is_ok() => {
            Err(format!("{text:?} where a number is needed; write decimals with a point"))
        }
        Err(_) => {
            Err(format!("{text:?} where a number is needed; correct it, remove the column, or make it the label"))
        }
    }
}

#[cfg(test)]
mod tests;
