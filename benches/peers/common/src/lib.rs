//! What the peers that train the reference VAE have in common: arguments, data, the order of the samples, rounds on request.

#![forbid(unsafe_code)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

use clap::Parser;
use diabolo_data::{gather, mnist};
use diabolo_meter::Reading;
use diabolo_meter::rounds::{Ready, serve};
use serde_json::json;

/// Numbers in an image.
pub const PIXELS: usize = 784;
/// Samples in a step.
pub const BATCH: usize = 128;

/// Whatever went wrong.
pub type Failure = Box<dyn Error>;

/// What a peer is told.
#[derive(Debug, Parser)]
pub struct Arguments {
    /// The folder of MNIST's IDX files.
    #[arg(long)]
    pub data: PathBuf,
    /// The order of the samples in each epoch, as 32-bit numbers; as they lie where there is none.
    #[arg(long)]
    pub order: Option<PathBuf>,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    pub threads: usize,
    /// So many rounds without being asked.
    #[arg(long)]
    pub rounds: Option<usize>,
}

/// A model with its optimizer, as an engine has them.
pub trait Trained {
    /// Trains an epoch in this order; the mean loss of its samples.
    ///
    /// # Errors
    /// Whatever the engine fails with.
    fn epoch(&mut self, order: &[u32]) -> Result<f64, Failure>;

    /// The mean loss of the test samples.
    ///
    /// # Errors
    /// Whatever the engine fails with.
    fn evaluate(&mut self) -> Result<f64, Failure>;
}

/// Loads the data, lets `build` make a model of training and test images, which lie row by row, and serves epochs. The model
/// that is served begins anew; another one has warmed up before.
///
/// # Errors
/// If the data cannot be read, or the engine fails.
pub fn run<T: Trained>(
    name: &str,
    about: &str,
    build: impl Fn(&[f32], &[f32]) -> Result<T, Failure>,
) -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let split = mnist::find(std::slice::from_ref(&arguments.data))?.load("mnist")?;
    let [train, test] = [&split.train, &split.test].map(|data| {
        let mut images = vec![0.0_f32; data.len() * PIXELS];
        gather(data, &(0..data.len() as u32).collect::<Vec<_>>(), &mut images);
        images
    });
    let count = (train.len() / PIXELS) as u32;
    let orders = orders(arguments.order.as_deref(), count)?;
    build(&train, &test)?.epoch(&orders[..10 * BATCH])?;
    let mut model = build(&train, &test)?;
    let mut epochs = orders.chunks_exact(count as usize).cycle();
    let ready = Ready { name: name.to_owned(), about: about.to_owned() };
    serve(&ready, arguments.rounds, || {
        let order = epochs.next().expect("there is one order at least");
        round(&mut model, order).map_err(|error| io::Error::other(error.to_string()))
    })?;
    Ok(())
}

fn round(model: &mut impl Trained, order: &[u32]) -> Result<Reading, Failure> {
    let begun = Instant::now();
    let train = model.epoch(order)?;
    let mut reading = Reading::of(begun.elapsed().as_secs_f64());
    reading.beside.insert("train".to_owned(), json!(train));
    reading.beside.insert("test".to_owned(), json!(model.evaluate()?));
    Ok(reading)
}

fn orders(path: Option<&Path>, count: u32) -> Result<Vec<u32>, Failure> {
    let Some(path) = path else { return Ok((0..count).collect()) };
    let bytes = fs::read(path)?;
    let orders: Vec<u32> = bytes.as_chunks().0.iter().copied().map(u32::from_le_bytes).collect();
    let whole = !orders.is_empty() && orders.len().is_multiple_of(count as usize);
    if whole { Ok(orders) } else { Err(format!("{} does not order {count} samples", path.display()).into()) }
}
