//! Samples for a trained model, block by block: however many there are, a few are in memory.

use std::path::Path;

use diabolo_data::files::{self, Block, ReadOptions, Reader};
use diabolo_data::{Dataset, Error, Scaling, Schema, matrix};
use diabolo_kernels::Scalar;
use diabolo_models::Config;
use diabolo_models::measure::CHUNK;
use ndarray::{Array1, Array2};

use crate::arguments::{DataSource, Talk};
use crate::failure::Failure;
use crate::{interrupt, source};

/// Numbers that are read at a time, unless more are wanted.
const BLOCK: usize = 1 << 23;

/// Samples from front to back, scaled as a model has seen its training data.
#[derive(Debug)]
pub(crate) struct Input {
    reader: Box<dyn Reader>,
    name: String,
    scaling: Scaling,
    /// Samples that are read at a time.
    block: usize,
    /// Read and not given out yet.
    waiting: Option<Block>,
    seen: usize,
}

/// Samples that were read together.
#[derive(Debug)]
pub(crate) struct Samples<S> {
    pub(crate) rows: Array2<S>,
    pub(crate) labels: Option<Vec<String>>,
}

impl Input {
    /// All samples of the file or folder that is named, or else the test set that is named, or else that of the run.
    pub(crate) fn open(config: &Config, named: &DataSource, talk: Talk) -> Result<Self, Failure> {
        let config = source::instead(config, named);
        match (source::own_path(&config).filter(|_| named.data.is_some()), &config.samples) {
            (Some(path), Some(samples)) => {
                let reader = open(path, &config.read_options()?, samples)?;
                if let Some(reason) = samples.refuses(reader.schema()) {
                    return Err(Failure::run(format!("{}: the samples cannot be used: {reason}", path.display())));
                }
                Ok(Self::of(reader, path.display().to_string(), samples.scaling.clone()))
            }
            _ => {
                let test = source::load(&config, talk)?.test;
                let (name, scaling) = (format!("the test set of {}", test.name()), test.schema().scaling.clone());
                Ok(Self::of(Box::new(Held { data: test, next: 0 }), name, scaling))
            }
        }
    }

    /// Codes of `latent` numbers, to which a column with labels may be added as `encode` does it.
    pub(crate) fn codes(path: &Path, latent: usize) -> Result<Self, Failure> {
        let mut reader = files::open(path, &ReadOptions::default())?;
        let columns = &reader.schema().columns;
        if columns.len() == latent + 1 && columns[..latent].iter().zip(code_names(latent)).all(|(a, b)| *a == b) {
            let label = Some((latent + 1).to_string());
            reader = files::open(path, &ReadOptions { label, ..ReadOptions::default() })?;
        }
        let (found, path) = (reader.schema(), path.display());
        if found.dim() != latent || found.image_shape().is_some() {
            let found = found.in_words();
            return Err(Failure::run(format!("{path} holds {found} where a code of this model is a row of {latent}")));
        }
        Ok(Self::of(reader, path.to_string(), Scaling::none()))
    }

    fn of(reader: Box<dyn Reader>, name: String, scaling: Scaling) -> Self {
        let block = (BLOCK / reader.schema().dim()).clamp(1, CHUNK);
        Self { reader, name, scaling, block, waiting: None, seen: 0 }
    }

    /// The same with blocks of [`CHUNK`] samples, however large they are: those whose noise has one key.
    pub(crate) fn in_chunks(self) -> Self {
        Self { block: CHUNK, ..self }
    }

    /// What the labels are called, if the samples have labels.
    pub(crate) fn label(&mut self) -> Result<Option<String>, Failure> {
        if self.waiting.is_none() {
            self.waiting = Some(self.reader.read(self.block)?);
        }
        let has_labels = self.waiting.as_ref().is_some_and(|block| block.labels.is_some());
        let name = self.reader.schema().label.clone().filter(|name| name.parse::<usize>().is_err());
        Ok(has_labels.then(|| name.unwrap_or_else(|| "label".to_owned())))
    }

    /// The next samples; none at the end of those that there are.
    pub(crate) fn next<S: Scalar>(&mut self) -> Result<Option<Samples<S>>, Failure> {
        interrupt::check()?;
        let block = match self.waiting.take() {
            Some(block) => block,
            None => self.reader.read(self.block)?,
        };
        if block.values.is_empty() {
            let empty = || Failure::run(format!("{} holds no samples; give other data", self.name));
            return if self.seen > 0 { Ok(None) } else { Err(empty()) };
        }
        let schema = Schema { scaling: self.scaling.clone(), ..self.reader.schema().clone() };
        let rows = matrix(&Dataset::new(&self.name, schema, block.values, None)?);
        self.seen += rows.nrows();
        Ok(Some(Samples { rows, labels: block.labels }))
    }

    /// The samples with these numbers, counted from 0, as far as there are such.
    pub(crate) fn pick<S: Scalar>(&mut self, numbers: &[usize]) -> Result<Vec<Option<Array1<S>>>, Failure> {
        let mut picked = vec![None; numbers.len()];
        while picked.contains(&None) {
            let first = self.seen;
            let Some(samples) = self.next::<S>()? else { break };
            for (picked, &number) in picked.iter_mut().zip(numbers) {
                if (first..self.seen).contains(&number) {
                    *picked = Some(samples.rows.row(number - first).to_owned());
                }
            }
        }
        Ok(picked)
    }

    /// What there is to say once all samples have been read and number `number` was not among them.
    pub(crate) fn lacks(&self, number: usize) -> Failure {
        let (name, seen) = (&self.name, self.seen);
        Failure::usage(format!("there is no sample {number}: {name} has {seen}, counted from 0"))
    }
}

/// The names of the numbers of a code.
pub(crate) fn code_names(latent: usize) -> impl Iterator<Item = String> {
    (1..=latent).map(|j| format!("z{j}"))
}

/// A file or folder, with the labels of the training data kept apart if it has any.
fn open(path: &Path, options: &ReadOptions, trained: &Schema) -> Result<Box<dyn Reader>, Failure> {
    let plain = files::open(path, &ReadOptions { label: None, ..options.clone() })?;
    let Some(label) = &trained.label else { return Ok(plain) };
    let by_number = label.parse::<usize>().is_ok() && plain.schema().dim() == trained.dim() + 1;
    if !by_number && !plain.schema().columns.contains(label) {
        return Ok(plain);
    }
    Ok(files::open(path, &ReadOptions { label: Some(label.clone()), ..options.clone() })?)
}

/// A dataset in memory, read like a file.
#[derive(Debug)]
struct Held {
    data: Dataset,
    next: usize,
}

impl Reader for Held {
    fn schema(&self) -> &Schema {
        self.data.schema()
    }

    fn samples(&self) -> Option<usize> {
        Some(self.data.len())
    }

    fn read(&mut self, most: usize) -> Result<Block, Error> {
        let rows: Vec<u32> = (self.next..self.data.len()).take(most).map(|row| row as u32).collect();
        self.next += rows.len();
        let block = self.data.subset(&rows);
        let name = |&label: &u32| self.data.schema().class_name(label);
        Ok(Block {
            labels: block.labels().map(|labels| labels.iter().map(name).collect()),
            values: block.values().clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diabolo_data::{FileKind, Number, Values};

    use super::*;

    /// Endless rows would be: so many rows of one number, made when they are asked for.
    #[derive(Debug)]
    struct Made {
        schema: Schema,
        left: usize,
        largest: Arc<AtomicUsize>,
    }

    impl Reader for Made {
        fn schema(&self) -> &Schema {
            &self.schema
        }

        fn samples(&self) -> Option<usize> {
            None
        }

        fn read(&mut self, most: usize) -> Result<Block, Error> {
            let n = most.min(self.left);
            self.left -= n;
            self.largest.fetch_max(n * self.schema.dim(), Ordering::Relaxed);
            Ok(Block { values: Values::Double(vec![6.0; n * self.schema.dim()]), labels: None })
        }
    }

    fn made(rows: usize, dim: usize) -> (Input, Arc<AtomicUsize>) {
        let largest = Arc::new(AtomicUsize::new(0));
        let schema = Schema::table(Number::F64, FileKind::Npy, dim, vec![]);
        let reader = Made { schema, left: rows, largest: largest.clone() };
        (Input::of(Box::new(reader), "made".to_owned(), Scaling::uniform(2.0, 4.0)), largest)
    }

    #[test]
    fn rows_come_scaled_and_few_at_a_time() {
        let (mut input, largest) = made(10_000, 3);
        let mut rows = 0;
        while let Some(samples) = input.next::<f32>().unwrap() {
            assert!(samples.rows.iter().all(|&x| x == 1.0));
            rows += samples.rows.nrows();
        }
        assert_eq!((rows, largest.load(Ordering::Relaxed)), (10_000, CHUNK * 3));
        let (mut wide, largest) = made(10, BLOCK / 2);
        while wide.next::<f32>().unwrap().is_some() {}
        assert_eq!(largest.load(Ordering::Relaxed), BLOCK);
    }

    #[test]
    fn samples_are_picked_across_blocks() {
        let (mut input, _) = made(2000, 1);
        let picked = input.pick::<f64>(&[1999, 0, 2000]).unwrap();
        assert_eq!(picked.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
        assert!(input.lacks(2000).message.contains("no sample 2000: made has 2000"));
    }

    #[test]
    fn no_samples_are_an_error() {
        assert!(made(0, 1).0.next::<f64>().unwrap_err().message.contains("made holds no samples"));
    }
}
