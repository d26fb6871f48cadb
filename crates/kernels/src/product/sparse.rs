//! Steps along k that add nothing, and columns of zeros.
//!
//! ```text
//!       k = 0 1 2 3 4 5 6 7 8 9
//!          ┌───────────────────┐
//!   8 rows │· · ▒ · ▒ ▒ · · ▒ ·│  2, 4, 5, 8      Rows of the left operand are looked at in blocks of 8. Where all of them
//!   8 rows │· · · ▒ ▒ · · · · ·│  3, 4            are zero, nothing is added to any sum of a tile: that step is left out.
//!          └───────────────────┘   · only zeros   ▒ not
//! ```
//!
//! Pictures have margins, and what is masked or one-hot is mostly zeros; they enter two of the three products of a first layer.
//! 19 % of the pixels of MNIST are not black. Of 8 images one has ink at 47 % of the places (x·Wᵀ), and of 8 pixels in a row one
//! has ink in 39 % of the images (zᵀ·x, which is computed as xᵀ·z and turned).
//!
//! A unit of relu that rests for a whole batch leaves a column of zeros: in what its layer gives, and in the gradient that arrives
//! there. The gradient of a weight, zᵀ·x, is made of the columns of both that are left, 43 and 78 % of them in a deep
//! network; the rest of it is zero.
//!
//! | zeros | what is left out | file |
//! |---|---|---|
//! | in x of x·Wᵀ | steps of 8 rows | `ribbons`, `blocks` |
//! | in z of zᵀ·x | columns | `turned`, `live` |
//! | in x of zᵀ·x | columns, or steps of 8 columns | `turned`, `live`, `blocks` |
//!
//! Only what changes nothing is left out. 0 · ∞ and 0 · NaN are NaN: where the other operand has any, all steps are taken, and where
//! either has, all columns.
//! A sum that has underflowed to -0 may stay so in x·Wᵀ, since no 0 is added to it; in zᵀ·x it becomes 0.

mod blocks;
mod live;
mod ribbons;
mod turned;

use super::output::TILE;
use super::path::Asked;
use super::{Epilogue, Operand, Vectors};
use crate::Scalar;
use turned::Leave;

/// Multiplications below which looking for steps costs more than it saves.
const MULTIPLICATIONS: usize = 1 << 21;
/// Columns of the other operand that must share what is saved of a step.
const COLUMNS: usize = 128;

/// `out` becomes what is asked for if it pays to leave out steps or columns. If not, this does nothing and says so.
pub(super) fn product<S: Vectors>(asked: Asked<'_, S>, out: &mut [S]) -> bool {
    let Asked { level, left, right, epilogue, watch } = asked;
    let (m, k, n) = (left.rows, left.columns, right.columns);
    if m * k * n < MULTIPLICATIONS || !level.has_vectors() {
        false
    } else if !left.transposed && n >= COLUMNS && steps_left(left) <= ENOUGH {
        ribbons::product(asked, out);
        true
    } else if left.transposed
        && !right.transposed
        && m >= COLUMNS
        && k * n <= turned::MOST_NUMBERS
        && u32::try_from(m).is_ok()
        && matches!(epilogue, Epilogue::Store)
        && let Some(leave) = what_to_leave(left.t(), right)
    {
        turned::product(level, left.t(), right, leave, watch, out);
        true
    } else {
        false
    }
}

/// The share of a product that remains, of which more would not pay for blocks and for turning.
const ENOUGH: f64 = 0.75;

/// What of x to leave out in zᵀ·x, beside columns of z; nothing if that does not pay.
fn what_to_leave<S: Scalar>(z: Operand<'_, S>, x: Operand<'_, S>) -> Option<Leave> {
    let (columns, steps) = (live::share(x), steps_left(x.t()));
    let pays = live::share(z) * columns.min(steps) <= ENOUGH;
    pays.then_some(if columns <= steps { Leave::Columns } else { Leave::Steps })
}

/// How many blocks of rows, and how many steps of each, tell whether many add nothing.
const SAMPLE: [usize; 2] = [32, 8];

/// About which share of the steps of a left operand adds something.
fn steps_left<S: Scalar>(left: Operand<'_, S>) -> f64 {
    let [blocks, steps] = SAMPLE;
    // The steps of one block lie between those of the others, so that all parts of rows are seen.
    let adds = |&at: &usize| {
        let (block, step) = (at / steps, at % steps * blocks + at / steps);
        let first = block * left.rows.div_ceil(TILE) / blocks * TILE;
        let k = step * left.columns / (blocks * steps);
        (first..left.rows.min(first + TILE)).any(|i| !left.at(i, k).is_zero())
    };
    (0..blocks * steps).filter(adds).count() as f64 / (blocks * steps) as f64
}

#[cfg(test)]
mod tests;
