//! The mean of each feature, rounded once.
//!
//! A plain sum of n numbers carries an error of up to n round-offs, and the mean of a constant feature would not be
//! that constant: the feature would keep a variance of its own. So the rounding error of each addition is kept,
//!
//!   s ← fl(s + x)    e ← e + (s + x exactly − s)
//!
//! by the branch-free two-sum of Knuth (TAOCP 2, section 4.2.2, theorem B), and the mean is (s + e)/n.

use std::ops::Range;

use diabolo_kernels::Scalar;

use super::error::PcaError;
use super::samples::Samples;

/// Beyond this a sum of squares may overflow.
const LARGEST: f64 = 1e140;

/// What centring needs to know.
pub(super) struct Moments {
    /// μ, a value a feature.
    pub(super) mean: Vec<f64>,
    /// The largest |x| of all.
    pub(super) largest: f64,
}

/// Reads all samples once.
pub(super) fn moments<S: Scalar, F>(samples: &mut Samples<S, F>) -> Result<Moments, PcaError>
where
    F: FnMut(Range<usize>, &mut [S]),
{
    let (count, features) = (samples.count, samples.features);
    let mut sums = vec![Sum::default(); features];
    let mut largest = 0.0_f64;
    let mut fault = None;
    samples.read(0..count, |first, rows| {
        for (i, row) in rows.chunks_exact(features).enumerate() {
            for (sum, x) in sums.iter_mut().zip(row) {
                sum.add(x.to_f64());
            }
            let size = row.iter().fold(0.0, |size, x| larger(size, x.to_f64().abs()));
            largest = larger(largest, size);
            if !in_range(size) && fault.is_none() {
                let feature = row.iter().position(|x| !in_range(x.to_f64().abs())).unwrap_or(0);
                fault = Some(PcaError::OutOfRange { sample: first + i, feature });
            }
        }
    });
    fault.map_or_else(|| Ok(Moments { mean: sums.iter().map(|sum| sum.mean(count as f64)).collect(), largest }), Err)
}

/// Whether a size is a number that can be squared.
fn in_range(size: f64) -> bool {
    size <= LARGEST
}

/// The larger of two sizes; NaN if either is.
fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

/// A sum and the rounding errors made on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    value: f64,
    error: f64,
}

impl Sum {
    pub(super) fn add(&mut self, x: f64) {
        let sum = self.value + x;
        let of_x = sum - self.value;
        self.error += (self.value - (sum - of_x)) + (x - of_x);
        self.value = sum;
    }

    /// (value + error)/n. The fused product gives what is left of the first quotient exactly.
    pub(super) fn mean(&self, n: f64) -> f64 {
        let quotient = self.value / n;
        let rest = (-quotient).mul_add(n, self.value) + self.error;
        quotient + rest / n
    }
}
