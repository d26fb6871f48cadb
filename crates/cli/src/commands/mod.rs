//! The commands, one a file.

pub(crate) mod data;
pub(crate) mod gradcheck;
pub(crate) mod reconstruct;
pub(crate) mod report;
pub(crate) mod sample;
mod saved;
pub(crate) mod score;
pub(crate) mod train;

use crate::failure::Failure;

/// Runs `work` with a number of threads, or one for each core.
pub(crate) fn with_threads<R: Send>(threads: Option<usize>, work: impl FnOnce() -> R + Send) -> Result<R, Failure> {
    if threads == Some(0) {
        return Err(Failure::usage("--threads must be at least 1"));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| Failure::run(format!("cannot start the threads to compute with: {error}")))?;
    Ok(pool.install(work))
}
