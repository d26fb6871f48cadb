//! Compares the engine with its peers, and measures how its cost grows: see the README beside it.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints tables")]

use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod compare;
mod cost;
mod serve;

/// Measures the engine beside its peers and beside the machine's arithmetic peak.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs cases in turns with their peers and prints the ratios.
    Compare(Compare),
    /// Measures how the time of a step grows with batch, width, depth and threads.
    Cost(Cost),
    /// Is a peer itself: trains a reference model by epochs, one for each line that it is sent.
    Serve(Serve),
}

#[derive(Debug, clap::Args)]
struct Compare {
    /// The folder with the four IDX files of MNIST; needed by vae, deep and pca.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Threads of every contestant [default: all cores].
    #[arg(long)]
    threads: Option<NonZero<usize>>,
    /// Which cases [default: all].
    #[arg(long, value_delimiter = ',')]
    cases: Vec<compare::Name>,
    /// How often each contestant has its turn [default: as many as the case needs].
    #[arg(long)]
    rounds: Option<NonZero<usize>>,
    /// The Python that has what benches/peers/requirements.txt asks for.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Which peers that are processes of their own, of jax, pytorch, sklearn, burn, candle [default: all].
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// A command that is one more peer of vae or deep, as an older build of this program with "serve vae" [repeatable].
    #[arg(long, value_name = "COMMAND")]
    also: Vec<String>,
    /// A file for every single reading.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// The model.
    model: serve::Name,
    /// The folder with the four IDX files of MNIST.
    #[arg(long)]
    data: PathBuf,
    /// Threads [default: all cores].
    #[arg(long)]
    threads: Option<NonZero<usize>>,
    /// Pixels are (1 + byte) / 256, so that none is zero and no work is saved by zeros.
    #[arg(long)]
    gray: bool,
    /// So many rounds without being asked.
    #[arg(long)]
    rounds: Option<usize>,
    /// Ignored: the order of the samples is this program's own, which it writes for others.
    #[arg(long)]
    order: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Cost {
    /// The most threads to measure [default: all cores].
    #[arg(long)]
    threads: Option<NonZero<usize>>,
    /// The folder for the figures.
    #[arg(long, default_value = "docs/images")]
    out: PathBuf,
    /// A file for every single reading.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Seconds to spend on each point of a curve.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Cost(arguments) => cost::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// All cores, unless told otherwise.
fn threads(named: Option<NonZero<usize>>) -> usize {
    named.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from)
}

/// Runs `work` on a pool of so many threads.
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    Ok(pool.map_err(|error| format!("{threads} threads cannot be started: {error}"))?.install(work))
}

/// Writes JSON by way of a temporary file.
fn write_json(path: &std::path::Path, value: &serde_json::Value) -> Result<(), String> {
    let text = format!("{value:#}\n");
    diabolo_report::write_atomic(path, text.as_bytes()).map_err(|error| error.to_string())
}
