//! How unusual a sample is: its score under a model, a threshold for a stated share, and how well scores tell anomalies
//! from the rest.
//!
//! A model that was trained on usual samples reconstructs them well, and others badly. The score of a sample is what the
//! model loses of it: [`row_losses`] for a network, the [squared error](crate::measure::squared_errors) for PCA.

use diabolo_autodiff::Tape;
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream};
use diabolo_nn::Context;
use ndarray::{ArrayView2, Axis};

use crate::measure::CHUNK;
use crate::model::Autoencoder;

mod roc;

pub use roc::{Roc, RocPoint};

/// The loss of each sample in the units of the model: the error of its reconstruction, or the negative ELBO in nats of a
/// model with a distribution of codes, estimated with as many draws as the model takes a sample in training.
///
/// `first` is the number of the first row among all that are scored, a multiple of [`CHUNK`]. The noise of a draw depends on
/// `seed` and on the number of the row, so that the same samples in the same order always have the same scores.
///
/// # Panics
/// If `first` is not a multiple of [`CHUNK`], or the samples have another number of columns than the model takes.
#[track_caller]
pub fn row_losses<S: Scalar>(
    model: &(impl Autoencoder<S> + ?Sized),
    samples: ArrayView2<'_, S>,
    first: usize,
    seed: u64,
) -> Vec<f64> {
    assert!(first.is_multiple_of(CHUNK), "scoring begins at row {first}, which is no multiple of {CHUNK}");
    let mut scores = Vec::with_capacity(samples.nrows());
    let mut tape = Tape::new();
    for (chunk, rows) in (first / CHUNK..).zip(samples.axis_chunks_iter(Axis(0), CHUNK)) {
        let key = Key::new(seed, Stream::Sample).at(3, chunk as u32);
        let losses = model.row_losses(&mut Context::evaluation(&tape, key), tape.constant(&rows));
        losses.look(|losses| scores.extend(losses.iter().map(|loss| loss.to_f64())));
        tape.reset();
    }
    scores
}

/// The number with the share `p` of `values` below it: between the values of rank ⌊h⌋ and ⌊h⌋ + 1, counted from 0 in
/// rising order, with h = p·(n − 1), on the straight line between them. It is the definition 7 of Hyndman and Fan (1996),
/// which NumPy takes too. NaN without values.
///
/// ```
/// use diabolo_models::anomaly::quantile;
///
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), 2.5);
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 1.0), 4.0);
/// ```
///
/// # Panics
/// If `p` is not between 0 and 1.
#[track_caller]
pub fn quantile(values: &[f64], p: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p), "a quantile at {p}");
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let h = p * sorted.len().saturating_sub(1) as f64;
    let at = |rank: f64| sorted.get(rank as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(h.floor()), at(h.ceil()));
    if low == high { low } else { low + (h - h.floor()) * (high - low) }
}

#[cfg(test)]
mod tests {
    use diabolo_kernels::random::fill_normal;
    use diabolo_nn::{Activation, Keys};
    use ndarray::Array2;

    use super::*;
    use crate::{Likelihood, Vae};

    fn vae() -> Vae<f64> {
        Vae::new(&mut Keys::new(3), 4, &[5], 2, Activation::Relu, Likelihood::Gaussian { sigma: 1.0 })
    }

    fn samples(n: usize) -> Array2<f64> {
        let mut samples = Array2::zeros((n, 4));
        fill_normal(Key::new(0, Stream::Data), 0.0, 1.0, samples.as_slice_mut().expect("it is contiguous"));
        samples
    }

    #[test]
    fn scores_do_not_depend_on_how_a_stream_is_cut() {
        let (vae, samples) = (vae(), samples(1300));
        let whole = row_losses(&vae, samples.view(), 0, 7);
        let (first, last) = samples.view().split_at(Axis(0), 1024);
        let mut parts = row_losses(&vae, first, 0, 7);
        parts.extend(row_losses(&vae, last, 1024, 7));
        assert_eq!(whole, parts);
        assert_ne!(whole, row_losses(&vae, samples.view(), 0, 8), "another seed draws other codes");
        assert_ne!(whole[..276], parts[1024..], "each row has noise of its own");
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        let values = [0.3, -1.0, 7.5, 2.25, 0.0];
        // numpy.quantile([0.3, -1, 7.5, 2.25, 0], [0, 0.05, 0.25, 0.4, 0.95, 1])
        for (p, expected) in [(0.0, -1.0), (0.05, -0.8), (0.25, 0.0), (0.4, 0.18), (0.95, 6.45), (1.0, 7.5)] {
            assert!((quantile(&values, p) - expected).abs() < 1e-12, "{p}: {}", quantile(&values, p));
        }
        assert_eq!(quantile(&[2.0], 0.3), 2.0);
        assert_eq!(quantile(&[1.0, f64::INFINITY, f64::INFINITY], 0.9), f64::INFINITY);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
