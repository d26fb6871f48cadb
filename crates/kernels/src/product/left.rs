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
    /// For each step along k, the values of rows `i .. i + R`.
    fn steps<const R: usize>(&self, i: usize) -> impl Iterator<Item = [Self::Scalar; R]>;
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
    fn steps<const R: usize>(&self, i: usize) -> impl Iterator<Item = [S; R]> {
        let rows: [&[S]; R] = std::array::from_fn(|r| &self.data[(i + r) * self.stride..][..self.depth]);
        (0..self.depth).map(move |k| std::array::from_fn(|r| rows[r][k]))
    }
}

impl<S: Scalar> Left for Columns<'_, S> {
    type Scalar = S;

    #[inline(always)]
    fn steps<const R: usize>(&self, i: usize) -> impl Iterator<Item = [S; R]> {
        self.data.chunks_exact(self.rows).map(move |row| *row[i..].first_chunk().expect("a tile lies inside its operand"))
    }
}
