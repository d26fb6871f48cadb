//! What is done to the elements of a product while they are at hand.

use pulp::Simd;

use super::Vectors;
use crate::Scalar;

/// What is done to an element of the product before it is stored.
///
/// A slope of 0 gives exactly 0, also for an infinite value. NaN stays NaN, but where a gate with slope 0 is closed.
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
    /// Multiply by `slope` where `gate[i, j]` is not positive: the backward rule of (leaky) relu from its output.
    Gate {
        /// As large as the product.
        gate: &'a [S],
        /// The factor where the gate is closed.
        slope: S,
    },
}

impl<'a, S: Scalar> Epilogue<'a, S> {
    /// That of some rows of a product of so many columns.
    pub(super) fn of_rows(self, first: usize, rows: usize, columns: usize) -> Self {
        match self {
            Self::Gate { gate, slope } => Self::Gate { gate: &gate[first * columns..][..rows * columns], slope },
            others => others,
        }
    }

    /// What an element is combined with: from the bias or the gate, for a run of `len` elements of one row of the
    /// product, the first of which is number `at` in all and number `j` of its row.
    #[inline(always)]
    pub(super) fn operand(&self, at: usize, j: usize, len: usize) -> Option<&'a [S]> {
        match *self {
            Self::Bias(bias) | Self::Relu { bias: Some(bias), .. } => Some(&bias[j..][..len]),
            Self::Gate { gate, .. } => Some(&gate[at..][..len]),
            Self::Store | Self::Relu { bias: None, .. } => None,
        }
    }

    /// The epilogue of a run of elements, numbered as in [`operand`](Self::operand).
    #[inline(always)]
    pub(super) fn apply(&self, values: &mut [S], at: usize, j: usize) {
        let others = self.operand(at, j, values.len()).unwrap_or_default();
        let pairs = values.iter_mut().zip(others);
        match *self {
            Self::Store => {}
            Self::Bias(_) => pairs.for_each(|(x, bias)| *x += *bias),
            Self::Relu { bias: Some(_), slope } => pairs.for_each(|(x, bias)| *x = relu(*x + *bias, slope)),
            Self::Relu { bias: None, slope } => values.iter_mut().for_each(|x| *x = relu(*x, slope)),
            Self::Gate { slope, .. } => pairs.for_each(|(x, gate)| {
                *x = if *gate > S::zero() { *x } else { scaled(*x, slope) };
            }),
        }
    }
}

#[inline(always)]
fn relu<S: Scalar>(x: S, slope: S) -> S {
    if x <= S::zero() { scaled(x, slope) } else { x }
}

/// x · slope, where 0 · ∞ is 0.
#[inline(always)]
fn scaled<S: Scalar>(x: S, slope: S) -> S {
    if slope.is_zero() { S::zero() } else { x * slope }
}

impl<S: Vectors> Epilogue<'_, S> {
    /// [`apply`](Self::apply) for a vector: `other` holds what [`operand`](Self::operand) gives, or zeros.
    #[inline(always)]
    pub(super) fn vector<V: Simd>(&self, simd: V, value: S::Lanes<V>, other: S::Lanes<V>) -> S::Lanes<V> {
        let zero = S::splat(simd, S::zero());
        let scaled = |x, slope: S| if slope.is_zero() { zero } else { S::times(simd, x, S::splat(simd, slope)) };
        match *self {
            Self::Store => value,
            Self::Bias(_) => S::plus(simd, value, other),
            Self::Relu { slope, .. } => {
                let x = S::plus(simd, value, other);
                S::where_less_or_equal(simd, x, zero, scaled(x, slope), x)
            }
            Self::Gate { slope, .. } => S::where_less(simd, zero, other, value, scaled(value, slope)),
        }
    }
}
