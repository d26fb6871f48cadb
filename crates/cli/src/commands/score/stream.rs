//! The samples to score, a block at a time.

use std::path::Path;

use diabolo_data::files::{self, Block, ReadOptions, Reader};
use diabolo_data::{Dataset, Scaling, Schema, Split, mnist};
use diabolo_models::Config;
use diabolo_models::anomaly::CHUNK;

use crate::arguments::Talk;
use crate::commands::saved;
use crate::failure::Failure;
use crate::run_folder::RunFolder;
use crate::source;

/// Numbers that are held at a time.
const NUMBERS: usize = 1 << 21;

/// Samples in order, as the model of a run sees them.
pub(super) enum Stream {
    /// A dataset that is in memory.
    Held { data: Dataset, next: usize },
    /// A file or folder of any size, whose first block was read to see whether there are labels.
    Read { reader: Box<dyn Reader>, name: String, scaling: Scaling, waiting: Option<Block> },
}

/// Samples that come together.
pub(super) struct Samples {
    pub(super) data: Dataset,
    /// The names of their classes.
    pub(super) labels: Option<Vec<String>>,
}

impl Stream {
    /// The data that are named, whole if they are a file and their test set otherwise; if none are, the test set of the run,
    /// of whose data `own` is the split.
    pub(super) fn open(
        named: Option<&str>,
        folder: &RunFolder,
        config: &Config,
        own: Split,
        talk: Talk,
    ) -> Result<Self, Failure> {
        let Some(named) = named else { return Ok(Self::Held { data: own.test, next: 0 }) };
        let path = Path::new(named);
        if !source::is_file(named) || mnist::is_in(path) {
            let config = Config { data: named.to_owned(), ..config.clone() };
            return Ok(Self::Held { data: source::load(&config, talk)?.test, next: 0 });
        }
        let samples = saved::samples(folder, config)?;
        let mut reader = reader(path, &config.read_options()?, samples)?;
        if let Some(reason) = samples.refuses(reader.schema()) {
            return Err(Failure::run(format!("{named}: the samples cannot be used: {reason}")));
        }
        let waiting = Some(reader.read(rows_of(samples.dim()))?);
        Ok(Self::Read { reader, name: named.to_owned(), scaling: samples.scaling.clone(), waiting })
    }

    /// Whether each sample has a class, before the first is taken.
    pub(super) fn is_labelled(&self) -> bool {
        match self {
            Self::Held { data, .. } => data.labels().is_some(),
            Self::Read { waiting, .. } => waiting.as_ref().is_some_and(|block| block.labels.is_some()),
        }
    }

    /// The next samples; none at the end. All blocks but the last are a multiple of [`CHUNK`].
    pub(super) fn next(&mut self) -> Result<Option<Samples>, Failure> {
        match self {
            Self::Held { data, next } => {
                let rows: Vec<u32> = (*next as u32..data.len().min(*next + rows_of(data.dim())) as u32).collect();
                *next += rows.len();
                let block = data.subset(&rows);
                let name = |label: &u32| block.schema().class_name(*label);
                let labels = block.labels().map(|labels| labels.iter().map(name).collect());
                Ok((!block.is_empty()).then_some(Samples { data: block, labels }))
            }
            Self::Read { reader, name, scaling, waiting } => {
                let schema = reader.schema().clone();
                let block = match waiting.take() {
                    Some(block) => block,
                    None => reader.read(rows_of(schema.dim()))?,
                };
                if block.values.is_empty() {
                    return Ok(None);
                }
                let data = Dataset::new(name.as_str(), schema, block.values, None)?;
                Ok(Some(Samples { data: data.with_scaling(scaling.clone()), labels: block.labels }))
            }
        }
    }
}

/// Opens a file with the run's label column, or without labels if it has none and is whole without.
fn reader(path: &Path, options: &ReadOptions, samples: &Schema) -> Result<Box<dyn Reader>, Failure> {
    files::open(path, options).or_else(|error| {
        let unlabelled = ReadOptions { label: None, ..options.clone() };
        let without = files::open(path, &unlabelled).ok().filter(|_| options.label.is_some());
        Ok(without.filter(|reader| samples.refuses(reader.schema()).is_none()).ok_or(error)?)
    })
}

/// Rows of a block.
fn rows_of(dim: usize) -> usize {
    (NUMBERS / dim.max(1)).next_multiple_of(CHUNK).max(CHUNK)
}
