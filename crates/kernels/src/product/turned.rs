//! The transpose of a product in place of the product.
//!
//! ```text
//!                ┌────────┐ leftᵀ          out = left · rightᵀ where `right` lies by rows, as a weight does: its columns,
//!              k │        │                which a strip would read, are no runs of memory. But outᵀ = right · leftᵀ
//!         k      └────────┘                reads `right` in rows. What is turned is `left`, and outᵀ at the end.
//!      ┌──────┐  ┌────────┐
//!      │▓▓▓▓▓▓│  │▓▓▓▓▓▓▓▓│ outᵀ           Threads share the rows of `right` (▓): of a weight each reads those alone
//!    n │right │  │        │                that it will change.
//!      └──────┘  └────────┘
//!                    m
//! ```

use pulp::NullaryFnOnce;

use super::left::Rows;
use super::level::Level;
use super::path::{block, evicts};
use super::right::Right;
use super::threads::Work;
use super::{Epilogue, Operand, Vectors};
use crate::parallel::{self, Divisible};
use crate::transpose::{BLOCK, transpose_apart, turn};

/// Elements that one thread turns back at a time.
const GRAIN: usize = 16 * 1024;

/// `out = epilogue(left · right)` for a `right` that lies transposed.
pub(super) fn product<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let (m, k, n) = (left.rows, left.columns, right.columns);
    // Filled up to whole vectors, and never a whole page long.
    let width = m.next_multiple_of(level.lanes::<S>());
    let stride = if evicts::<S>(width) { width + BLOCK } else { width };
    S::with_scratch(stride * k + width * n, |scratch| {
        let (turned, product) = scratch.split_at_mut(stride * k);
        if m < width {
            turned.chunks_exact_mut(stride).for_each(|row| row[m..width].fill(S::zero()));
        }
        transpose_apart(left.data, m, k, turned, stride);
        let right_rows = Right::Direct { data: turned, stride, first: 0 };
        let work = block(Rows::of(right.t()), right_rows, product, width, Epilogue::Store);
        Work { level, block: work, depth: k }.run();
        let grain = (GRAIN / n).max(1).next_multiple_of(BLOCK);
        parallel::run(Back { product, width, columns: n, first: 0, out, epilogue }, grain);
    });
}

/// Turns the product, and applies the epilogue to rows while they are in the cache.
struct Back<'a, S> {
    product: &'a [S],
    width: usize,
    columns: usize,
    /// The row of the product that is the first of `out`.
    first: usize,
    out: &'a mut [S],
    epilogue: Epilogue<'a, S>,
}

impl<S: Vectors> Divisible for Back<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at * self.columns);
        (Self { out: front, ..self }, Self { out: back, first: self.first + at, ..self })
    }

    fn run(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl<S: Vectors> NullaryFnOnce for Back<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { product, width, columns, first, out, epilogue } = self;
        for (i, part) in (first..).step_by(BLOCK).zip(out.chunks_mut(BLOCK * columns)) {
            turn(&product[i..], width, columns, part.len() / columns, part, columns);
            for (i, row) in (i..).zip(part.chunks_exact_mut(columns)) {
                epilogue.apply(row, i * columns, 0);
            }
        }
    }
}
