//! NPY, the format of `numpy.save`: an array of numbers behind a header that says its type, order and shape.
//!
//! ```text
//!   93 'NUMPY' major minor      versions 1.0, 2.0 and 3.0
//!   length of the header        16 bits in version 1.0, otherwise 32, least significant byte first
//!   header                      {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }
//!   numbers
//! ```
//!
//! Source: NumPy Enhancement Proposal 1, *A simple file format for NumPy arrays*. The size that the header promises is
//! compared with the file's before anything is allocated for it, and only the block that is asked for is ever in memory,
//! in Fortran order too: there each number of a sample lies in another place, so that a block costs as many accesses as a
//! sample has numbers, and large blocks are read faster.
//!
//! | shape | samples |
//! |---|---|
//! | (n, d) | rows of d numbers |
//! | (n, h, w), (n, h, w, 1) | grey images |
//! | (n, h, w, 3) | images in colour |
//!
//! Bytes stay bytes (`u1`), `f4` and `f8` what they are; `f2` and booleans become `f32`, all other whole numbers `f64`,
//! which holds those below 2⁵³ and refuses larger ones.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Block, Reader, fault};
use crate::{Error, FileKind, ImageShape, Number, Schema};

mod element;
mod header;
mod writer;

use header::Header;
pub use writer::NpyWriter;

/// The longest header; that of an array of numbers has about a hundred bytes.
const HEADER_LIMIT: u64 = 1 << 16;

/// Why an archive of several arrays is refused.
pub(super) const ARCHIVE: &str = "it is an archive of arrays; save the one that holds the samples with numpy.save";

/// Samples of a NPY file.
///
/// ```
/// use std::io::Cursor;
/// use std::path::Path;
/// use diabolo_data::Values;
/// use diabolo_data::files::{NpyReader, Reader};
///
/// let mut file = b"\x93NUMPY\x01\x00\x3c\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n".to_vec();
/// file.extend([1, 2, 3, 4, 5, 6]);
/// let mut reader = NpyReader::new(Cursor::new(file), Path::new("rows.npy"))?;
/// assert_eq!(reader.schema().in_words(), "rows of 3 numbers");
/// assert_eq!(reader.read(1)?.values, Values::Bytes(vec![1, 2, 3]));
/// assert_eq!(reader.read(9)?.values, Values::Bytes(vec![4, 5, 6]));
/// assert!(reader.read(9)?.values.is_empty());
/// # Ok::<(), diabolo_data::Error>(())
/// ```
#[derive(Debug)]
pub struct NpyReader<R = File> {
    source: R,
    path: PathBuf,
    header: Header,
    schema: Schema,
    /// Where the numbers begin.
    start: u64,
    done: usize,
}

impl NpyReader<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Io { path: path.into(), source })?;
        Self::new(file, path)
    }
}

impl<R: Read + Seek> NpyReader<R> {
    /// Reads the header; `path` is for messages.
    ///
    /// # Errors
    /// If the source cannot be read, is no NPY file, holds no samples of numbers, or is shorter or longer than its header
    /// says.
    pub fn new(mut source: R, path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.into(), source };
        let size = source.seek(SeekFrom::End(0)).map_err(io)?;
        if size == 0 {
            return Err(Error::EmptyFile { path: path.into() });
        }
        source.rewind().map_err(io)?;
        let mut bytes = Vec::new();
        let mut take = |n: u64| {
            bytes.clear();
            source.by_ref().take(n).read_to_end(&mut bytes).map_err(io)?;
            if (bytes.len() as u64) < n { Err(fault(path, short_header(size))) } else { Ok(bytes.clone()) }
        };
        let magic = take(size.min(8))?;
        let version = version(&magic).map_err(|reason| fault(path, reason))?;
        let width: u64 = if version == 1 { 2 } else { 4 };
        let length = take(width)?.iter().rev().fold(0, |length, &byte| length << 8 | u64::from(byte));
        let start = 8 + width + length;
        if start > size {
            return Err(fault(path, short_header(size)));
        }
        if length > HEADER_LIMIT {
            return Err(fault(path, format!("its NPY header of {length} bytes is no header of an array of numbers")));
        }
        let text = take(length)?;
        let text =
            if version < 3 { Ok(text.iter().copied().map(char::from).collect()) } else { String::from_utf8(text) };
        let text = text.map_err(|_| fault(path, "its NPY header is not UTF-8; write it again with numpy.save"))?;
        let header = Header::parse(&text).map_err(|reason| fault(path, reason))?;
        let schema = schema(&header).map_err(|reason| fault(path, reason))?;
        compare(&header, size - start).map_err(|reason| fault(path, reason))?;
        Ok(Self { source, path: path.into(), header, schema, start, done: 0 })
    }

    /// The bytes of the next `rows` samples in C order.
    fn fetch(&mut self, rows: usize) -> io::Result<Vec<u8>> {
        let (width, dim, samples) = (self.header.element.size(), self.schema.dim(), self.header.shape[0]);
        let (start, done) = (self.start, self.done as u64);
        let place_of = |number: u64| SeekFrom::Start(start + number * width as u64);
        let mut bytes = vec![0; rows * dim * width];
        if !self.header.fortran_order {
            self.source.seek(place_of(done * dim as u64))?;
            self.source.read_exact(&mut bytes)?;
            return Ok(bytes);
        }
        let mut column = vec![0; rows * width];
        for (number, place) in in_fortran_order(self.schema.shape).enumerate() {
            self.source.seek(place_of(number as u64 * samples as u64 + done))?;
            self.source.read_exact(&mut column)?;
            for (row, number) in column.chunks_exact(width).enumerate() {
                bytes[(row * dim + place) * width..][..width].copy_from_slice(number);
            }
        }
        Ok(bytes)
    }
}

impl<R: Read + Seek + std::fmt::Debug + Send> Reader for NpyReader<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn samples(&self) -> Option<usize> {
        Some(self.header.shape[0])
    }

    fn read(&mut self, most: usize) -> Result<Block, Error> {
        let rows = most.min(self.header.shape[0] - self.done);
        let bytes = self.fetch(rows).map_err(|source| Error::Io { path: self.path.clone(), source })?;
        let values = self.header.element.decode(&bytes);
        let place = |at: usize| {
            let (sample, column) =
                (self.done + at / self.schema.dim() + 1, self.schema.column_name(at % self.schema.dim()));
            format!("{column} of sample {sample} is {}", values.get(at))
        };
        if let Some(at) = values.first_not_finite() {
            return Err(fault(&self.path, format!("{}; remove or replace the value", place(at))));
        }
        if let Some(at) = self.header.element.first_rounded(&values) {
            let advice = "beyond the whole numbers below 2^53 that are read exactly; save it with x.astype('float64')";
            return Err(fault(&self.path, format!("{}, {advice}", place(at))));
        }
        self.done += rows;
        Ok(Block { values, labels: None })
    }
}

/// The version of the format, or why the first bytes are no NPY file's.
fn version(magic: &[u8]) -> Result<u8, String> {
    match *magic {
        [0x93, b'N', b'U', b'M', b'P', b'Y', major @ 1..=3, 0] => Ok(major),
        [0x93, b'N', b'U', b'M', b'P', b'Y', major, minor] => {
            Err(format!("it is of version {major}.{minor} of the NPY format, of which 1.0, 2.0 and 3.0 can be read"))
        }
        [b'P', b'K', 3..=6, ..] => Err(ARCHIVE.to_owned()),
        [0x1f, 0x8b, ..] => Err("it is compressed; unpack it with gunzip".to_owned()),
        _ if magic.len() < 8 && magic.iter().zip(b"\x93NUMPY").all(|(a, b)| a == b) => {
            Err(short_header(magic.len() as u64))
        }
        _ => Err(format!("it is not a NPY file, it starts with {magic:02x?}; write the array with numpy.save")),
    }
}

fn short_header(size: u64) -> String {
    format!("it ends inside its NPY header, after {size} bytes; fetch or write it again")
}

/// What the samples look like, or why there are none.
fn schema(header: &Header) -> Result<Schema, String> {
    let number = header.element.number();
    let shape = &header.shape[..];
    let schema = match *shape {
        [_, dim] => Schema::table(number, FileKind::Npy, dim, vec![]),
        [_, height, width] => images(number, ImageShape { height, width, channels: 1 }),
        [_, height, width, channels @ (1 | 3)] => images(number, ImageShape { height, width, channels }),
        _ => return Err(format!("its shape is {shape:?}, where {}", wanted(shape))),
    };
    if schema.is_consistent() {
        return Ok(schema);
    }
    Err(format!("its shape is {shape:?}, and samples have at least one number and at most 2^30; save another array"))
}

fn images(number: Number, shape: ImageShape) -> Schema {
    let scaling = crate::Scaling::none();
    Schema { file: FileKind::Npy, number, scaling, ..Schema::images(shape) }
}

/// What a shape should be, and how it may become so.
fn wanted(shape: &[usize]) -> &'static str {
    match shape {
        [_] => "a table is needed; save x.reshape(-1, 1) for samples of one number, or x.reshape(1, -1) for one sample",
        [_, 1 | 3, _, _] => "channels must come last; save numpy.moveaxis(x, 1, -1)",
        _ => "(n, d), (n, h, w), (n, h, w, 1) or (n, h, w, 3) is needed; save x.reshape(len(x), -1) for a table",
    }
}

/// Whether as many bytes follow the header as it promises.
fn compare(header: &Header, found: u64) -> Result<(), String> {
    let numbers = header.shape.iter().try_fold(1_u128, |product, &extent| product.checked_mul(extent as u128));
    let bytes = numbers.and_then(|numbers| numbers.checked_mul(header.element.size() as u128));
    let promise = || {
        let extents: Vec<String> = header.shape.iter().map(usize::to_string).collect();
        let bytes = bytes.map_or_else(|| "more than 2^128".to_owned(), |bytes| bytes.to_string());
        format!("its header promises {} numbers in {bytes} bytes", extents.join("×"))
    };
    match bytes {
        Some(bytes) if bytes == u128::from(found) => Ok(()),
        Some(bytes) if bytes < u128::from(found) => {
            Err(format!("{}, and {found} follow; write one array with numpy.save", promise()))
        }
        _ => Err(format!("{}, and only {found} follow; fetch or write it again", promise())),
    }
}

/// Where the numbers of a sample, of which the first index runs fastest, stand in one of which the last does.
fn in_fortran_order(shape: ImageShape) -> impl Iterator<Item = usize> {
    let ImageShape { height, width, channels } = shape;
    (0..width * channels).flat_map(move |column| {
        let (x, channel) = (column % width, column / width);
        (0..height).map(move |y| (y * width + x) * channels + channel)
    })
}

#[cfg(test)]
mod tests;
