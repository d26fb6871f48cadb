//! Sums on a fixed tree.
//!
//! ```text
//!   terms    ├──── 4096 ────┤├──── 4096 ────┤├──── 4096 ────┤├─ rest ─┤
//!   chunks    64 lanes, each    …               …              …          one thread each, vector code
//!             a running sum
//!   tree             s₀      +      s₁               s₂     +     s₃      halves, down to single chunks
//!                        (s₀ + s₁)           +          (s₂ + s₃)
//! ```
//!
//! Where a term goes depends on its number alone, so the rounding is the same at any number of threads; and no term
//! passes through more than 64 + 6 + log₂ (number of chunks) additions, so the error stays small for millions of terms.

use pulp::NullaryFnOnce;

use crate::{Rule, Scalar};

mod axes;

pub use axes::sum_axes;

const CHUNK: usize = 4096;
/// Running sums side by side: some vectors of them, so that one addition need not wait for the one before.
const LANES: usize = 64;

/// Chunks below which another thread is not worth its while.
const SERIAL: usize = 4;

/// Σᵢ xᵢ
///
/// ```
/// assert_eq!(diabolo_kernels::sum(&[1.0, 2.0, 4.0]), 7.0);
/// ```
pub fn sum<S: Scalar>(x: &[S]) -> S {
    sum_map(Identity, [x])
}

/// `Σᵢ rule(whole[…][i])`, without a buffer for the terms.
///
/// ```
/// use diabolo_kernels::{Rule, Scalar, sum_map};
///
/// #[derive(Clone, Copy)]
/// struct Product;
/// impl<S: Scalar> Rule<S, 0, 2> for Product {
///     #[inline(always)]
///     fn apply(self, []: [S; 0], [a, b]: [S; 2]) -> S {
///         a * b
///     }
/// }
///
/// assert_eq!(sum_map(Product, [&[1.0, 2.0], &[3.0, 4.0]]), 11.0);
/// ```
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn sum_map<S: Scalar, const M: usize, R: Rule<S, 0, M>>(rule: R, whole: [&[S]; M]) -> S {
    let len = whole.first().map_or(0, |w| w.len());
    for w in &whole {
        assert_eq!(w.len(), len, "the slices of a sum differ in size");
    }
    tree(rule, whole)
}

fn tree<S: Scalar, const M: usize, R: Rule<S, 0, M>>(rule: R, whole: [&[S]; M]) -> S {
    let chunks = whole.first().map_or(0, |w| w.len().div_ceil(CHUNK));
    if chunks <= 1 {
        return crate::vectorised::<S, _>(Chunk { rule, whole });
    }
    let at = chunks.next_power_of_two() / 2 * CHUNK;
    let front = || tree(rule, whole.map(|w| &w[..at]));
    let back = || tree(rule, whole.map(|w| &w[at..]));
    let (a, b) = if chunks <= SERIAL { (front(), back()) } else { rayon::join(front, back) };
    a + b
}

#[derive(Clone, Copy)]
struct Identity;

impl<S: Scalar> Rule<S, 0, 1> for Identity {
    #[inline(always)]
    fn apply(self, []: [S; 0], [x]: [S; 1]) -> S {
        x
    }
}

struct Chunk<'a, S, R, const M: usize> {
    rule: R,
    whole: [&'a [S]; M],
}

impl<S: Scalar, R: Rule<S, 0, M>, const M: usize> NullaryFnOnce for Chunk<'_, S, R, M> {
    type Output = S;

    #[inline(always)]
    fn call(self) -> S {
        in_lanes(self.rule, self.whole)
    }
}

/// Term i goes to lane i mod 64; the lanes are added in pairs.
#[inline(always)]
fn in_lanes<S: Scalar, const M: usize, R: Rule<S, 0, M>>(rule: R, whole: [&[S]; M]) -> S {
    let mut lanes = [S::zero(); LANES];
    let (blocks, rest) = (whole.map(|w| w.as_chunks::<LANES>().0), whole.map(|w| w.as_chunks::<LANES>().1));
    for i in 0..blocks.first().map_or(0, |b| b.len()) {
        let block = blocks.map(|b| &b[i]);
        for lane in 0..LANES {
            lanes[lane] += rule.apply([], block.map(|b| b[lane]));
        }
    }
    for (i, sum) in lanes.iter_mut().enumerate().take(rest.first().map_or(0, |r| r.len())) {
        *sum += rule.apply([], rest.map(|r| r[i]));
    }
    for half in [32, 16, 8, 4, 2, 1] {
        for lane in 0..half {
            let other = lanes[lane + half];
            lanes[lane] += other;
        }
    }
    lanes[0]
}

#[cfg(test)]
mod tests;
