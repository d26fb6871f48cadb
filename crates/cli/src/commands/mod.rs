//! The commands, one a file.

pub(crate) mod completions;
pub(crate) mod data;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod gradcheck;
pub(crate) mod interpolate;
pub(crate) mod lab;
pub(crate) mod reconstruct;
pub(crate) mod report;
pub(crate) mod sample;
mod saved;
pub(crate) mod score;
pub(crate) mod train;
pub(crate) mod traverse;

pub(crate) use saved::perform;

use crate::failure::Failure;

/// Runs `work` with a number of threads, or one for each core.
pub(crate) fn with_threads<R: Send>(threads: Option<usize>, work: impl FnOnce() -> R + Send) -> Result<R, Failure> {
    if threads == Some(0) {
        return Err(Failure::usage("--threads must be at least 1"));
    }
    let pool = rayon_core::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::run(format!("cannot start the threads to compute with: {error}")))?;
    Ok(pool.install(work))
}
