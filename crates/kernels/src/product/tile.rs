//! The register tile.
//!
//! `R` rows by `C` vectors of the output are kept in registers while k runs. Each step loads `C` vectors of the right
//! operand and broadcasts `R` scalars of the left one, for `R · C` fused multiply-adds: the fewer loads a step for its
//! arithmetic, the nearer to the peak, as long as the `R · C + C + 1` registers are there.
//!
//! | registers | 1 vector | 2 | 3 |
//! |---|---|---|---|
//! | 32 (AVX-512, NEON) | 8 rows | 8 | 8 |
//! | 16 (AVX2) | 8 rows | 6 | |
//!
//! Of 16 registers 4 × 3 sums, 3 vectors and a scalar would take all. The compiler wants one more, and keeps a sum in memory: half
//! the speed.

use std::ops::Range;

use pulp::{NullaryFnOnce, Simd, WithSimd};

use super::left::Left;
use super::level::Level;
use super::output::{Grid, Output, Ribbon};
use super::right::{Panel, Right};
use super::{Epilogue, Vectors};

/// What is computed, whoever does it.
#[derive(Clone, Copy)]
pub(super) struct Product<'a, S, L> {
    pub(super) left: L,
    pub(super) right: Right<'a, S>,
    pub(super) grid: Grid,
    /// The row of the left operand that gives the first row of the output.
    pub(super) first: usize,
    /// Whether the output holds sums over earlier k, to be added to.
    pub(super) add: bool,
    pub(super) epilogue: Epilogue<'a, S>,
}

impl<'a, S: Vectors, L: Left<Scalar = S>> Product<'a, S, L> {
    pub(super) fn new(left: L, right: Right<'a, S>, grid: Grid, epilogue: Epilogue<'a, S>) -> Self {
        Self { left, right, grid, first: 0, add: false, epilogue }
    }

    /// Computes a part of it on this thread.
    pub(super) fn run(self, level: Level, out: Output<'_, '_, S>, panel: &mut [S]) {
        level.run(Part { product: self, out, panel });
    }

    /// The same at a level that has vectors.
    pub(super) fn run_in_vectors(self, level: Level, out: Output<'_, '_, S>, panel: &mut [S]) {
        level.run_in_vectors(Part { product: self, out, panel });
    }
}

/// A part of the output.
struct Part<'a, 'b, 'c, S, L> {
    product: Product<'a, S, L>,
    out: Output<'b, 'c, S>,
    /// Where a strip of the right operand is packed that was not before.
    panel: &'b mut [S],
}

impl<S: Vectors, L: Left<Scalar = S>> WithSimd for Part<'_, '_, '_, S, L> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, simd: V) {
        let Self { product, mut out, panel } = self;
        let grid = product.grid;
        for number in out.strips(grid) {
            let rows = out.rows(number, grid);
            let panel = product.right.panel(number, grid, product.left.depth(), panel);
            let strip = Strip { product, panel, columns: grid.columns_of(number), out: &mut out };
            L::cover(strip, simd, grid.width(number), rows);
        }
    }
}

/// A strip of the output.
pub(super) struct Strip<'a, 'b, 'c, 'd, S, L> {
    pub(super) product: Product<'a, S, L>,
    pub(super) panel: Panel<'b, S>,
    pub(super) columns: Range<usize>,
    pub(super) out: &'b mut Output<'c, 'd, S>,
}

impl<S: Vectors, L: Left<Scalar = S>> Strip<'_, '_, '_, '_, S, L> {
    /// Covers a strip of so many vectors with tiles.
    #[inline(always)]
    pub(super) fn cover<V: Simd>(mut self, simd: V, vectors: usize, rows: Range<usize>) {
        match (vectors, V::REGISTER_COUNT >= 32) {
            (1, _) => self.tiles::<V, 8, 1>(simd, rows),
            (2, true) => self.tiles::<V, 8, 2>(simd, rows),
            (_, true) => self.tiles::<V, 8, 3>(simd, rows),
            (_, false) => self.tiles::<V, 6, 2>(simd, rows),
        }
    }

    /// Tiles of `R` rows, and of fewer for what is left.
    #[inline(always)]
    fn tiles<V: Simd, const R: usize, const C: usize>(&mut self, simd: V, rows: Range<usize>) {
        let Range { start: mut i, end } = rows;
        while i + R <= end {
            self.tile::<V, R, C>(simd, i);
            i += R;
        }
        if R > 4 && i + 4 <= end {
            self.tile::<V, 4, C>(simd, i);
            i += 4;
        }
        if R > 2 && i + 2 <= end {
            self.tile::<V, 2, C>(simd, i);
            i += 2;
        }
        if i < end {
            self.tile::<V, 1, C>(simd, i);
        }
    }

    /// The tile whose first row is row `i` of the output. Of one that reaches beyond the last row, those rows are stored that
    /// are there.
    #[inline(always)]
    pub(super) fn tile<V: Simd, const R: usize, const C: usize>(&mut self, simd: V, i: usize) {
        let Product { left, grid, first, add, epilogue, .. } = self.product;
        let (columns, panel) = (self.columns.clone(), self.panel);
        let to = panel.places::<C>(columns.len(), S::lanes::<V>());
        let mut sums = [[S::splat(simd, S::zero()); C]; R];
        for (left, row) in left.steps::<R>(first + i, panel) {
            let right: [S::Lanes<V>; C] = std::array::from_fn(|c| S::load(simd, &row[panel.first + to[c]..]));
            for (r, sums) in sums.iter_mut().enumerate() {
                let left = S::splat(simd, left(r));
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = S::fused(simd, left, right, *sum);
                }
            }
        }
        // A barrier: without it the shape of what follows reaches back into the loop, whose sums may then live in memory
        // and not in registers, two to four times slower. It costs one store and one load a vector.
        let sums = std::hint::black_box(sums);
        let finish = Finish { simd, sums: &sums, to, first: first + i, columns, grid, add, epilogue };
        match self.out {
            Output::Rows { data, .. } => simd.vectorize(InRows(finish, &mut data[i * grid.columns..])),
            Output::Ribbon(ribbon) => simd.vectorize(InRibbon(finish, ribbon, i)),
        }
    }
}

/// What a tile is stored with.
struct Finish<'a, V: Simd, S: Vectors, const C: usize> {
    simd: V,
    sums: &'a [[S::Lanes<V>; C]],
    /// Where its vectors go, from the first column on.
    to: [usize; C],
    /// Its first row in the product.
    first: usize,
    /// The columns of the strip.
    columns: Range<usize>,
    grid: Grid,
    add: bool,
    epilogue: Epilogue<'a, S>,
}

/// Stores a tile in whole rows, from its first one on.
struct InRows<'a, 'b, V: Simd, S: Vectors, const C: usize>(Finish<'a, V, S, C>, &'b mut [S]);

impl<V: Simd, S: Vectors, const C: usize> NullaryFnOnce for InRows<'_, '_, V, S, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let columns = self.0.columns.clone();
        let rows = self.1.chunks_exact_mut(self.0.grid.columns);
        self.0.store(rows.map(|row| &mut row[columns.clone()]));
    }
}

/// Stores a tile in a ribbon, at row `i`.
struct InRibbon<'a, 'b, 'c, 'd, V: Simd, S: Vectors, const C: usize>(
    Finish<'a, V, S, C>,
    &'b mut Ribbon<'c, 'd, S>,
    usize,
);

impl<V: Simd, S: Vectors, const C: usize> NullaryFnOnce for InRibbon<'_, '_, '_, '_, V, S, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let columns = self.0.columns.clone();
        self.0.store(self.1.rows(self.2, columns));
    }
}

impl<V: Simd, S: Vectors, const C: usize> Finish<'_, V, S, C> {
    /// Stores a tile in what `rows` give, after the epilogue, which is chosen before the loop and not inside of it: where k is
    /// small, this is most of the work.
    #[inline(always)]
    fn store<'o>(self, rows: impl Iterator<Item = &'o mut [S]>)
    where
        S: 'o,
    {
        let (simd, epilogue) = (self.simd, self.epilogue);
        let with = |x, other| epilogue.vector(simd, x, other);
        let zero = S::splat(simd, S::zero());
        match epilogue {
            Epilogue::Store => self.each(rows, |_, _, _, x| x),
            Epilogue::Bias(bias) => {
                self.each(rows, |_, j, width, x| S::plus(simd, x, load::<V, S>(simd, &bias[j..][..width])));
            }
            Epilogue::Relu { bias, .. } => self.each(rows, |_, j, width, x| {
                with(x, bias.map_or(zero, |bias| load::<V, S>(simd, &bias[j..][..width])))
            }),
            Epilogue::Gate { gate, .. } => {
                self.each(rows, |at, _, width, x| with(x, load::<V, S>(simd, &gate[at..][..width])));
            }
        }
    }

    /// Stores `f(at, j, width, sum)` for the vector at column `j` of its row, element `at` of the product.
    #[inline(always)]
    fn each<'o>(
        self,
        rows: impl Iterator<Item = &'o mut [S]>,
        f: impl Fn(usize, usize, usize, S::Lanes<V>) -> S::Lanes<V>,
    ) where
        S: 'o,
    {
        let Self { simd, sums, to, first, columns, grid, add, .. } = self;
        let at = first * grid.columns + columns.start;
        for ((sums, row), at) in sums.iter().zip(rows).zip((at..).step_by(grid.columns)) {
            for (&sum, j) in sums.iter().zip(to) {
                // The last vector of a packed strip may reach beyond the row.
                let width = S::lanes::<V>().min(columns.len() - j);
                let out = &mut row[j..][..width];
                let sum = if add { S::plus(simd, sum, load::<V, S>(simd, out)) } else { sum };
                let sum = f(at + j, columns.start + j, width, sum);
                if width == S::lanes::<V>() {
                    S::store(simd, out, sum);
                } else {
                    S::store_some(simd, out, sum);
                }
            }
        }
    }
}

#[inline(always)]
fn load<V: Simd, S: Vectors>(simd: V, from: &[S]) -> S::Lanes<V> {
    if from.len() == S::lanes::<V>() { S::load(simd, from) } else { S::load_some(simd, from) }
}
