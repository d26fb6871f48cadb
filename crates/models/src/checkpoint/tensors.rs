//! Named tensors in a safetensors file.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use diabolo_kernels::Scalar;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorInfo, TensorView, serialize};

use super::atomic::write_atomically;
use crate::error::Error;

/// A header larger than this is not ours.
const HEADER_LIMIT: usize = 1 << 22;

fn dtype<S: Scalar>() -> Dtype {
    if TypeId::of::<S>() == TypeId::of::<f32>() { Dtype::F32 } else { Dtype::F64 }
}

/// Collects tensors and notes for one file.
#[derive(Debug, Default)]
pub(super) struct Writer {
    tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
    notes: HashMap<String, String>,
}

impl Writer {
    #[inline(never)]
    pub(super) fn push<S: Scalar>(&mut self, name: String, shape: &[usize], values: &[S]) {
        let numbers = values.iter().map(|x| x.to_f64());
        let bytes = match dtype::<S>() {
            Dtype::F32 => numbers.flat_map(|x| (x as f32).to_le_bytes()).collect(),
            _ => numbers.flat_map(f64::to_le_bytes).collect(),
        };
        self.tensors.push((name, dtype::<S>(), shape.to_vec(), bytes));
    }

    pub(super) fn note(&mut self, name: &str, text: String) {
        self.notes.insert(name.to_owned(), text);
    }

    pub(super) fn write(mut self, path: &Path) -> Result<(), Error> {
        self.note("format", "1".to_owned());
        let views = self.tensors.iter().map(|(name, dtype, shape, bytes)| {
            (name, TensorView::new(*dtype, shape.clone(), bytes).expect("a tensor has the size of its shape"))
        });
        let bytes = serialize(views, Some(self.notes.clone().into_iter().collect())).map_err(|error| {
            Error::Checkpoint { path: path.to_owned(), problem: format!("the tensors cannot be written: {error}") }
        })?;
        write_atomically(path, &in_order(bytes))
    }
}

/// The file with the entries of its header in the order of their names, so that the same contents are the same bytes. The
/// header stays as long as it was.
fn in_order(mut file: Vec<u8>) -> Vec<u8> {
    type Header = BTreeMap<String, BTreeMap<String, serde_json::Value>>;
    let length = file.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)) as usize;
    let old = &mut file[8..8 + length];
    let entries: Header = serde_json::from_slice(old).expect("a header is JSON");
    let header = serde_json::to_vec(&entries).expect("what was JSON is JSON");
    old.fill(b' ');
    old[..header.len()].copy_from_slice(&header);
    file
}

/// A file of tensors, read whole once its length is known to be sane.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    bytes: Vec<u8>,
    notes: HashMap<String, String>,
    tensors: BTreeMap<String, TensorInfo>,
    /// Where the numbers begin.
    start: usize,
    read: RefCell<BTreeSet<String>>,
}

impl Reader {
    /// Opens a file that should hold about `elements` numbers of type `S`.
    #[inline(never)]
    pub(super) fn open<S: Scalar>(path: &Path, elements: usize) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let limit = (elements * size_of::<S>() + HEADER_LIMIT) as u64;
        let mut reader = Self {
            path: path.to_owned(),
            bytes: vec![],
            notes: HashMap::new(),
            tensors: BTreeMap::new(),
            start: 0,
            read: RefCell::default(),
        };
        if length > limit {
            return Err(reader.problem("it is larger than the checkpoint of such a model can be"));
        }
        file.take(limit).read_to_end(&mut reader.bytes).map_err(io)?;
        let (length, header) = SafeTensors::read_metadata(&reader.bytes)
            .map_err(|error| reader.problem(&format!("it is not a whole safetensors file ({error})")))?;
        reader.notes = header.metadata().clone().unwrap_or_default().into_iter().collect();
        reader.tensors = header.tensors().into_iter().map(|(name, info)| (name, info.clone())).collect();
        reader.start = 8 + length; // behind the header and its own length
        match reader.notes.get("format").map(String::as_str) {
            Some("1") => Ok(reader),
            Some(other) => {
                let other = other.escape_debug();
                Err(reader.problem(&format!("its format is {other}, this program reads format 1")))
            }
            None => Err(reader.problem("it was not written by Diabolo")),
        }
    }

    pub(super) fn note(&self, name: &str) -> Result<&str, Error> {
        self.optional_note(name).ok_or_else(|| self.problem(&format!("it lacks the note '{name}'")))
    }

    pub(super) fn optional_note(&self, name: &str) -> Option<&str> {
        self.notes.get(name).map(String::as_str)
    }

    /// Whether a tensor is there, with this shape and the type of `S`.
    pub(super) fn check<S: Scalar>(&self, name: &str, shape: &[usize]) -> Result<(), Error> {
        let tensor = self.tensor(name)?;
        if tensor.shape != shape || tensor.dtype != dtype::<S>() {
            return Err(self.problem(&format!(
                "the tensor '{name}' is {:?} {:?} where the model has {:?} {shape:?}",
                tensor.dtype,
                tensor.shape,
                dtype::<S>()
            )));
        }
        Ok(())
    }

    pub(super) fn shape(&self, name: &str) -> Result<Vec<usize>, Error> {
        Ok(self.tensor(name)?.shape.clone())
    }

    /// As [`read`](Self::read), for numbers that only a run that went wrong has not finite.
    #[inline(never)]
    pub(super) fn read_finite<S: Scalar>(&self, name: &str, shape: &[usize], values: &mut [S]) -> Result<(), Error> {
        self.read(name, shape, values)?;
        if values.iter().all(|x| x.is_finite()) {
            return Ok(());
        }
        Err(self.problem(&format!("the tensor '{name}' holds a number that is not finite; train the model again")))
    }

    #[inline(never)]
    pub(super) fn read<S: Scalar>(&self, name: &str, shape: &[usize], values: &mut [S]) -> Result<(), Error> {
        self.check::<S>(name, shape)?;
        self.read.borrow_mut().insert(name.to_owned());
        let (first, last) = self.tensor(name)?.data_offsets;
        let data = &self.bytes[self.start + first..self.start + last];
        match dtype::<S>() {
            Dtype::F32 => {
                let (words, _) = data.as_chunks();
                values.iter_mut().zip(words).for_each(|(x, bytes)| *x = S::of(f64::from(f32::from_le_bytes(*bytes))));
            }
            _ => {
                let (words, _) = data.as_chunks();
                values.iter_mut().zip(words).for_each(|(x, bytes)| *x = S::of(f64::from_le_bytes(*bytes)));
            }
        }
        Ok(())
    }

    /// Fails if the file holds a tensor that nobody read.
    pub(super) fn finish(&self) -> Result<(), Error> {
        let unread = self.tensors.keys().find(|name| !self.read.borrow().contains(*name));
        unread.map_or(Ok(()), |name| {
            Err(self.problem(&format!("it holds the tensor '{}', which the model lacks", name.escape_debug())))
        })
    }

    pub(super) fn problem(&self, problem: &str) -> Error {
        Error::Checkpoint { path: self.path.clone(), problem: problem.to_owned() }
    }

    fn tensor(&self, name: &str) -> Result<&TensorInfo, Error> {
        self.tensors.get(name).ok_or_else(|| self.problem(&format!("it lacks the tensor '{name}'")))
    }
}
