//! Who computes what: threads share the rows of the output, or cut it as a ribbon.
//!
//! Cores that lie apart share numbers through memory that both can see, and what one has read another cannot write without
//! telling it. With the rows shared, each thread reads all of `right`, k·n numbers; with a ribbon shared, all of `left`, m·k,
//! and its own part of `right`, and m·n are lent in parts of rows. So a ribbon is cut where k·n is larger than m·k and m·n together,
//! and m at most 256: then each thread has rows of a weight W that are nearly its own. With a batch and a layer of common sizes:
//!
//! | product | shared | what a thread touches of W |
//! |---|---|---|
//! | x·Wᵀ, forward | ribbon, whose columns are rows of W | it reads its rows |
//! | Zᵀ·x, gradient of W | rows | it writes the gradient of its rows |
//! | update of W | rows | it changes its rows |
//! | Z·W, gradient of x | ribbon | it reads some columns, half of them in the rows of others |
//!
//! Products whose zeros are left out (`sparse`) are shared likewise, always as ribbons or by rows of W. An element is the same sum in the same
//! order whoever computes it.

use super::Vectors;
use super::left::Left;
use super::level::Level;
use super::output::{MOST_ROWS, Output, Ribbon, TILE};
use super::tile::Product;
use crate::parallel::{self, Divisible};

/// Work below which another thread is not worth its while, in multiplications.
pub(super) const GRAIN: usize = 1 << 18;
/// What it costs to read a number of a weight, to turn it or to store one of the output, in multiplications: most of the work
/// where few rows meet a weight.
pub(super) const MOVED: usize = 8;
/// Bytes of the left operand that stay in a second-level cache while the strips of the right one go by.
const CACHE: usize = 256 * 1024;

/// Computes `out`, whole.
pub(super) fn run<S: Vectors, L: Left<Scalar = S>>(level: Level, product: Product<'_, S, L>, out: &mut [S]) {
    let Product { left, right, grid, .. } = product;
    let depth = left.depth();
    let rows = out.len() / grid.columns;
    let pieces = pieces(rows, depth, grid.columns);
    let wide = depth * grid.columns > rows * (depth + grid.columns);
    // Memory of this thread, whoever computes: the same at every step.
    let panel = right.memory(grid, depth);
    S::with_scratch(pieces * panel, |panels| {
        if pieces > 1 && rows <= MOST_ROWS && wide {
            let compute =
                |ribbon: Ribbon<'_, '_, S>, panel: &mut [S]| product.run(level, Output::Ribbon(ribbon), panel);
            return Ribbon::share(out, grid, panels, pieces, &compute);
        }
        // As many blocks for each thread, or one of them would wait for another's last.
        let cached = if right.is_packed_on_use() { rows } else { (CACHE / (depth * size_of::<S>())).max(TILE) };
        let blocks = rows.div_ceil(cached).next_multiple_of(pieces);
        let grain = rows.div_ceil(blocks).next_multiple_of(TILE);
        parallel::run(ByRows { level, product, grain, panel, panels, out }, grain);
    });
}

/// Among how many threads a product m×k · k×n is shared.
pub(super) fn pieces(m: usize, k: usize, n: usize) -> usize {
    worth(m, k, n).min(rayon_core::current_num_threads())
}

/// How many threads it would be worth.
fn worth(m: usize, k: usize, n: usize) -> usize {
    ((m * k * n + MOVED * (k * n + m * n)) / GRAIN).max(1)
}

struct ByRows<'a, S, L> {
    level: Level,
    product: Product<'a, S, L>,
    /// Rows of a piece.
    grain: usize,
    /// Memory of a piece.
    panel: usize,
    /// Memory of all pieces.
    panels: &'a mut [S],
    out: &'a mut [S],
}

impl<S: Vectors, L: Left<Scalar = S>> Divisible for ByRows<'_, S, L> {
    fn units(&self) -> usize {
        self.out.len() / self.product.grid.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { level, product, grain, panel, panels, out } = self;
        let (front, back) = out.split_at_mut(at * product.grid.columns);
        let (panels, others) = panels.split_at_mut(at / grain * panel);
        let below = Product { first: product.first + at, ..product };
        (
            Self { level, product, grain, panel, panels, out: front },
            Self { level, product: below, grain, panel, panels: others, out: back },
        )
    }

    fn run(self) {
        self.product.run(self.level, Output::Rows { data: self.out, skip: 0 }, self.panels);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_shared_if_much_is_multiplied_or_moved() {
        assert_eq!(worth(2, 3, 4), 1);
        assert_eq!(worth(64, 64, 40), 1, "less than a grain");
        assert_eq!(worth(128, 784, 400), 164);
        assert!(worth(1, 784, 512) > 8, "one row that meets a large weight");
        assert_eq!(worth(1, 30, 30), 1, "one that meets a small one");
    }
}
