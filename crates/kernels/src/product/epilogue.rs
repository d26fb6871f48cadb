//! What is done to the elements of a product while they are at hand.

use pulp::Simd;

use super::Vectors;
use crate::Scalar;

/// What is done to an element of the product before it is stored.
///
/// A slope of 0 gives exactly 0, also for an infinite value. NaN stays NaN.
#[derive(Clone, Copy, Debug)]
pub enum Epilogue<'a, S> {
    /// Nothing.
    Store,
    /// Add `bias[j]`.
    Bias(&'a [S]),
    /// Add `bias[j]`, then multiply what is not positive by `slope`: relu at 0, leaky relu above.
    Relu {
        /// One number a column; nothing is added where there is none.
        bias: Option<&'a [S]>,
        /// The factor of what is not positive.
        slope: S,
    },
}

impl<'a, S: Scalar> Epilogue<'a, S> {
    /// What is added to each row.
    #[inline(always)]
    pub(super) fn bias(&self) -> Option<&'a [S]> {
        match *self {
            Self::Bias(bias) => Some(bias),
            Self::Relu { bias, .. } => bias,
            Self::Store => None,
        }
    }

    /// The factor of what is not positive.
    #[inline(always)]
    fn slope(&self) -> Option<S> {
        match *self {
            Self::Relu { slope, .. } => Some(slope),
            Self::Store | Self::Bias(_) => None,
        }
    }

    /// Whether what is not positive keeps something.
    #[inline(always)]
    pub(super) fn is_leaky(&self) -> bool {
        self.slope().is_some_and(|slope| !slope.is_zero())
    }

    /// The epilogue of a run of elements of one row, from column `j` on.
    pub(super) fn apply(&self, values: &mut [S], j: usize) {
        if let Some(bias) = self.bias() {
            for (x, bias) in values.iter_mut().zip(&bias[j..]) {
                *x += *bias;
            }
        }
        if let Some(slope) = self.slope() {
            for x in values {
                if *x <= S::zero() {
                    // 0 · ∞ is 0 here.
                    *x = if slope.is_zero() { S::zero() } else { *x * slope };
                }
            }
        }
    }
}

impl<S: Vectors> Epilogue<'_, S> {
    /// The epilogue of a tile in registers, unless it is leaky. Vectors begin at these distances from column `first`.
    #[inline(always)]
    pub(super) fn apply_to_tile<V: Simd, const R: usize, const C: usize>(
        &self,
        simd: V,
        tile: &mut [[S::Lanes<V>; C]; R],
        first: usize,
        to: [usize; C],
    ) {
        debug_assert!(!self.is_leaky(), "a slope is for tiles in memory");
        if matches!(self, Self::Store) {
            return;
        }
        let zero = S::splat(simd, S::zero());
        let mut bias = [zero; C];
        if let Some(from) = self.bias() {
            for (bias, j) in bias.iter_mut().zip(to) {
                *bias = S::load(simd, &from[first + j..]);
            }
        }
        // No number is less than -∞: relu, or nothing, without a branch.
        let least = if self.slope().is_some() { zero } else { S::splat(simd, S::of(f64::NEG_INFINITY)) };
        for row in tile {
            for (x, bias) in row.iter_mut().zip(bias) {
                let sum = S::plus(simd, *x, bias);
                *x = S::where_less_or_equal(simd, sum, least, least, sum);
            }
        }
    }
}
