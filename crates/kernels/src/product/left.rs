//! The left operand.
//!
//! A tile takes from it one scalar a row and step along k, and broadcasts it over a vector. So it is not packed: by
//! rows it is `R` streams, by columns (as a transpose) it is one run of `R` scalars a step. Only where these runs lie whole pages
//! apart, or the right operand is packed, are its rows put where they are rows; and what has many zeros is copied without
//! them, or those of its columns are read that are not zero (see `sparse`).

use std::ops::Range;

use pulp::Simd;

use super::right::Panel;
use super::tile::Strip;
use super::{Operand, Vectors};
use crate::Scalar;
use crate::transpose::transpose_apart;

/// A left operand, one step along k after the other.
pub(super) trait Left: Copy + Send + Sync {
    /// The number type.
    type Scalar: Vectors;

    /// The length of the sums.
    fn depth(&self) -> usize;
    /// For each step along k, a function that reads the value of row `i + r`, and the row of `panel` that it is multiplied
    /// with. Values are read when they are needed, one after the other: `R` of them at once would not fit into the registers
    /// beside a tile.
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, Self::Scalar>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> Self::Scalar, &'p [Self::Scalar])>;

    /// Covers a strip of so many vectors with tiles: otherwise than others where a tile must lie inside a block of 8 rows.
    #[inline(always)]
    fn cover<V: Simd>(strip: Strip<'_, '_, '_, '_, Self::Scalar, Self>, simd: V, vectors: usize, rows: Range<usize>) {
        strip.cover(simd, vectors, rows);
    }
}

/// Rows as they lie, one every `stride` elements, each of `depth` elements.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, S> {
    pub(super) data: &'a [S],
    pub(super) stride: usize,
    pub(super) depth: usize,
}

/// A transpose: row i of the operand is column i of `data`, which has `rows` columns.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a, S> {
    pub(super) data: &'a [S],
    pub(super) rows: usize,
}

impl<'a, S: Scalar> Rows<'a, S> {
    pub(super) fn of(operand: Operand<'a, S>) -> Self {
        Self { data: operand.data, stride: operand.columns, depth: operand.columns }
    }
}

impl<'a, S> Columns<'a, S> {
    pub(super) fn of(operand: Operand<'a, S>) -> Self {
        Self { data: operand.data, rows: operand.rows }
    }
}

impl<S: Vectors> Left for Rows<'_, S> {
    type Scalar = S;

    fn depth(&self) -> usize {
        self.depth
    }

    #[inline(always)]
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, S>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> S, &'p [S])> {
        // A plain loop: what a closure holds may stay a function of its own.
        let mut rows: [&[S]; R] = [&[]; R];
        for (r, row) in rows.iter_mut().enumerate() {
            *row = &self.data[(i + r) * self.stride..][..self.depth];
        }
        (0..self.depth).map(move |k| move |r: usize| rows[r][k]).zip(panel.rows())
    }
}

impl<S: Vectors> Left for Columns<'_, S> {
    type Scalar = S;

    fn depth(&self) -> usize {
        self.data.len() / self.rows
    }

    #[inline(always)]
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, S>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> S, &'p [S])> {
        self.data
            .chunks_exact(self.rows)
            .map(move |row| {
                let values: &[S; R] = row[i..].first_chunk().expect("a tile lies inside its operand");
                move |r: usize| values[r]
            })
            .zip(panel.rows())
    }
}

/// How far apart rows of `depth` elements are put: no power of two, so that they fall into different places of a cache.
pub(super) fn stride(depth: usize, lanes: usize) -> usize {
    depth.next_multiple_of(lanes) + lanes
}

/// Columns `start .. start + depth` of an operand that lies transposed, turned into rows that lie `stride` apart.
pub(super) fn turned<'a, S: Scalar>(
    operand: Operand<'_, S>,
    start: usize,
    depth: usize,
    stride: usize,
    to: &'a mut [S],
) -> Rows<'a, S> {
    let (m, from) = (operand.rows, &operand.data[start * operand.rows..]);
    transpose_apart(&from[..depth * m], depth, m, to, stride);
    Rows { data: to, stride, depth }
}
