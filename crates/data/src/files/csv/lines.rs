//! The lines of a text, taken apart: decompressed, decoded, and none of them longer than memory has room for.

use std::fmt;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::{Path, PathBuf};

use csv::{ErrorKind, ReaderBuilder, StringRecord, Terminator};
use flate2::bufread::MultiGzDecoder;

use crate::Error;
use crate::files::fault;

/// Bytes that a line may have.
const LINE_LIMIT: usize = 16 << 20;
/// Fields that a line may have.
const FIELD_LIMIT: usize = 1 << 20;
/// Bytes in which the first line shows what separates its fields.
const BEGINNING: u64 = 1 << 16;

/// How often a gzipped text may be as long as its file, once it is longer than [`UNPACKED`]; tables are some ten times.
const RATIO: u64 = 200;
/// Bytes of a gzipped text that are unpacked in any case.
const UNPACKED: u64 = 64 << 20;

/// The lines of a text that are not blank.
#[derive(Debug)]
pub(super) struct Lines {
    reader: csv::Reader<Limited>,
    path: PathBuf,
    gzipped: bool,
}

/// A line's fields; there may be spaces around them, as the end of a line in CRLF is.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) fields: StringRecord,
    /// Its number, counted from 1.
    pub(super) number: u64,
}

impl Lines {
    pub(super) fn new(source: impl Read + Send + 'static, path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.into(), source };
        let (magic, source) = beginning(Box::new(source), 2).map_err(io)?;
        if magic.is_empty() {
            return Err(Error::EmptyFile { path: path.into() });
        }
        let gzipped = magic == [0x1f, 0x8b];
        let text: Box<dyn Read + Send> = if gzipped { Box::new(Unpacked::new(source)) } else { Box::new(source) };
        let (first, text) = beginning(text, BEGINNING).map_err(|source| read_fault(path, gzipped, source))?;
        // With this end after the last line, only an open quote looks for more of it.
        let limited = Limited { source: text.chain(&b"\n"[..]), left: LINE_LIMIT, exceeded: false, ended: false };
        let mut builder = ReaderBuilder::new();
        builder.delimiter(separator(&first)).terminator(Terminator::Any(b'\n')).has_headers(false).flexible(true);
        let reader = builder.from_reader(limited);
        Ok(Self { reader, path: path.into(), gzipped })
    }

    /// Reads the next line; false at the end.
    pub(super) fn next(&mut self, line: &mut Line) -> Result<bool, Error> {
        loop {
            self.reader.get_mut().left = LINE_LIMIT;
            let read = self.reader.read_record(&mut line.fields).map_err(|error| self.fault(error))?;
            let quoted = line.fields.as_slice().bytes().filter(|&byte| byte == b'\n').count() as u64;
            line.number = self.reader.position().line().saturating_sub(1 + quoted);
            if read && self.reader.get_ref().ended {
                let reason = format!("line {} has a quote that is not closed; close or remove it", line.number + 1);
                return Err(fault(&self.path, reason));
            }
            if line.fields.len() > FIELD_LIMIT {
                return Err(self.too_long(line.number, &format!("{FIELD_LIMIT} fields")));
            }
            if !read || line.fields.len() > 1 || !line.fields.as_slice().trim().is_empty() {
                return Ok(read);
            }
        }
    }

    fn too_long(&self, number: u64, limit: &str) -> Error {
        fault(&self.path, format!("line {number} has more than {limit}; look for a quote that is not closed"))
    }

    fn fault(&self, error: csv::Error) -> Error {
        let number = self.reader.position().line();
        if self.reader.get_ref().exceeded {
            return self.too_long(number, &format!("{LINE_LIMIT} bytes"));
        }
        let number = number - 1;
        match error.into_kind() {
            ErrorKind::Io(source) => read_fault(&self.path, self.gzipped, source),
            ErrorKind::Utf8 { .. } => {
                fault(&self.path, format!("line {number} is not UTF-8 text; save the file as UTF-8"))
            }
            other => fault(&self.path, format!("line {number} cannot be read ({other:?}); correct it")),
        }
    }
}

fn read_fault(path: &Path, gzipped: bool, source: io::Error) -> Error {
    if gzipped && source.kind() == io::ErrorKind::FileTooLarge {
        return fault(
            path,
            format!("it unpacks to more than {RATIO} times its size; unpack it with gunzip if it is a table"),
        );
    }
    let path = path.into();
    if gzipped { Error::Gzip { path, source } } else { Error::Io { path, source } }
}

type Whole = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// The first bytes of a source, and all of it.
fn beginning(mut source: Box<dyn Read + Send>, bytes: u64) -> io::Result<(Vec<u8>, Whole)> {
    let mut first = Vec::new();
    source.by_ref().take(bytes).read_to_end(&mut first)?;
    Ok((first.clone(), Cursor::new(first).chain(source)))
}

/// What separates fields: a tab or a semicolon if the first line has one outside of quotes, otherwise a comma.
fn separator(text: &[u8]) -> u8 {
    let mut quoted = false;
    let mut found = b',';
    for &byte in text {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b'\t' if !quoted => return b'\t',
            b';' if !quoted => found = b';',
            _ => {}
        }
    }
    found
}

/// What was gzipped, unless it is a small file that unpacks without end.
struct Unpacked {
    decoder: MultiGzDecoder<BufReader<Counted>>,
    count: u64,
}

/// Bytes, and how many there were.
struct Counted {
    source: Whole,
    count: u64,
}

impl Unpacked {
    fn new(source: Whole) -> Self {
        Self { decoder: MultiGzDecoder::new(BufReader::new(Counted { source, count: 0 })), count: 0 }
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.count += read as u64;
        let packed = self.decoder.get_ref().get_ref().count;
        if self.count > UNPACKED && self.count / RATIO > packed {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(read)
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// Bytes up to a limit that is set anew for each line: one that does not end must not fill the memory.
struct Limited {
    source: Chain<Whole, &'static [u8]>,
    left: usize,
    exceeded: bool,
    ended: bool,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            self.exceeded = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let most = buffer.len().min(self.left);
        let read = self.source.read(&mut buffer[..most])?;
        self.left -= read;
        self.ended = read == 0 && most > 0;
        Ok(read)
    }
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("left", &self.left).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(source: impl Read + Send + 'static) -> Lines {
        Lines::new(source, Path::new("table.csv")).unwrap()
    }

    fn read(text: &'static [u8]) -> Vec<(u64, Vec<String>)> {
        let (mut lines, mut line, mut all) = (lines(text), Line::default(), vec![]);
        while lines.next(&mut line).unwrap() {
            all.push((line.number, line.fields.iter().map(|field| field.trim().to_owned()).collect()));
        }
        all
    }

    #[test]
    fn lines_have_their_numbers_whatever_lies_between_them() {
        let numbers = |text| read(text).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        assert_eq!(numbers(b"1,2\n3,4\n5,6"), [1, 2, 3]);
        assert_eq!(numbers(b"1,2\r\n3,4\r\n5,6\r\n"), [1, 2, 3]);
        assert_eq!(numbers(b"\n1,2\n\n\n3,4\n\n"), [2, 5]);
        assert_eq!(numbers(b"\r\n1,2\r\n\r\n3,4\r\n"), [2, 4]);
        assert_eq!(numbers(b"1\n \n2\n"), [1, 3]);
        assert_eq!(numbers(b"\"a\r\nb\",2\r\n3,4\r\n\"\n\",5"), [1, 3, 4]);
    }

    #[test]
    fn the_first_line_shows_what_separates_fields() {
        for (text, expected) in [
            ("a,b\n1;2", b','),
            ("a;b\n", b';'),
            ("1,5;2,5\n", b';'),
            ("a\tb;c\n", b'\t'),
            ("\"a;b\",c\n", b','),
            ("a", b','),
        ] {
            assert_eq!(separator(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn marks_and_quotes_are_not_part_of_fields() {
        let expected = [(1, vec!["x".to_owned(), "a, \"b\"".to_owned()]), (2, vec!["1".to_owned(), String::new()])];
        assert_eq!(read(b"\xef\xbb\xbfx,\"a, \"\"b\"\"\"\r\n1,\r\n"), expected);
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_fills_the_memory() {
        for byte in [b'1', b'"', b','] {
            let error = lines(io::repeat(byte)).next(&mut Line::default()).unwrap_err().to_string();
            assert!(error.contains("line 1 has more than 16777216 bytes"), "{error}");
        }
        let fields = vec![b','; FIELD_LIMIT];
        let error = lines(Cursor::new(fields)).next(&mut Line::default()).unwrap_err().to_string();
        assert!(error.contains("line 1 has more than 1048576 fields"), "{error}");
    }
}
