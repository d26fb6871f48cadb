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
//! Only what changes nothing is left out. 0 · ∞ and 0 · NaN are NaN, so all steps are taken in strips where the other operand has
//! such numbers.

mod left;
mod right;
pub(super) mod steps;

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
        false
    } else if !left.transposed && few_at_first(left) {
        left::product(level, left, right, out, epilogue);
        true
    } else {
        let turned = left.transposed && !right.transposed && matches!(epilogue, Epilogue::Store);
        turned && few_at_first(right.t()) && right::product(level, left, right, out)
    }
}

/// Whether few steps of the first rows of a left operand are needed. Where not, others are not worth a look.
fn few_at_first<S: Scalar>(left: Operand<'_, S>) -> bool {
    let is_needed = |&k: &usize| (0..TILE.min(left.rows)).any(|i| !left.at(i, k).is_zero());
    are_few((0..left.columns).filter(is_needed).count(), left.columns)
}

/// Whether it pays to leave the others out: lists cost a little, and so does turning an operand or the output.
fn are_few(needed: usize, all: usize) -> bool {
    4 * needed <= 3 * all
}

#[cfg(test)]
mod tests;
