//! The left operand.
//!
//! A tile takes from it one scalar a row and step along k, and broadcasts it over a vector. So it is never packed: by
//! rows it is `R` streams, by columns (as a transpose) it is one run of `R` scalars a step.

use super::Operand;
use crate::Scalar;

/// A left operand, one step along k after the other.
pub(super) trait Left: Copy + Send + Sync {
    /// The number type.
    type Scalar: Scalar;
    /// For each step along k, a function that reads the value of row `i + r`. Values are read when they are needed, one
    /// after the other: `R` of them at once would not fit into the registers beside a tile.
    fn steps<const R: usize>(&self, i: usize) -> impl Iterator<Item = impl Fn(usize) -> Self::Scalar>;
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

impl<S: Scalar> Left for Rows<'_, S> {
    type Scalar = S;

    #[inline(always)]
    fn steps<const R: usize>(&self, i: usize) -> impl Iterator<Item = impl Fn(usize) -> S> {
        // A plain loop: what a closure holds may stay a function of its own.
        let mut rows: [&[S]; R] = [&[]; R];
        for r in 0..R {
            rows[r] = &self.data[(i + r) * self.stride..][..self.depth];
        }
        (0..self.depth).map(move |k| move |r: usize| rows[r][k])
    }
}

impl<S: Scalar> Left for Columns<'_, S> {
    type Scalar = S;

    #[inline(always)]
    fn steps<const R: usize>(&self, i: usize) -> impl Iterator<Item = impl Fn(usize) -> S> {
        self.data.chunks_exact(self.rows).map(move |row| {
            let values: &[S; R] = row[i..].first_chunk().expect("a tile lies inside its operand");
            move |r: usize| values[r]
        })
    }
}
