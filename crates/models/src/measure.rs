//! How good codes are: squared errors of reconstructions, of samples and of columns, what a model makes of noisy samples,
//! and how sparse its codes are.

use diabolo_data::{Corruption, Dataset, gather};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, Stream, fill_normal};
use ndarray::{Array2, ArrayView2, Axis, Zip};

use crate::codec::Codec;
use crate::model::Autoencoder;

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
#[inline(never)]
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

/// How often the units of a sparse code are active, and how strongly.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// For each unit the share of samples in which it exceeds the model's threshold, between 0 and 1.
    pub active: Vec<f64>,
    /// The mean of each unit over the samples.
    pub mean: Vec<f64>,
}

impl Activity {
    /// Measured on all of `data`; `None` for a model whose codes are not meant to be sparse.
    pub fn measure<S: Scalar>(model: &(impl Autoencoder<S> + ?Sized), data: &Dataset) -> Option<Self> {
        let threshold = model.active_above()?;
        let (mut active, mut mean) = (vec![0.0; model.latent()], vec![0.0; model.latent()]);
        for (_, chunk) in chunks(data) {
            for code in model.encode(rows::<S>(data, &chunk).view()).rows() {
                for ((active, mean), z) in active.iter_mut().zip(&mut mean).zip(code) {
                    *active += f64::from(u8::from(z.to_f64() > threshold));
                    *mean += z.to_f64();
                }
            }
        }
        let n = data.len().max(1) as f64;
        active.iter_mut().chain(&mut mean).for_each(|sum| *sum /= n);
        Some(Self { active, mean })
    }

    /// The share of units that are active in a sample, on average.
    pub fn share(&self) -> f64 {
        self.active.iter().sum::<f64>() / self.active.len().max(1) as f64
    }
}

/// What is lost of each column of a table, in the numbers that the model sees.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnError {
    /// The mean over samples of (x − x̂)².
    pub squared: f64,
    /// The variance of x, divided by n.
    pub variance: f64,
}

impl ColumnError {
    /// Of each column, over all of `data`.
    pub fn measure<S: Scalar>(codec: &(impl Codec<S> + ?Sized), data: &Dataset) -> Vec<Self> {
        let mut sums = vec![[0.0_f64; 3]; data.dim()];
        let Some(origin) = (!data.is_empty()).then(|| rows::<S>(data, &[0])) else { return vec![] };
        for (_, chunk) in chunks(data) {
            let samples = rows::<S>(data, &chunk);
            let reconstructions = codec.reconstruct(samples.view());
            for (i, (x, y)) in samples.iter().zip(&reconstructions).enumerate() {
                let column = i % data.dim();
                let from_origin = (*x - origin[[0, column]]).to_f64(); // close to the mean: squares lose no digits
                let [squared, first, second] = &mut sums[column];
                *squared += (*x - *y).to_f64().powi(2);
                *first += from_origin;
                *second += from_origin * from_origin;
            }
        }
        let n = data.len() as f64;
        let finish = |[squared, first, second]: [f64; 3]| Self {
            squared: squared / n,
            variance: (second / n - (first / n).powi(2)).max(0.0),
        };
        sums.into_iter().map(finish).collect()
    }
}

fn chunks(data: &Dataset) -> impl Iterator<Item = (u32, Vec<u32>)> {
    let n = data.len();
    (0..).zip((0..n).step_by(CHUNK).map(move |first| (first as u32..n.min(first + CHUNK) as u32).collect()))
}

#[cfg(test)]
mod tests {
    use diabolo_nn::{Activation, Keys};
    use ndarray::array;

    use super::*;
    use crate::{DeepAutoencoder, Likelihood, SparseAutoencoder, Sparsity};

    fn table() -> Dataset {
        Dataset::table("table", vec![1.0, 10.0, 3.0, 10.0, 5.0, 40.0], 2, vec![]).expect("a table")
    }

    #[test]
    fn activity_counts_what_exceeds_the_threshold() {
        let deep = || {
            let (activation, likelihood) = (Activation::Relu, Likelihood::SquaredError);
            DeepAutoencoder::<f64>::new(&mut Keys::new(1), 2, &[], 3, activation, likelihood)
        };
        let sparse = SparseAutoencoder::new(deep(), Sparsity::L1 { weight: 0.1 });
        let activity = Activity::measure(&sparse, &table()).expect("its codes are sparse");
        let codes = Autoencoder::encode(&sparse, rows(&table(), &[0, 1, 2]).view());
        for (unit, z) in codes.columns().into_iter().enumerate() {
            let active = z.iter().filter(|z| **z > 0.0).count() as f64 / 3.0;
            assert_eq!((activity.active[unit], activity.mean[unit]), (active, z.sum() / 3.0));
        }
        assert!((activity.share() - activity.active.iter().sum::<f64>() / 3.0).abs() < 1e-15);
        assert_eq!(Activity::measure(&deep(), &table()), None);
    }

    #[test]
    fn errors_of_columns_are_measured_one_by_one() {
        /// Loses the second number.
        struct First;
        impl Codec<f64> for First {
            fn encode(&self, samples: ArrayView2<'_, f64>) -> Array2<f64> {
                samples.slice_axis(Axis(1), (0..1).into()).to_owned()
            }
            fn decode(&self, codes: ArrayView2<'_, f64>) -> Array2<f64> {
                ndarray::concatenate![Axis(1), codes, Array2::zeros(codes.dim())]
            }
        }
        let errors = ColumnError::measure(&First, &table());
        for (error, [squared, variance]) in errors.iter().zip([[0.0, 8.0 / 3.0], [600.0, 200.0]]) {
            assert!((error.squared - squared).abs() < 1e-12 * squared.max(1.0), "{error:?}");
            assert!((error.variance - variance).abs() < 1e-12 * variance, "{error:?}");
        }
        assert_eq!(squared_errors(array![[1.0, 2.0]].view(), array![[0.0, 0.0]].view()), [5.0]);
    }
}
