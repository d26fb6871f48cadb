//! Reductions on a fixed tree: sums, products, the largest and the smallest.
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
//! passes through more than 64 + 6 + log₂ (number of chunks) operations, so the error stays small for millions of terms.
//! What `+` stands for is a [`Join`].

use crate::map::{at, length, ranges};
use crate::{Loop, Rule, Scalar};

mod axes;
mod finite;
mod rows;

pub use axes::fold_axes;
pub use finite::all_finite;
pub(crate) use finite::all_finite_here;
pub use rows::{TermRule, map_rows, sum_rows};

pub(crate) const CHUNK: usize = 4096;
/// Running results side by side: some vectors of them, so that one operation need not wait for the one before.
const LANES: usize = 64;

/// Chunks below which another thread is not worth its while.
const SERIAL: usize = 4;

/// How two results become one: an operation that is associative and commutative but for rounding.
///
/// Mark `join` `#[inline(always)]`, or it does not become vector code.
pub trait Join<S>: Copy + Send + Sync {
    /// What changes nothing when it is joined, and so the result of no term at all.
    fn start(self) -> S;
    /// The result of both.
    fn join(self, a: S, b: S) -> S;
}

/// a + b, from 0.
#[derive(Clone, Copy, Debug)]
pub struct Add;

/// a · b, from 1.
#[derive(Clone, Copy, Debug)]
pub struct Multiply;

/// The larger of a and b, from −∞; NaN if either is NaN.
#[derive(Clone, Copy, Debug)]
pub struct Larger;

/// The smaller of a and b, from ∞; NaN if either is NaN.
#[derive(Clone, Copy, Debug)]
pub struct Smaller;

impl<S: Scalar> Join<S> for Add {
    #[inline(always)]
    fn start(self) -> S {
        S::zero()
    }
    #[inline(always)]
    fn join(self, a: S, b: S) -> S {
        a + b
    }
}

impl<S: Scalar> Join<S> for Multiply {
    #[inline(always)]
    fn start(self) -> S {
        S::one()
    }
    #[inline(always)]
    fn join(self, a: S, b: S) -> S {
        a * b
    }
}

impl<S: Scalar> Join<S> for Larger {
    #[inline(always)]
    fn start(self) -> S {
        S::of(f64::NEG_INFINITY)
    }
    #[inline(always)]
    fn join(self, a: S, b: S) -> S {
        a.max(b)
    }
}

impl<S: Scalar> Join<S> for Smaller {
    #[inline(always)]
    fn start(self) -> S {
        S::of(f64::INFINITY)
    }
    #[inline(always)]
    fn join(self, a: S, b: S) -> S {
        a.min(b)
    }
}

/// The terms `rule(whole[…][i])` of slices of one length, joined on the tree.
pub(crate) fn tree<S: Scalar, J: Join<S>, const M: usize, R: Rule<S, 0, M>>(join: J, rule: R, whole: [&[S]; M]) -> S {
    let chunks = length(&whole).div_ceil(CHUNK);
    if chunks <= 1 {
        return crate::vectorised::<S, _>(Chunk { join, rule, whole });
    }
    let at = chunks.next_power_of_two() / 2 * CHUNK;
    let front = || tree(join, rule, ranges(whole, 0, at));
    let back = || tree(join, rule, ranges(whole, at, length(&whole) - at));
    let (a, b) = if chunks <= SERIAL { (front(), back()) } else { crate::parallel::both(front, back) };
    join.join(a, b)
}

#[derive(Clone, Copy)]
pub(crate) struct Identity;

impl<S: Scalar> Rule<S, 0, 1> for Identity {
    #[inline(always)]
    fn apply(self, []: [S; 0], [x]: [S; 1]) -> S {
        x
    }
}

struct Chunk<'a, S, J, R, const M: usize> {
    join: J,
    rule: R,
    whole: [&'a [S]; M],
}

impl<S: Scalar, J: Join<S>, R: Rule<S, 0, M>, const M: usize> Loop for Chunk<'_, S, J, R, M> {
    type Output = S;

    #[inline(always)]
    fn call(self) -> S {
        in_lanes(self.join, self.rule, self.whole)
    }
}

/// Term i goes to lane i mod 64; the lanes are joined in pairs.
#[inline(always)]
fn in_lanes<S: Scalar, J: Join<S>, const M: usize, R: Rule<S, 0, M>>(join: J, rule: R, whole: [&[S]; M]) -> S {
    let mut lanes = [join.start(); LANES];
    let (blocks, rest) = blocks(whole);
    for i in 0..length(&blocks) {
        let block = block(blocks, i);
        for (i, lane) in lanes.iter_mut().enumerate() {
            *lane = join.join(*lane, rule.apply([], at(block, i)));
        }
    }
    for (i, lane) in lanes.iter_mut().enumerate().take(length(&rest)) {
        *lane = join.join(*lane, rule.apply([], at(rest, i)));
    }
    joined(join, lanes)
}

/// Lanes become one number, in pairs.
#[inline(always)]
fn joined<S: Scalar, J: Join<S>>(join: J, mut lanes: [S; LANES]) -> S {
    for half in [32, 16, 8, 4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = join.join(lanes[lane], lanes[lane + half]);
        }
    }
    lanes[0]
}

// What does not depend on the rule stands apart from the loop over it, so that it is compiled once for all rules.

/// Whole blocks of lanes, and what is left.
#[inline(always)]
fn blocks<S, const M: usize>(whole: [&[S]; M]) -> ([&[[S; LANES]]; M], [&[S]; M]) {
    let (mut blocks, mut rest): ([&[[S; LANES]]; M], _) = ([&[]; M], whole);
    for m in 0..M {
        (blocks[m], rest[m]) = whole[m].as_chunks();
    }
    (blocks, rest)
}

#[inline(always)]
fn block<'a, S: Scalar, const M: usize>(blocks: [&'a [[S; LANES]]; M], i: usize) -> [&'a [S]; M] {
    let mut block: [&'a [S]; M] = [&[]; M];
    for m in 0..M {
        block[m] = &blocks[m][i];
    }
    block
}

#[cfg(test)]
mod tests;
