//! Whether a product is finite: asked of its sums while they are in registers, so that it need not be read again to know.

use std::sync::atomic::{AtomicBool, Ordering};

use pulp::Simd;

use super::Vectors;

/// What is known of numbers that were computed.
///
/// ```
/// use diabolo_kernels::product::{Epilogue, Known, Operand, product};
/// let (z, x, huge) = (Operand::new(&[3.0], 1, 1), Operand::new(&[2.0], 1, 1), Operand::new(&[f64::MAX], 1, 1));
/// let mut gradient = [0.0];
/// assert_eq!(product(z.t(), x, &mut gradient, Epilogue::Store), Known::Finite);
/// assert_eq!(product(z.t(), huge, &mut gradient, Epilogue::Store), Known::Nothing); // look for yourself: it is infinite
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// All are finite.
    Finite,
    /// Nobody has looked, or not at all of them, or something was found.
    #[default]
    Nothing,
}

impl From<()> for Known {
    /// Of what a function has computed that says nothing.
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

/// What all threads that compute a product have seen.
#[derive(Debug, Default)]
pub(super) struct Watch {
    alarm: AtomicBool,
}

impl Watch {
    /// Nothing will be known.
    pub(super) fn alarm(&self) {
        self.alarm.store(true, Ordering::Relaxed);
    }

    pub(super) fn known(self) -> Known {
        if self.alarm.into_inner() { Known::Nothing } else { Known::Finite }
    }
}

/// The most elements of a vector.
const LANES: usize = 16;

/// What one thread has seen: sums of 0 · x, which are 0 unless an x is an infinity or NaN.
#[derive(Debug)]
pub(super) struct Seen<S> {
    zeros: [S; LANES],
}

impl<S: Vectors> Seen<S> {
    pub(super) fn nothing() -> Self {
        Self { zeros: [S::zero(); LANES] }
    }

    /// Looks at a tile.
    #[inline(always)]
    pub(super) fn see<V: Simd, const R: usize, const C: usize>(&mut self, simd: V, tile: &[[S::Lanes<V>; C]; R]) {
        let zero = S::splat(simd, S::zero());
        // As many chains of additions as there are columns: one would be waited for.
        let mut zeros = [zero; C];
        for row in tile {
            for (zeros, x) in zeros.iter_mut().zip(row) {
                *zeros = S::fused(simd, *x, zero, *zeros);
            }
        }
        let mut sum = S::load(simd, &self.zeros);
        for zeros in zeros {
            sum = S::plus(simd, sum, zeros);
        }
        S::store(simd, &mut self.zeros, sum);
    }

    pub(super) fn is_finite(&self) -> bool {
        self.zeros.iter().all(|zero| zero.is_zero())
    }
}
