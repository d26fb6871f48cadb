//! How good codes are: squared errors of reconstructions, and what a model makes of noisy samples.

use diabolo_data::{Corruption, Dataset, gather};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream, fill_normal};
use ndarray::{Array2, ArrayView2, Axis, Zip};

use crate::codec::Codec;

/// Samples that are measured at a time, and whose noise has a key of its own.
pub const CHUNK: usize = 1024;

/// Rows of a dataset as numbers in [0, 1].
///
/// # Panics
/// If a row does not exist.
#[track_caller]
pub fn rows<S: Scalar>(data: &Dataset, rows: &[u32]) -> Array2<S> {
    let mut values = vec![S::zero(); rows.len() * data.dim()];
    gather(data, rows, &mut values);
    Array2::from_shape_vec((rows.len(), data.dim()), values).expect("gather fills row after row")
}

/// The squared error of each sample: Σ (x − x̂)² over its numbers, summed in `f64`.
///
/// # Panics
/// If the shapes differ.
#[track_caller]
pub fn squared_errors<S: Scalar>(samples: ArrayView2<'_, S>, reconstructions: ArrayView2<'_, S>) -> Vec<f64> {
    assert_eq!(samples.dim(), reconstructions.dim(), "samples and reconstructions must have the same shape");
    let pairs = samples.rows().into_iter().zip(reconstructions.rows());
    pairs.map(|(x, y)| Zip::from(x).and(y).fold(0.0, |sum, x, y| sum + (*x - *y).to_f64().powi(2))).collect()
}

/// The squared error of the reconstruction of each sample of `data`.
pub fn reconstruction_errors<S: Scalar>(codec: &(impl Codec<S> + ?Sized), data: &Dataset) -> Vec<f64> {
    let of_chunk = |(_, chunk): (u32, Vec<u32>)| {
        let samples = rows::<S>(data, &chunk);
        squared_errors(samples.view(), codec.reconstruct(samples.view()).view())
    };
    chunks(data).flat_map(of_chunk).collect()
}

/// Samples with noise that depends on `seed` and on their number in the dataset alone, `clean` being its first ones: the same
/// noise wherever denoising is measured or shown.
pub fn corrupted<S: Scalar>(clean: &Array2<S>, corruption: &Corruption, seed: u64) -> Array2<S> {
    corrupted_from(0, clean, corruption, seed)
}

/// [`corrupted`] for samples that are not the first of their data: `clean` begins with chunk number `first`, that is with
/// sample number `first` × [`CHUNK`].
pub fn corrupted_from<S: Scalar>(first: u32, clean: &Array2<S>, corruption: &Corruption, seed: u64) -> Array2<S> {
    let mut noisy = clean.as_standard_layout().into_owned();
    for (chunk, mut rows) in (first..).zip(noisy.axis_chunks_iter_mut(Axis(0), CHUNK)) {
        let values = rows.as_slice_mut().expect("rows of an array in standard layout are contiguous");
        corruption.apply(Key::new(seed, Stream::Sample).at(1, chunk), values);
    }
    noisy
}

/// What a decoder makes of [`prior_codes`]: samples of a model with that prior.
pub fn prior_samples<S: Scalar>(codec: &(impl Codec<S> + ?Sized), latent: usize, count: usize, seed: u64) -> Array2<S> {
    codec.decode(prior_codes(latent, count, seed).view())
}

/// `count` codes drawn from N(0, 1): (count, latent).
pub fn prior_codes<S: Scalar>(latent: usize, count: usize, seed: u64) -> Array2<S> {
    let mut codes = Array2::from_elem((count, latent), S::zero());
    let values = codes.as_slice_mut().expect("an owned array is contiguous");
    fill_normal(Key::new(seed, Stream::Sample).at(2, 0), 0.0, 1.0, values);
    codes
}

/// Mean squared errors a number, of noisy samples and of what a model makes of them, both against the clean ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Denoising {
    /// Of the noisy samples.
    pub noisy: f64,
    /// Of their reconstructions.
    pub denoised: f64,
}

impl Denoising {
    /// Measured on all of `data`.
    pub fn measure<S: Scalar>(
        codec: &(impl Codec<S> + ?Sized),
        corruption: &Corruption,
        data: &Dataset,
        seed: u64,
    ) -> Self {
        let mut sums = Self { noisy: 0.0, denoised: 0.0 };
        for (number, chunk) in chunks(data) {
            let clean = rows::<S>(data, &chunk);
            let noisy = corrupted_from(number, &clean, corruption, seed);
            let denoised = codec.reconstruct(noisy.view());
            sums.noisy += squared_errors(clean.view(), noisy.view()).iter().sum::<f64>();
            sums.denoised += squared_errors(clean.view(), denoised.view()).iter().sum::<f64>();
        }
        let numbers = (data.len() * data.dim()) as f64;
        Self { noisy: sums.noisy / numbers, denoised: sums.denoised / numbers }
    }
}

/// Peak signal-to-noise ratio in decibels, for data whose largest value is 1: −10·log₁₀ of the mean squared error.
///
/// ```
/// assert_eq!(diabolo_models::measure::psnr(0.01), 20.0);
/// ```
pub fn psnr(mean_squared_error: f64) -> f64 {
    -10.0 * mean_squared_error.log10()
}

fn chunks(data: &Dataset) -> impl Iterator<Item = (u32, Vec<u32>)> {
    let n = data.len();
    (0..).zip((0..n).step_by(CHUNK).map(move |first| (first as u32..n.min(first + CHUNK) as u32).collect()))
}
