//! Steps along k that add nothing.
//!
//! ```text
//!       k = 0 1 2 3 4 5 6 7 8 9
//!          ┌───────────────────┐
//!   8 rows │· · ▒ · ▒ ▒ · · ▒ ·│  2, 4, 5, 8      A tile takes 8 rows of the left operand at once. Where all of them
//!   8 rows │· · · ▒ ▒ · · · · ·│  3, 4            are zero, nothing is added to any of its sums: that step is left out.
//!          └───────────────────┘
//! ```
//!
//! Pictures have margins, and what is masked or one-hot is mostly zeros; they enter two of the three products of a first layer.
//! 19 % of the pixels of MNIST are not black. Of 8 images one has ink at 47 % of the places (x·Wᵀ), and of 8 pixels in a row one
//! has ink in 39 % of the images (Zᵀ·x, which is computed as xᵀ·Z and turned).
//!
//! Only what changes nothing is left out: in strips where the other operand has infinities or NaN, all steps are taken, row by row.
//! A sum that has underflowed to -0 stays so, since no 0 is added to it.

mod blocks;
mod left;
mod right;

use super::level::Level;
use super::output::TILE;
use super::{Epilogue, Operand, Vectors};
use crate::Scalar;

/// The least extent of a product that is searched for such steps, so that the search is little beside it.
const LEAST: usize = 64;

/// `out = epilogue(left · right)` if it pays to leave out steps. If not, this does nothing and says so.
pub(super) fn product<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) -> bool {
    if left.rows.min(left.columns).min(right.columns) < LEAST {
        return false;
    }
    let on_the_left = !left.transposed && has_many_zeros(left);
    let on_the_right = || left.transposed && !right.transposed && has_many_zeros(right.t());
    if on_the_left {
        left::product(level, left, right, out, epilogue);
    } else if matches!(epilogue, Epilogue::Store) && on_the_right() {
        right::product(level, left, right, out);
    } else {
        return false;
    }
    true
}

/// How many blocks of rows, and how many steps of each, tell whether many add nothing.
const SAMPLE: [usize; 2] = [32, 8];

/// Whether a quarter of the steps of a left operand add nothing: less would not pay for blocks and for turning.
fn has_many_zeros<S: Scalar>(left: Operand<'_, S>) -> bool {
    let [blocks, steps] = SAMPLE;
    let places = (0..blocks * steps).map(|at| (at / steps * left.rows / blocks, at * left.columns / (blocks * steps)));
    let adds = |&(i, k): &(usize, usize)| (i..left.rows.min(i + TILE)).any(|i| !left.at(i, k).is_zero());
    4 * places.filter(adds).count() <= 3 * blocks * steps
}

#[cfg(test)]
mod tests;
