//! Measuring a model on data it was not trained on.

use diabolo_autodiff::Tape;
use diabolo_data::{Dataset, gather};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream};
use diabolo_nn::Context;

use crate::error::Error;
use crate::model::Model;
use crate::trainer::Metrics;

/// The loss and its terms over all of `data`. Noise that belongs to the model has a fixed key for each batch, so that two
/// evaluations of the same parameters agree to the last bit.
///
/// # Errors
/// [`Error::DivergedInEvaluation`] if a loss is not finite.
pub fn evaluate<S: Scalar, M: Model<S> + ?Sized>(
    model: &M,
    data: &Dataset,
    batch: usize,
    seed: u64,
) -> Result<Metrics, Error> {
    let mut tape = Tape::new();
    let mut metrics = Metrics::default();
    let all: Vec<u32> = (0..data.len() as u32).collect();
    for (step, rows) in (0..).zip(all.chunks(batch)) {
        let mut context = Context::evaluation(&tape, Key::new(seed, Stream::Sample).at(0, step));
        let x = tape.constant_with(&[rows.len(), data.dim()], |out| gather(data, rows, out));
        let loss = model.loss(&mut context, x);
        if !loss.total.item().is_finite() {
            return Err(Error::diverged_in_evaluation(&tape));
        }
        metrics.add(&loss, rows.len());
        tape.reset();
    }
    Ok(metrics)
}
