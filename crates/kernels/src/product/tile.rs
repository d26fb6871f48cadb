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

use pulp::{Simd, WithSimd};

use super::left::Left;
use super::level::Level;
use super::output::{Grid, Output};
use super::right::{Panel, Right, places};
use super::watch::{Seen, Watch};
use super::{Epilogue, Vectors};
use crate::Loop;

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
    /// Told of infinities and NaN among the sums, before anything is added to them.
    pub(super) watch: Option<&'a Watch>,
}

impl<'a, S: Vectors, L: Left<Scalar = S>> Product<'a, S, L> {
    pub(super) fn new(left: L, right: Right<'a, S>, grid: Grid, epilogue: Epilogue<'a, S>) -> Self {
        Self { left, right, grid, first: 0, add: false, epilogue, watch: None }
    }

    pub(super) fn watched(self, watch: Option<&'a Watch>) -> Self {
        Self { watch, ..self }
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
        let Product { grid, watch, .. } = product;
        let mut seen = Seen::nothing();
        for number in out.strips(grid) {
            let rows = out.rows(number, grid);
            let panel = product.right.panel(number, grid, product.left.depth(), panel);
            let strip = Strip { product, panel, columns: grid.columns_of(number), out: &mut out, seen: &mut seen };
            L::cover(strip, simd, grid.width(number), rows);
        }
        if !seen.is_finite() {
            watch.into_iter().for_each(Watch::alarm);
        }
    }
}

/// A strip of the output.
pub(super) struct Strip<'a, 'b, 'c, 'd, S, L> {
    pub(super) product: Product<'a, S, L>,
    pub(super) panel: Panel<'b, S>,
    pub(super) columns: Range<usize>,
    pub(super) out: &'b mut Output<'c, 'd, S>,
    pub(super) seen: &'b mut Seen<S>,
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

    /// The tile whose first row is row `i` of the output. Of one that reaches beyond the last row or column, that is stored which
    /// is there.
    #[inline(always)]
    pub(super) fn tile<V: Simd, const R: usize, const C: usize>(&mut self, simd: V, i: usize) {
        let Product { left, grid, first, add, epilogue, watch, .. } = self.product;
        let (columns, panel) = (self.columns.clone(), self.panel);
        let to = places::<C>(columns.len(), S::lanes::<V>());
        let mut rows: [&mut [S]; R] = std::array::from_fn(|_| <&mut [S]>::default());
        self.out.lend(i, columns.clone(), grid, &mut rows);
        let zero = S::splat(simd, S::zero());
        let mut sums = [[zero; C]; R];
        for (left, row) in left.steps::<R>(first + i, panel) {
            let mut right = [zero; C];
            for (right, j) in right.iter_mut().zip(to) {
                *right = S::load(simd, &row[panel.first + j..]);
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let left = S::splat(simd, left(r));
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = S::fused(simd, left, right, *sum);
                }
            }
        }
        let seen = watch.map(|_| &mut *self.seen);
        // Behind this, loops of a known length, which leave sums where they are: in registers. All else, tiles of few rows too, is
        // compiled once, and finds them in memory: a copy, or the sums themselves would live there, and the loop above take two
        // to four times as long.
        let is_whole = is_regular::<V>(R) && rows[R - 1].len() >= to[C - 1] + S::lanes::<V>();
        if !is_whole || epilogue.is_leaky() {
            let sums = std::hint::black_box(sums);
            let (sums, rows, first) = (sums.as_flattened(), &mut rows, columns.start);
            return simd.vectorize(Piecemeal { simd, sums, places: &to, rows, first, add, epilogue, seen });
        }
        if let Some(seen) = seen {
            seen.see(simd, &sums);
        }
        if add {
            for (sums, row) in sums.iter_mut().zip(&rows) {
                for (sum, j) in sums.iter_mut().zip(to) {
                    *sum = S::plus(simd, *sum, S::load(simd, &row[j..]));
                }
            }
        }
        epilogue.apply_to_tile(simd, &mut sums, columns.start, to);
        for (row, sums) in rows.iter_mut().zip(sums) {
            for (sum, j) in sums.into_iter().zip(to) {
                S::store(simd, &mut row[j..], sum);
            }
        }
    }
}

/// Whether most tiles have so many rows. With 16 registers that is 6, or 4 where a tile lies inside a block of 8.
#[inline(always)]
fn is_regular<V: Simd>(rows: usize) -> bool {
    rows > 4 || rows == 4 && V::REGISTER_COUNT < 32
}

/// Stores a tile vector by vector, as much of it as there is: below the last row, in outputs narrower than a vector, and whatever
/// else is rare.
struct Piecemeal<'a, 'b, V: Simd, S: Vectors> {
    simd: V,
    sums: &'b [S::Lanes<V>],
    /// Where the vectors of a row begin in it.
    places: &'b [usize],
    /// Rows of the output, from their column `first` on; nothing for those that are not there.
    rows: &'b mut [&'a mut [S]],
    first: usize,
    add: bool,
    epilogue: Epilogue<'b, S>,
    seen: Option<&'b mut Seen<S>>,
}

impl<V: Simd, S: Vectors> Loop for Piecemeal<'_, '_, V, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { simd, sums, places, rows, first, add, epilogue, seen } = self;
        if let Some(seen) = seen {
            for vector in sums {
                seen.see(simd, &[[*vector]]);
            }
        }
        for (row, vectors) in rows.iter_mut().zip(sums.chunks_exact(places.len())).filter(|(row, _)| !row.is_empty()) {
            for (c, (vector, &place)) in vectors.iter().zip(places).enumerate() {
                let (to, overlap) = (&mut row[place..], c * S::lanes::<V>() - place);
                if to.len() >= S::lanes::<V>() && (overlap == 0 || !add) {
                    let vector = if add { S::plus(simd, *vector, S::load(simd, to)) } else { *vector };
                    S::store(simd, to, vector);
                    continue;
                }
                let numbers: &[S] = pulp::bytemuck::cast_slice(std::slice::from_ref(vector));
                // What overlaps the vector before has been added with that.
                for (to, number) in to.iter_mut().zip(numbers).skip(overlap) {
                    *to = if add { *number + *to } else { *number };
                }
            }
            epilogue.apply(row, first);
        }
    }
}
