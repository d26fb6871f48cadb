//! What can be wrong with data.

use std::io;
use std::path::PathBuf;

/// What can be wrong with data, in one sentence: what, where, and what to do.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be opened, read or written.
    #[error("cannot access {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Pixels, labels and shape that do not fit together.
    #[error("the dataset {name} is inconsistent: {reason}")]
    Dataset {
        /// Its name.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// A file of no bytes.
    #[error("{} is empty; fetch or write it again", path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// A file that does not start like an IDX file of bytes.
    #[error(
        "{} is not an IDX file of bytes: it starts with {magic:02x?}, not with [00, 00, 08] and a rank of 1 to 4",
        path.display()
    )]
    IdxMagic {
        /// The file.
        path: PathBuf,
        /// Its first bytes, after decompression.
        magic: Vec<u8>,
    },
    /// An IDX file that ends before its header does.
    #[error("{} ends inside its IDX header; fetch or write it again", path.display())]
    IdxHeader {
        /// The file.
        path: PathBuf,
    },
    /// An IDX header whose dimensions cannot be true.
    #[error(
        "{} promises {dims:?} bytes, more than can be in it or fit in memory; fetch or write it again",
        path.display()
    )]
    IdxTooLarge {
        /// The file.
        path: PathBuf,
        /// The dimensions in its header.
        dims: Vec<usize>,
    },
    /// An IDX file shorter than its header says.
    #[error(
        "{} ends after {found} of the {expected} bytes that its IDX header promises ({dims:?}); fetch or write it again",
        path.display()
    )]
    IdxTruncated {
        /// The file.
        path: PathBuf,
        /// The dimensions in its header.
        dims: Vec<usize>,
        /// Their product.
        expected: u128,
        /// Bytes that follow the header.
        found: u64,
    },
    /// An IDX file longer than its header says.
    #[error(
        "{} goes on after the {expected} bytes that its IDX header promises ({dims:?}); fetch or write it again",
        path.display()
    )]
    IdxTrailing {
        /// The file.
        path: PathBuf,
        /// The dimensions in its header.
        dims: Vec<usize>,
        /// Their product.
        expected: u128,
    },
    /// An IDX file whose number of dimensions does not suit its use.
    #[error("{} has the dimensions {dims:?} where {expected} is needed; check that no file was renamed", path.display())]
    IdxRank {
        /// The file.
        path: PathBuf,
        /// The dimensions in its header.
        dims: Vec<usize>,
        /// What is needed, in words.
        expected: &'static str,
    },
    /// A file that starts like gzip but cannot be decompressed.
    #[error("{} is a damaged gzip file ({source}); fetch it again", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: io::Error,
    },
    /// None of the folders holds the files of MNIST, or of another collection.
    #[error("no {collection} files in {}; put {names} there, plain or with .gz", list(folders))]
    NoFolder {
        /// What was looked for.
        collection: &'static str,
        /// Every folder that was looked at.
        folders: Vec<PathBuf>,
        /// The names of the files.
        names: String,
    },
    /// A folder with some of the files of MNIST.
    #[error("{} has no {missing}; put that file there, plain or with .gz", folder.display())]
    IncompleteFolder {
        /// The folder.
        folder: PathBuf,
        /// The name of the first file that is not there.
        missing: &'static str,
    },
    /// A file that could not be fetched from any mirror.
    #[error("{file} could not be fetched: {}", reasons.join("; "))]
    Download {
        /// The name of the file.
        file: String,
        /// The address of each mirror that was tried, and what went wrong there.
        reasons: Vec<String>,
    },
    /// A file that does not hold what it should.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, where in the file, and what to do.
        reason: String,
    },
    /// A text that means nothing as the value of an option.
    #[error("{name} is '{text}' where {expected} is needed")]
    Option {
        /// The option.
        name: &'static str,
        /// The text.
        text: String,
        /// What it can be, in words.
        expected: &'static str,
    },
    /// A share of samples that cannot be set apart for testing.
    #[error(
        "cannot set {test_fraction} of {n} samples apart for testing; choose a share from 0 to below 1 that leaves some for training"
    )]
    Split {
        /// The share asked for.
        test_fraction: f64,
        /// The number of samples.
        n: usize,
    },
    /// Words that are no corruption.
    #[error("{text:?} is no corruption: {reason}; write gaussian:0.5, masking:0.3 or salt-and-pepper:0.1")]
    Corruption {
        /// The words.
        text: String,
        /// What is wrong with them.
        reason: String,
    },
}

fn list(folders: &[PathBuf]) -> String {
    match folders {
        [] => "no folder at all".into(),
        _ => folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", "),
    }
}
