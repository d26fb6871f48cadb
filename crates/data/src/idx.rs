//! The IDX format of the MNIST files: arrays of bytes with their dimensions in front, plain or gzipped.
//!
//! ```text
//!   00 00 08 rank          08: unsigned bytes
//!   dimension              rank times, 32 bits, most significant byte first
//!   bytes                  as many as the product of the dimensions, the last index running fastest
//! ```
//!
//! Source: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*, "File formats".
//! Whether a file is gzipped is read from its first two bytes, whatever its name. Nothing is allocated before the length
//! that the header promises has been compared with the file.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::Error;

/// Deflate cannot shrink data further than 1032 to 1.
const DEFLATE_RATIO: u64 = 1032;
/// Bytes that a gzipped file may decompress to.
const DECOMPRESSED_LIMIT: u64 = 8 << 30;

/// An array of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Its one to four dimensions.
    pub dims: Vec<usize>,
    /// Its elements, the last index running fastest.
    pub bytes: Vec<u8>,
}

/// Reads an IDX file of bytes, plain or gzipped.
///
/// ```
/// use diabolo_data::idx::{self, Idx};
///
/// let path = std::env::temp_dir().join(format!("diabolo-doctest-{}.idx", std::process::id()));
/// let matrix = Idx { dims: vec![2, 3], bytes: vec![1, 2, 3, 4, 5, 6] };
/// idx::write(&path, &matrix)?;
/// assert_eq!(idx::read(&path)?, matrix);
/// # std::fs::remove_file(&path).ok();
/// # Ok::<(), diabolo_data::Error>(())
/// ```
///
/// # Errors
/// If the file is missing, empty, not IDX or not of bytes, shorter or longer than its header says, if its dimensions
/// cannot be true, or if it is gzip and damaged.
pub fn read(path: &Path) -> Result<Idx, Error> {
    let io = |source| Error::Io { path: path.into(), source };
    let file = File::open(path).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    read_from(file, size, path)
}

/// Reads an IDX file whose `size` bytes come from `source`; `path` is for messages.
///
/// # Errors
/// As [`read`].
pub fn read_from(source: impl Read, size: u64, path: &Path) -> Result<Idx, Error> {
    let io = |source| Error::Io { path: path.into(), source };
    let mut file = BufReader::new(source);
    match file.fill_buf().map_err(io)? {
        [] => Err(Error::EmptyFile { path: path.into() }),
        [0x1f, 0x8b, ..] => {
            let source = Source { path, fault: |path, source| Error::Gzip { path, source } };
            let mut decoder = MultiGzDecoder::new(file);
            let dims = source.header(&mut decoder)?;
            let limit = size.saturating_mul(DEFLATE_RATIO).min(DECOMPRESSED_LIMIT);
            if product(&dims) > u128::from(limit) {
                return Err(Error::IdxTooLarge { path: path.into(), dims });
            }
            source.body(&mut decoder, dims)
        }
        _ => {
            let source = Source { path, fault: |path, source| Error::Io { path, source } };
            let dims = source.header(&mut file)?;
            let found = size.saturating_sub(4 + 4 * dims.len() as u64);
            if product(&dims) > u128::from(found) {
                return Err(Error::IdxTruncated { path: path.into(), expected: product(&dims), dims, found });
            }
            source.body(&mut file, dims)
        }
    }
}

/// Writes a plain IDX file.
///
/// # Errors
/// If the file cannot be written.
///
/// # Panics
/// If `array` has not one to four dimensions of 32 bits, or not as many bytes as they say.
#[track_caller]
pub fn write(path: &Path, array: &Idx) -> Result<(), Error> {
    let Idx { dims, bytes } = array;
    assert!((1..=4).contains(&dims.len()), "an IDX file has one to four dimensions, not {}", dims.len());
    assert_eq!(product(dims), bytes.len() as u128, "the bytes of an array of {dims:?}");
    let mut file = vec![0, 0, 8, dims.len() as u8];
    for &dim in dims {
        file.extend(u32::try_from(dim).expect("a dimension of an IDX file has 32 bits").to_be_bytes());
    }
    file.extend(bytes);
    fs::write(path, file).map_err(|source| Error::Io { path: path.into(), source })
}

/// Dimensions have 32 bits each in a file, so that the product of four cannot overflow.
fn product(dims: &[usize]) -> u128 {
    dims.iter().map(|&dim| dim as u128).product()
}

/// Where bytes come from, for errors.
struct Source<'a> {
    path: &'a Path,
    fault: fn(std::path::PathBuf, io::Error) -> Error,
}

impl Source<'_> {
    /// Up to `n` bytes; fewer where the stream ends.
    fn take(&self, reader: &mut impl Read, n: u64, bytes: &mut Vec<u8>) -> Result<(), Error> {
        reader.take(n).read_to_end(bytes).map_err(|source| (self.fault)(self.path.into(), source))?;
        Ok(())
    }

    fn header(&self, reader: &mut impl Read) -> Result<Vec<usize>, Error> {
        let path = || self.path.into();
        let mut magic = Vec::new();
        self.take(reader, 4, &mut magic)?;
        let &[0, 0, 8, rank @ 1..=4] = magic.as_slice() else {
            return Err(Error::IdxMagic { path: path(), magic });
        };
        let mut dims = Vec::new();
        self.take(reader, 4 * u64::from(rank), &mut dims)?;
        if dims.len() < 4 * usize::from(rank) {
            return Err(Error::IdxHeader { path: path() });
        }
        let (words, _) = dims.as_chunks::<4>();
        Ok(words.iter().map(|&word| u32::from_be_bytes(word) as usize).collect())
    }

    fn body(&self, reader: &mut impl Read, dims: Vec<usize>) -> Result<Idx, Error> {
        let path = || self.path.into();
        let expected = product(&dims);
        let mut bytes = Vec::new();
        // One byte more: room for the one that must not be there.
        let room = usize::try_from(expected + 1).ok().filter(|&room| bytes.try_reserve_exact(room).is_ok());
        let Some(room) = room else {
            return Err(Error::IdxTooLarge { path: path(), dims });
        };
        self.take(reader, room as u64, &mut bytes)?;
        if bytes.len() == room {
            return Err(Error::IdxTrailing { path: path(), dims, expected });
        }
        if bytes.len() + 1 < room {
            return Err(Error::IdxTruncated { path: path(), dims, expected, found: bytes.len() as u64 });
        }
        Ok(Idx { dims, bytes })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn file(dims: &[u32], body: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, 8, dims.len() as u8];
        file.extend(dims.iter().flat_map(|dim| dim.to_be_bytes()));
        file.extend(body);
        file
    }

    /// What reading a file of these bytes gives.
    fn reading(bytes: &[u8]) -> Result<Idx, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.gz");
        fs::write(&path, bytes).unwrap();
        read(&path)
    }

    /// The message for a file of these bytes, the same whether it is gzipped or not.
    fn fault(bytes: &[u8]) -> String {
        let [plain, gzipped] = [bytes, &gzip(bytes)].map(|bytes| reading(bytes).unwrap_err().to_string());
        let words = |message: &str| message.split_once(' ').unwrap().1.to_owned();
        assert_eq!(words(&plain), words(&gzipped));
        plain
    }

    #[test]
    fn what_is_written_is_read_plain_and_gzipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        for dims in [vec![5], vec![2, 3], vec![0, 28, 28], vec![2, 3, 4], vec![2, 1, 3, 2]] {
            let array = Idx { bytes: (0..dims.iter().product::<usize>() as u8).collect(), dims };
            write(&path, &array).unwrap();
            assert_eq!(read(&path).unwrap(), array);
            assert_eq!(reading(&gzip(&fs::read(&path).unwrap())).unwrap(), array);
        }
    }

    #[test]
    fn a_missing_file_and_an_empty_one_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let message = read(&folder.path().join("nothing")).unwrap_err().to_string();
        assert!(message.starts_with("cannot access ") && message.contains("nothing"), "{message}");
        assert!(matches!(reading(&[]), Err(Error::EmptyFile { .. })));
        assert!(matches!(read(folder.path()), Err(Error::Io { .. })));
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        for start in
            [&b"PK\x03\x04 a zip file"[..], &[0, 0, 0x0d, 1, 0, 0, 0, 0], &[0, 0, 8, 0], &[0, 0, 8, 5], &[0, 0, 8]]
        {
            assert!(fault(start).contains("is not an IDX file of bytes: it starts with"));
        }
    }

    #[test]
    fn a_header_must_be_whole() {
        for length in 4..16 {
            assert!(fault(&file(&[2, 3, 4], &[])[..length]).contains("ends inside its IDX header"));
        }
    }

    #[test]
    fn a_body_must_have_the_promised_length() {
        assert!(
            fault(&file(&[2, 3], &[0; 5]))
                .contains("ends after 5 of the 6 bytes that its IDX header promises ([2, 3])")
        );
        assert!(fault(&file(&[2, 3], &[0; 7])).contains("goes on after the 6 bytes"));
        assert!(fault(&file(&[0, 3], &[0; 1])).contains("goes on after the 0 bytes"));
    }

    #[test]
    fn a_promise_of_terabytes_is_refused_before_anything_is_allocated() {
        for dims in [&[1 << 20, 1 << 20][..], &[u32::MAX; 4]] {
            let bytes = file(dims, &[0; 100]);
            assert!(matches!(reading(&bytes), Err(Error::IdxTruncated { found: 100, .. })));
            assert!(matches!(reading(&gzip(&bytes)), Err(Error::IdxTooLarge { .. })));
        }
    }

    #[test]
    fn a_damaged_gzip_file_is_refused() {
        let whole = gzip(&file(&[1000], &[7; 1000]));
        let mut flipped = whole.clone();
        let last = flipped.len() - 6;
        flipped[last] ^= 1;
        for bytes in [
            &whole[..12],
            &whole[..whole.len() - 4],
            &flipped,
            &[0x1f, 0x8b, 1, 2, 3],
            &[whole.clone(), vec![1]].concat(),
        ] {
            let result = reading(bytes);
            assert!(matches!(result, Err(Error::Gzip { .. })), "{result:?}");
        }
    }
}
