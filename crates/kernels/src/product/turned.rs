//! The transpose of a product in place of the product.
//!
//! ```text
//!                ┌────────┐ leftᵀ          out = left · rightᵀ where `right` lies by rows, as a weight does: its columns,
//!              k │ ▓      │                which a strip would read, are no runs of memory. But outᵀ = right · leftᵀ
//!         k      └────────┘                reads `right` in rows. What is turned is `left`, and outᵀ at the end.
//!      ┌──────┐  ┌────────┐
//!      │right │  │ ▓      │ outᵀ           Threads share the rows of `left` and of `out`, which are columns here (▓):
//!    n │      │  │ ▓      │                each turns its own there and back.
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
use crate::transpose::{BLOCK, turn};

/// Rows of `left` that a thread takes at least: as many as a strip of tiles has columns.
const ROWS: usize = 48;

/// `out = epilogue(left · right)` for a `right` that lies transposed.
pub(super) fn product<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    out: &mut [S],
    epilogue: Epilogue<'_, S>,
) {
    let grain = left.rows.div_ceil(rayon::current_num_threads()).max(ROWS).next_multiple_of(BLOCK);
    parallel::run(Piece { level, left: left.data, right: right.t(), first: 0, out, epilogue }, grain);
}

/// The rows of `left` and of the output from number `first` on.
struct Piece<'a, S> {
    level: Level,
    left: &'a [S],
    right: Operand<'a, S>,
    first: usize,
    out: &'a mut [S],
    epilogue: Epilogue<'a, S>,
}

impl<S: Vectors> Divisible for Piece<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.right.rows
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at * self.right.rows);
        let (upper, lower) = self.left.split_at(at * self.right.columns);
        let first = self.first + at;
        (Self { left: upper, out: front, ..self }, Self { left: lower, out: back, first, ..self })
    }

    fn run(self) {
        let (rows, Operand { rows: n, columns: k, .. }) = (self.units(), self.right);
        // Filled up to whole vectors, and never a whole page long.
        let width = rows.next_multiple_of(self.level.lanes::<S>());
        let stride = if evicts::<S>(width) { width + BLOCK } else { width };
        S::with_scratch(stride * k + width * n, |scratch| {
            let (turned, product) = scratch.split_at_mut(stride * k);
            pulp::Arch::new().dispatch(There { left: self.left, rows, columns: k, turned, stride });
            let right = Right::Direct { data: turned, stride, first: 0 };
            let work = block(Rows::of(self.right), right, product, width, Epilogue::Store);
            Work { level: self.level, block: work, depth: k }.run();
            let Self { first, out, epilogue, .. } = self;
            pulp::Arch::new().dispatch(Back { product, width, columns: n, first, out, epilogue });
        });
    }
}

/// Turns `left`, and puts zeros behind it.
struct There<'a, S> {
    left: &'a [S],
    rows: usize,
    columns: usize,
    turned: &'a mut [S],
    stride: usize,
}

impl<S: Vectors> NullaryFnOnce for There<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { left, rows, columns, turned, stride } = self;
        turn(left, columns, rows, columns, turned, stride);
        if rows < stride {
            turned.chunks_exact_mut(stride).for_each(|row| row[rows..].fill(S::zero()));
        }
    }
}

/// Turns the product, and applies the epilogue to rows while they are in the cache.
struct Back<'a, S> {
    product: &'a [S],
    width: usize,
    columns: usize,
    first: usize,
    out: &'a mut [S],
    epilogue: Epilogue<'a, S>,
}

impl<S: Vectors> NullaryFnOnce for Back<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { product, width, columns, first, out, epilogue } = self;
        for (i, part) in (0..).step_by(BLOCK).zip(out.chunks_mut(BLOCK * columns)) {
            turn(&product[i..], width, columns, part.len() / columns, part, columns);
            for (i, row) in (first + i..).zip(part.chunks_exact_mut(columns)) {
                epilogue.apply(row, i * columns, 0);
            }
        }
    }
}
