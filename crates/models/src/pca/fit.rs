//! From samples to components.

use std::ops::Range;

use diabolo_kernels::Scalar;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

use super::Pca;
use super::error::PcaError;
use super::mean::{Moments, moments};
use super::samples::Samples;
use super::svd::{Columns, decompose, decompose_right, power_of_two_below, triangle_of_rows};

/// Entries this near to the largest of a component count as equally large.
const EQUAL_BUT_FOR_ROUND_OFF: f64 = 1.0 - 1e-9;

impl<S: Scalar> Pca<S> {
    /// Fits the first `components` principal components of the rows of `data` (n samples × d features).
    ///
    /// # Errors
    /// If there is no sample, if `components` is 0 or more than min(n, d), or if a value is NaN, infinite or beyond
    /// 1e140.
    pub fn fit(data: ArrayView2<'_, S>, components: usize) -> Result<Self, PcaError> {
        let (count, features) = data.dim();
        Self::fit_rows(count, features, components, |range, rows| {
            let shape = (range.len(), features);
            let mut rows = ArrayViewMut2::from_shape(shape, rows).expect("rows have the shape that was announced");
            rows.assign(&data.slice_axis(Axis(0), Slice::from(range)));
        })
    }

    /// Fits `samples` rows of `features` values that need not lie in memory as scalars: `fill(range, rows)` writes the
    /// rows `range`, one after the other. It is asked for each row twice and must give the same both times.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    ///
    /// # Examples
    /// Pixels stay bytes:
    /// ```
    /// use diabolo_models::pca::Pca;
    ///
    /// let pixels: [u8; 6] = [0, 255, 51, 204, 102, 153]; // three images of two pixels
    /// let pca = Pca::<f32>::fit_rows(3, 2, 1, |range, rows| {
    ///     for (x, pixel) in rows.iter_mut().zip(&pixels[range.start * 2..]) {
    ///         *x = f32::from(*pixel) / 255.0;
    ///     }
    /// })?;
    /// assert_eq!(pca.components().dim(), (1, 2));
    /// # Ok::<(), diabolo_models::pca::PcaError>(())
    /// ```
    pub fn fit_rows(
        samples: usize,
        features: usize,
        components: usize,
        fill: impl FnMut(Range<usize>, &mut [S]),
    ) -> Result<Self, PcaError> {
        let most = samples.min(features);
        if samples == 0 {
            return Err(PcaError::NoSamples);
        }
        if components == 0 {
            return Err(PcaError::NoComponents);
        }
        if components > most {
            return Err(PcaError::TooManyComponents { components, most });
        }
        let mut source = Samples::new(samples, features, fill);
        let moments = moments(&mut source)?;
        let (spectrum, directions) = decompose_centred(&mut source, &moments)?;
        Ok(Self {
            mean: moments.mean.iter().map(|&mean| S::of(mean)).collect(),
            components: signed(&directions, components),
            spectrum: Array1::from(spectrum),
            samples,
        })
    }
}

/// Σ and V of X − 1μᵀ: from the triangle of its rows, or from the whole matrix if that has fewer rows than columns.
fn decompose_centred<S: Scalar, F>(
    samples: &mut Samples<S, F>,
    moments: &Moments,
) -> Result<(Vec<f64>, Columns), PcaError>
where
    F: FnMut(Range<usize>, &mut [S]),
{
    let (count, features) = (samples.count, samples.features);
    let scale = power_of_two_below(moments.largest);
    let mean = &moments.mean;
    let (spectrum, directions) = if count < features {
        let mut transposed = Columns::zeros(features, count);
        samples.read(0..count, |first, rows| {
            for (i, row) in rows.chunks_exact(features).enumerate() {
                for ((centred, x), mean) in transposed.column_mut(first + i).iter_mut().zip(row).zip(mean) {
                    *centred = (x.to_f64() - mean) / scale;
                }
            }
        });
        let factors = decompose(transposed)?;
        (factors.singular_values, factors.left)
    } else {
        let triangle = triangle_of_rows(count, features, |range, columns, top| {
            let start = range.start;
            samples.read(range, |first, rows| {
                for (j, mean) in mean.iter().enumerate() {
                    let column = &mut columns.column_mut(j)[top + first - start..];
                    for (centred, row) in column.iter_mut().zip(rows.chunks_exact(features)) {
                        *centred = (row[j].to_f64() - mean) / scale;
                    }
                }
            });
        });
        decompose_right(triangle)?
    };
    Ok((spectrum.iter().map(|sigma| sigma * scale).collect(), directions))
}

/// The first k columns of V as rows, each with the sign that the rule asks for.
fn signed<S: Scalar>(directions: &Columns, components: usize) -> Array2<S> {
    let signs: Vec<f64> = (0..components).map(|i| sign(directions.column(i))).collect();
    Array2::from_shape_fn((components, directions.height), |(i, j)| S::of(signs[i] * directions.column(i)[j]))
}

/// 1 if the first entry of largest size is positive, −1 otherwise.
fn sign(direction: &[f64]) -> f64 {
    let largest = direction.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
    let leader = direction.iter().find(|w| w.abs() >= EQUAL_BUT_FOR_ROUND_OFF * largest);
    leader.map_or(1.0, |w| w.signum())
}
