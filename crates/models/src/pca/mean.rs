//! The mean of each feature, rounded once.
//!
//! A plain sum of n numbers carries an error of up to n round-offs, and the mean of a constant feature would not be
//! that constant: the feature would keep a variance of its own. So the rounding error of each addition is kept,
//!
//!   s ← fl(s + x)    e ← e + (s + x exactly − s)
//!
//! by the branch-free two-sum of Knuth (TAOCP 2, section 4.2.2, theorem B), and the mean is (s + e)/n.
//!
//! Threads sum some rows each, and these sums are added in order: which rows belong together does not depend on threads.

use diabolo_kernels::{Loop, Scalar, parallel, vectorised};

use super::error::PcaError;
use super::samples::{Samples, blocks};

/// Beyond this a sum of squares may overflow.
const LARGEST: f64 = 1e140;
/// Values read at a time.
const VALUES_AT_ONCE: usize = 1 << 20;
/// Rows that are summed by one thread.
const ROWS_PER_PIECE: usize = 128;

/// What centring needs to know.
pub(super) struct Moments {
    /// μ, a value a feature.
    pub(super) mean: Vec<f64>,
    /// The largest |x| of all.
    pub(super) largest: f64,
}

/// Reads all samples once.
pub(super) fn moments<S: Scalar>(samples: &mut dyn Samples<S>) -> Result<Moments, PcaError> {
    let (count, features) = samples.dim();
    let mut tally = Tally::new(features);
    for range in blocks(count, features, VALUES_AT_ONCE) {
        let rows = samples.rows(range.clone());
        let pieces: Vec<_> = rows.chunks(ROWS_PER_PIECE * features).collect();
        for piece in parallel::collect(pieces.len(), &|i| Tally::of(pieces[i], features)) {
            tally.add(&piece);
        }
        if !tally.sizes.iter().all(|size| in_range(*size)) {
            let at = rows.iter().position(|x| !in_range(x.to_f64().abs())).unwrap_or(0);
            return Err(PcaError::OutOfRange { sample: range.start + at / features, feature: at % features });
        }
    }
    let largest = tally.sizes.iter().fold(0.0, |largest: f64, size| largest.max(*size));
    let sums = tally.values.iter().zip(&tally.errors).map(|(&value, &error)| Sum { value, error });
    Ok(Moments { mean: sums.map(|sum| sum.mean(count as f64)).collect(), largest })
}

/// Whether a size is a number that can be squared.
fn in_range(size: f64) -> bool {
    size <= LARGEST
}

/// The larger of two sizes; NaN if either is.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

/// Sums, their rounding errors, and the largest size of each feature.
struct Tally {
    values: Vec<f64>,
    errors: Vec<f64>,
    sizes: Vec<f64>,
}

impl Tally {
    fn new(features: usize) -> Self {
        Self { values: vec![0.0; features], errors: vec![0.0; features], sizes: vec![0.0; features] }
    }

    fn of<S: Scalar>(rows: &[S], features: usize) -> Self {
        let mut tally = Self::new(features);
        vectorised::<S, _>(AddRows { tally: &mut tally, rows });
        tally
    }

    fn add(&mut self, other: &Self) {
        let sums = self.values.iter_mut().zip(&mut self.errors).zip(other.values.iter().zip(&other.errors));
        for ((value, error), (other, other_error)) in sums {
            *error += two_sum(value, *other) + other_error;
        }
        for (size, other) in self.sizes.iter_mut().zip(&other.sizes) {
            *size = larger(*size, *other);
        }
    }
}

struct AddRows<'a, S> {
    tally: &'a mut Tally,
    rows: &'a [S],
}

impl<S: Scalar> Loop for AddRows<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Tally { values, errors, sizes } = self.tally;
        for row in self.rows.chunks_exact(values.len()) {
            let features = values.iter_mut().zip(errors.iter_mut()).zip(sizes.iter_mut());
            for (((value, error), size), x) in features.zip(row) {
                let x = x.to_f64();
                *error += two_sum(value, x);
                *size = larger(*size, x.abs());
            }
        }
    }
}

/// s ← fl(s + x), and what that has rounded off.
#[inline(always)]
fn two_sum(sum: &mut f64, x: f64) -> f64 {
    let before = *sum;
    *sum = before + x;
    let of_x = *sum - before;
    (before - (*sum - of_x)) + (x - of_x)
}

/// A sum and the rounding errors made on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    value: f64,
    error: f64,
}

impl Sum {
    pub(super) fn add(&mut self, x: f64) {
        self.error += two_sum(&mut self.value, x);
    }

    /// (value + error)/n. The fused product gives what is left of the first quotient exactly.
    pub(super) fn mean(&self, n: f64) -> f64 {
        let quotient = self.value / n;
        let rest = (-quotient).mul_add(n, self.value) + self.error;
        quotient + rest / n
    }
}
