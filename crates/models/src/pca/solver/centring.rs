//! Taking the mean away, and the scale.

use diabolo_kernels::{Loop, Scalar, vectorised};

use crate::pca::mean::Moments;
use crate::pca::svd::power_of_two_below;

/// Numbers in a cache line, on which rows begin.
const LINE: usize = 16;
/// Numbers in a page of memory. Rows that are whole pages apart evict one another from a cache.
const PAGE: usize = 512;

/// x ↦ (x − μ)/s, the power of two s being such that no square overflows or is lost.
#[derive(Clone, Copy)]
pub(super) struct Centring<'a> {
    pub(super) mean: &'a [f64],
    pub(super) scale: f64,
    /// The length of a centred row, filled up with zeros so that rows suit vectors and caches.
    pub(super) width: usize,
}

impl<'a> Centring<'a> {
    pub(super) fn new(moments: &'a Moments) -> Self {
        let width = moments.mean.len().next_multiple_of(LINE);
        let width = if width.is_multiple_of(PAGE) { width + LINE } else { width };
        Self { mean: &moments.mean, scale: power_of_two_below(moments.largest), width }
    }

    /// Centres whole rows. What lies behind them in rows of `out` becomes 0.
    pub(super) fn rows<S: Scalar, T: Scalar>(self, rows: &[S], out: &mut [T]) {
        vectorised::<T, _>(Rows { centring: self, rows, out });
    }

    /// Centres one number of feature j.
    pub(super) fn one<S: Scalar>(self, x: S, j: usize) -> f64 {
        (x.to_f64() - self.mean[j]) / self.scale
    }
}

struct Rows<'a, S, T> {
    centring: Centring<'a>,
    rows: &'a [S],
    out: &'a mut [T],
}

impl<S: Scalar, T: Scalar> Loop for Rows<'_, S, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Centring { mean, scale, width } = self.centring;
        let factor = 1.0 / scale;
        for (out, row) in self.out.chunks_exact_mut(width).zip(self.rows.chunks_exact(mean.len())) {
            let (values, rest) = out.split_at_mut(mean.len());
            for ((value, x), mean) in values.iter_mut().zip(row).zip(mean) {
                *value = T::of((x.to_f64() - mean) * factor);
            }
            rest.fill(T::zero());
        }
    }
}
