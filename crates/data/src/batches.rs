//! From data to batches: the order of an epoch, and the rows of a batch, scaled.

use std::hint::black_box;

use diabolo_kernels::random::{Key, Stream, shuffle};
use diabolo_kernels::{Scalar, parallel};
use ndarray::Array2;
use pulp::{Arch, WithSimd};

use crate::values::Stored;
use crate::{Dataset, Scaling, Values};

/// Pixels of a batch from which two threads are worth waking.
const PARALLEL: usize = 1 << 16;
/// Rows that are fetched ahead of their use.
const AHEAD: usize = 4;
/// Bytes to a cache line.
const LINE: usize = 64;

/// The order in which the `n` samples are visited in an epoch.
///
/// ```
/// let mut order = diabolo_data::epoch_order(7, 0, 10);
/// assert_ne!(order, diabolo_data::epoch_order(7, 1, 10));
/// order.sort();
/// assert_eq!(order, (0..10).collect::<Vec<u32>>());
/// ```
///
/// # Panics
/// If `n` needs more than 32 bits.
#[track_caller]
pub fn epoch_order(seed: u64, epoch: u32, n: usize) -> Vec<u32> {
    let mut order = Vec::new();
    order_into(&mut order, seed, epoch, n);
    order
}

/// [`epoch_order`] into a buffer that is used again every epoch; cut it with `chunks(batch)`, whose last may be short.
///
/// # Panics
/// If `n` needs more than 32 bits.
#[track_caller]
pub fn order_into(order: &mut Vec<u32>, seed: u64, epoch: u32, n: usize) {
    let n = u32::try_from(n).expect("rows of a dataset are counted in 32 bits");
    order.clear();
    order.extend(0..n);
    shuffle(Key::new(seed, Stream::Shuffle).at(epoch, 0), order);
}

/// Writes the samples at `rows` to `out`, one after the other, scaled as the dataset's schema says: pixels as byte / 255.
///
/// Of a byte, each number is the one of type `S` that is nearest to byte / 255.
///
/// ```
/// use diabolo_data::{Dataset, ImageShape, gather};
///
/// let shape = ImageShape { height: 1, width: 2, channels: 1 };
/// let data = Dataset::images("pairs", vec![0, 51, 255, 102], None, shape)?;
/// let mut batch = [0.0_f64; 4];
/// gather(&data, &[1, 0], &mut batch);
/// assert_eq!(batch, [1.0, 0.4, 0.0, 0.2]);
/// # Ok::<(), diabolo_data::Error>(())
/// ```
///
/// # Panics
/// If `out` does not hold `rows.len() · dataset.dim()` numbers, or a row is not in the dataset.
#[inline(never)]
#[track_caller]
pub fn gather<S: Scalar>(dataset: &Dataset, rows: &[u32], out: &mut [S]) {
    let dim = dataset.dim();
    assert_eq!(out.len(), rows.len() * dim, "a batch of {} samples of {dim} numbers", rows.len());
    if let Some(row) = rows.iter().find(|&&row| row as usize >= dataset.len()) {
        panic!("row {row} of a dataset of {} samples", dataset.len());
    }
    let scaling = &dataset.schema().scaling;
    match dataset.values() {
        Values::Bytes(values) => gather_from(Rows { values, dim, scaling }, rows, out),
        Values::Single(values) => gather_from(Rows { values, dim, scaling }, rows, out),
        Values::Double(values) => gather_from(Rows { values, dim, scaling }, rows, out),
    }
}

fn gather_from<T: Stored, S: Scalar>(from: Rows<'_, T>, rows: &[u32], out: &mut [S]) {
    let arch = Arch::new();
    if out.len() < PARALLEL {
        arch.dispatch(Gather { from, rows, out });
    } else {
        parallel::pieces(out, parallel::share(rows.len(), 1) * from.dim, &|first, out| {
            let rows = &rows[first / from.dim..][..out.len() / from.dim];
            arch.dispatch(Gather { from, rows, out });
        });
    }
}

/// The whole dataset as a model sees it, one sample a row: (n, dim).
pub fn matrix<S: Scalar>(dataset: &Dataset) -> Array2<S> {
    let mut matrix = Array2::from_elem((dataset.len(), dataset.dim()), S::zero());
    let rows: Vec<u32> = (0..dataset.len() as u32).collect();
    gather(dataset, &rows, matrix.as_slice_mut().expect("a new matrix is contiguous"));
    matrix
}

/// Stored samples.
#[derive(Clone, Copy)]
struct Rows<'a, T> {
    values: &'a [T],
    dim: usize,
    scaling: &'a Scaling,
}

impl<'a, T> Rows<'a, T> {
    #[inline(always)]
    fn row(self, row: u32) -> &'a [T] {
        &self.values[row as usize * self.dim..][..self.dim]
    }
}

struct Gather<'a, T, S> {
    from: Rows<'a, T>,
    rows: &'a [u32],
    out: &'a mut [S],
}

impl<T: Stored, S: Scalar> WithSimd for Gather<'_, T, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: pulp::Simd>(self, _: V) {
        let Gather { from, rows, out } = self;
        let same = from.scaling.same_for_all();
        for (i, (out, &row)) in out.chunks_exact_mut(from.dim).zip(rows).enumerate() {
            if i % AHEAD == 0 {
                touch(from, rows.get(i + AHEAD..).unwrap_or_default());
            }
            let pairs = out.iter_mut().zip(from.row(row));
            match same {
                Some((shift, scale)) => pairs.for_each(|(out, x)| *out = x.scaled(shift, scale)),
                None => pairs
                    .zip(from.scaling.columns())
                    .for_each(|((out, x), (shift, scale))| *out = x.scaled(shift, scale)),
            }
        }
    }
}

/// Rows lie anywhere in the dataset: reads a number of every cache line of the next few, so that their misses overlap.
#[inline(always)]
fn touch<T: Stored>(from: Rows<'_, T>, rows: &[u32]) {
    for &row in rows.iter().take(AHEAD) {
        for line in from.row(row).chunks(LINE / size_of::<T>()) {
            black_box(line[0]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageShape, digits};

    fn naive<S: Scalar>(dataset: &Dataset, rows: &[u32]) -> Vec<S> {
        let bytes = rows.iter().flat_map(|&row| dataset.bytes(row as usize));
        bytes.map(|&byte| S::of(f64::from(byte) / 255.0)).collect()
    }

    #[test]
    fn every_byte_becomes_the_nearest_number() {
        let shape = ImageShape { height: 1, width: 256, channels: 1 };
        let data = Dataset::images("bytes", (0..=255).collect(), None, shape).unwrap();
        assert_eq!(matrix::<f32>(&data).as_slice().unwrap(), naive::<f32>(&data, &[0]));
        assert_eq!(matrix::<f64>(&data).as_slice().unwrap(), naive::<f64>(&data, &[0]));
    }

    #[test]
    fn batches_of_any_size_equal_the_plain_loop_at_any_thread_count() {
        let data = digits::generate(300, 1).images;
        let order = epoch_order(1, 0, 300);
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for n in [0, 1, 3, 4, 5, 128, 300] {
                let mut out = vec![f32::NAN; n * 784];
                pool.install(|| gather(&data, &order[..n], &mut out));
                assert_eq!(out, naive::<f32>(&data, &order[..n]), "{n} rows on {threads} threads");
            }
        }
    }

    #[test]
    fn tables_are_scaled_column_by_column_in_double_precision() {
        let far = 1e8;
        let data = Dataset::table("table", vec![far, 1.0, far + 1.0, 3.0], 2, vec![]).unwrap();
        let data = data.scaled(crate::ScalingMethod::Unit);
        assert_eq!(matrix::<f32>(&data), ndarray::array![[0.0, 0.0], [1.0, 1.0]]);
    }

    #[test]
    fn an_order_is_a_permutation_keyed_by_seed_and_epoch() {
        let mut buffer = vec![9; 3];
        order_into(&mut buffer, 5, 2, 1000);
        assert_eq!(buffer, epoch_order(5, 2, 1000));
        assert_ne!(buffer, epoch_order(5, 3, 1000));
        assert_ne!(buffer, epoch_order(6, 2, 1000));
        buffer.sort_unstable();
        assert!(buffer.iter().copied().eq(0..1000));
        assert_eq!(epoch_order(5, 2, 0), []);
    }

    #[test]
    #[should_panic(expected = "row 10 of a dataset of 10 samples")]
    fn a_row_outside_is_a_programming_error() {
        gather(&digits::generate(10, 1).images, &[10], &mut [0.0_f32; 784]);
    }
}
