//! Saving and loading: named tensors in safetensors files, written so that a crash leaves the old file or the new one.
//!
//! `model.safetensors` holds the parameters under PyTorch-style names (`encoder.0.weight`). `state.safetensors` holds
//! parameters, the optimizer's moments and the progress of a run in one file, so that they always belong together.

use std::path::Path;

use diabolo_kernels::Scalar;
use diabolo_nn::{self as nn, Module, Optimizer};

use crate::Model;
use crate::error::Error;
use crate::trainer::{COUNTABLE, Progress, Trainer};

mod atomic;
mod pca;
mod tensors;

pub use atomic::write_atomically;
pub use pca::{load_pca, save_pca};
use tensors::{Reader, Writer};

/// Saves the parameters and buffers of a module.
///
/// # Errors
/// [`Error::Io`] if the file cannot be written.
pub fn save<S: Scalar>(path: &Path, module: &(impl Module<S> + ?Sized)) -> Result<(), Error> {
    let mut writer = Writer::default();
    module.visit(nn::Path::ROOT, &mut |name, p| writer.push(name.to_string(), &p.shape(), p.value()));
    writer.write(path)
}

/// Fills the parameters and buffers of a module.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::Checkpoint`] if it does not hold exactly the tensors of this module.
pub fn load<S: Scalar>(path: &Path, module: &mut (impl Module<S> + ?Sized)) -> Result<(), Error> {
    let expected = nn::count_all(module);
    let reader = Reader::open::<S>(path, expected)?;
    fill_module(&reader, "", module)?;
    reader.finish()
}

/// Saves all that a run needs to go on.
///
/// # Errors
/// [`Error::Io`] if the file cannot be written.
pub fn save_state<S: Scalar, M: Model<S>>(path: &Path, trainer: &Trainer<S, M>) -> Result<(), Error> {
    let mut writer = Writer::default();
    let state = trainer.optimizer.state();
    let mut trained = 0;
    trainer.model.visit(nn::Path::ROOT, &mut |name, p| {
        writer.push(format!("model.{name}"), &p.shape(), p.value());
        if p.is_trained() {
            for slot in &state.slots {
                writer.push(format!("optimizer.{}.{name}", slot.name), &p.shape(), &slot.values[trained]);
            }
            trained += 1;
        }
    });
    writer.note("optimizer.step", state.step.to_string());
    writer
        .note("progress", serde_json::to_string(&trainer.progress).expect("numbers and names can be written as JSON"));
    writer.write(path)
}

/// Fills model and optimizer from a saved state and returns the progress of its run.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::Checkpoint`] if it does not hold the state of such a run.
pub fn load_state<S: Scalar, M: Model<S>>(
    path: &Path,
    model: &mut M,
    optimizer: &mut dyn Optimizer<S>,
) -> Result<Progress, Error> {
    optimizer.state_mut().prepare(model);
    let slots = optimizer.state().slots.len();
    let reader = Reader::open::<S>(path, nn::count_all(model) * (1 + slots))?;
    fill_module(&reader, "model.", model)?;

    let mut names = vec![];
    model.visit(nn::Path::ROOT, &mut |name, p| {
        if p.is_trained() {
            names.push((name.to_string(), p.shape()));
        }
    });
    let state = optimizer.state_mut();
    for slot in &mut state.slots {
        for ((name, shape), values) in names.iter().zip(&mut slot.values) {
            reader.read(&format!("optimizer.{}.{name}", slot.name), shape, values)?;
        }
    }
    let step = reader.note("optimizer.step")?.parse().ok().filter(|step| *step < COUNTABLE);
    state.step = step.ok_or_else(|| reader.problem("its note optimizer.step is no number of steps"))?;
    let progress: Progress = serde_json::from_str(reader.note("progress")?)
        .map_err(|error| reader.problem(&format!("its progress cannot be read: {error}")))?;
    reader.finish()?;
    if !progress.is_consistent() {
        return Err(reader.problem("the parts of its progress do not fit each other"));
    }
    Ok(progress)
}

fn fill_module<S: Scalar>(reader: &Reader, prefix: &str, module: &mut (impl Module<S> + ?Sized)) -> Result<(), Error> {
    let mut result = Ok(());
    module.visit(nn::Path::ROOT, &mut |name, p| {
        if result.is_ok() {
            result = reader.check::<S>(&format!("{prefix}{name}"), &p.shape());
        }
    });
    module.visit_mut(nn::Path::ROOT, &mut |name, p| {
        if result.is_ok() {
            let shape = p.shape();
            result = reader.read_finite(&format!("{prefix}{name}"), &shape, p.value_mut());
        }
    });
    result
}
