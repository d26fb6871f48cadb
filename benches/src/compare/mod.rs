//! Cases in turns with their peers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use diabolo_meter::{Case, Contestant, Machine, Unit, Vectors, peak};
use serde_json::json;

use crate::{Compare, on_threads, threads, write_json};

mod adam;
mod elementwise;
mod epochs;
mod mnist;
mod normals;
mod pca;
mod peer;
mod peers;
mod products;
mod table;

pub(crate) use epochs::epoch;

/// A pause before each turn, in which threads that spin while they wait for work go to sleep.
const REST: Duration = Duration::from_millis(400);

/// The cases, by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// An epoch of the reference VAE, beside JAX, PyTorch, burn and candle.
    Vae,
    /// An epoch of the deep autoencoder, beside JAX and PyTorch.
    Deep,
    /// The products of a training step and large ones, beside gemm, faer and matrixmultiply.
    Products,
    /// The same products by AVX2 alone, beside matrixmultiply.
    Avx2,
    /// Principal components, beside scikit-learn.
    Pca,
    /// Functions of single numbers, beside the standard library's.
    Elementwise,
    /// Standard normal numbers.
    Normals,
    /// A step of Adam, beside a triad of the same bytes.
    Adam,
}

/// What all cases are told.
#[derive(Debug)]
struct Options {
    data: Option<PathBuf>,
    threads: usize,
    rounds: Option<usize>,
    python: PathBuf,
    also: Vec<String>,
    peers: Vec<String>,
}

impl Options {
    fn rounds(&self, usual: usize) -> usize {
        self.rounds.unwrap_or(usual)
    }
}

pub(crate) fn run(arguments: &Compare) -> Result<(), String> {
    let options = Options {
        data: arguments.data.clone(),
        threads: threads(arguments.threads),
        rounds: arguments.rounds.map(usize::from),
        python: arguments.python.clone(),
        also: arguments.also.clone(),
        peers: arguments.peers.clone(),
    };
    let machine = Machine::here();
    println!("{}, {} cores, {}; {} threads\n", machine.processor, machine.cores, machine.system, options.threads);
    let all = Name::value_variants();
    let names = if arguments.cases.is_empty() { all } else { &arguments.cases };
    let mut cases = vec![];
    for &name in names {
        match on_threads(options.threads, || of(name, &options))? {
            Ok(measured) => {
                measured.iter().for_each(|case| println!("{}", table::of(case)));
                cases.extend(measured);
            }
            Err(reason) => println!("{name:?} is skipped: {reason}\n"),
        }
        if let Some(path) = &arguments.json {
            write(path, &machine, options.threads, &cases)?; // after each case: the next may take long
        }
    }
    Ok(())
}

fn of(name: Name, options: &Options) -> Result<Vec<Case>, String> {
    match name {
        Name::Vae => epochs::vae(options),
        Name::Deep => epochs::deep(options),
        Name::Products => products::run(options, false),
        Name::Avx2 => products::run(options, true),
        Name::Pca => pca::run(options),
        Name::Elementwise => Ok(elementwise::run(options)),
        Name::Normals => Ok(vec![normals::run(options)]),
        Name::Adam => Ok(vec![adam::run(options)?]),
    }
}

/// A case whose contestants `work` lets run, with the peak before and after.
fn with_peak(
    name: &str,
    unit: Unit,
    flops: Option<f64>,
    work: impl FnOnce() -> Result<(Vec<Contestant>, Vec<String>), String>,
) -> Result<Case, String> {
    let widest = || peak(Vectors::Widest).unwrap_or(f64::NAN);
    let before = widest();
    let (contestants, skipped) = work()?;
    Ok(Case { name: name.to_owned(), unit, flops, peak: [before, widest()], contestants, skipped })
}

/// What ours is called, in every case.
fn ours() -> Contestant {
    Contestant::new("diabolo", about_ours())
}

/// The version, and the commit of the working copy.
fn about_ours() -> String {
    let commit = std::process::Command::new("git")
        .args(["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let version = env!("CARGO_PKG_VERSION");
    commit.map_or_else(|| version.to_owned(), |commit| format!("{version} at {}", commit.trim()))
}

fn write(path: &Path, machine: &Machine, threads: usize, cases: &[Case]) -> Result<(), String> {
    write_json(path, &json!({ "format": 1, "machine": machine, "threads": threads, "cases": cases }))
}
