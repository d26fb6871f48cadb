//! The right operand, in strips of columns.
//!
//! ```text
//!   vectors   0 1 2 | 3 4 5 | 6 7 | 8 9       32 registers: strips of three, closed by one or two of two
//!             0 | 1 2 | 3 4 | 5 6             16 registers: strips of two, behind one of one
//! ```
//!
//! The last vector may overlap the one before it so that it ends with the row. Where it lies, a strip is read as vectors of
//! every row: nothing is moved. Packed, a strip is a matrix of its own, its rows filled up with zeros: they may be shorter than a
//! vector, and whoever looks for infinities reads all of a strip. That costs a pass over memory, and pays when strides of whole 4 KB pages make the rows of a strip evict one another, when
//! the operand is transposed, when a row is shorter than a vector, or when it must be cut along k to fit the cache. Whoever
//! is about to use a strip packs it, and finds it in its cache; all strips are packed before only where many rows, and so
//! several threads, will use each.

use std::ops::Range;

use super::output::Grid;
use super::threads::{GRAIN, MOVED};
use super::{Level, Operand, Vectors};
use crate::parallel::{self, Divisible};
use crate::transpose::turn;

/// The most vectors of a strip.
pub(super) const WIDEST: usize = 3;

/// The strips of a matrix of so many vectors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strips {
    pub(super) vectors: usize,
    /// Whether there are registers for strips of three.
    pub(super) wide: bool,
}

impl Strips {
    pub(super) fn of<S: Vectors>(level: Level, columns: usize) -> Self {
        Self { vectors: columns.div_ceil(level.lanes::<S>()), wide: level.is_wide() }
    }

    /// How many strips of one width come first, that width, and the width of those behind them.
    fn widths(self) -> (usize, usize, usize) {
        match self.vectors {
            v if !self.wide => (v % 2, 1, 2),
            v => {
                let twos = v * 2 % 3; // 0, 2 or 1, so that threes are left
                (v.saturating_sub(2 * twos) / 3, 3, 2)
            }
        }
    }

    pub(super) fn count(self) -> usize {
        let (first, width, last) = self.widths();
        first + (self.vectors - first * width).div_ceil(last)
    }

    /// The first vector of a strip; for the strip after the last, the number of vectors.
    pub(super) fn start(self, strip: usize) -> usize {
        let (first, width, last) = self.widths();
        let before = first.min(strip);
        (before * width + (strip - before) * last).min(self.vectors)
    }
}

/// The right operand.
#[derive(Clone, Copy)]
pub(super) enum Right<'a, S> {
    /// Rows of `stride` elements, read where they lie.
    Direct { data: &'a [S], stride: usize },
    /// Packed strips, one after the other.
    Packed(&'a [S]),
    /// To be packed, strip by strip, by whoever is about to use it.
    PackedOnUse(Operand<'a, S>),
}

/// A strip of the right operand, as tiles read it.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a, S> {
    pub(super) data: &'a [S],
    /// The length of a row of `data`, and the first column that is meant.
    pub(super) stride: usize,
    pub(super) first: usize,
}

impl<'a, S: Vectors> Right<'a, S> {
    pub(super) fn direct(operand: Operand<'a, S>) -> Self {
        Self::Direct { data: operand.data, stride: operand.columns }
    }

    /// How much memory a strip takes that must be packed.
    pub(super) fn memory(&self, grid: Grid, depth: usize) -> usize {
        if self.is_packed_on_use() { WIDEST * grid.lanes * depth } else { 0 }
    }

    pub(super) fn is_packed_on_use(&self) -> bool {
        matches!(self, Self::PackedOnUse(_))
    }

    /// A strip, of `depth` rows; `memory` is for one that must be packed.
    pub(super) fn panel<'b>(self, strip: usize, grid: Grid, depth: usize, memory: &'b mut [S]) -> Panel<'b, S>
    where
        'a: 'b,
    {
        let (first, stride) = (grid.strips.start(strip) * grid.lanes, grid.width(strip) * grid.lanes);
        match self {
            Self::Direct { data, stride } => Panel { data, stride, first },
            Self::Packed(data) => {
                let data = &data[first * depth..][..stride * depth];
                Panel { data, stride, first: 0 }
            }
            Self::PackedOnUse(operand) => {
                let to = &mut memory[..stride * depth];
                crate::widest(Pack { operand, k: 0, depth, grid, range: strip..strip + 1, to: &mut *to });
                Panel { data: to, stride, first: 0 }
            }
        }
    }
}

impl<'a, S> Panel<'a, S> {
    /// Its rows, from whatever column of the operand on.
    #[inline(always)]
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a [S]> + use<'a, S> {
        self.data.chunks_exact(self.stride)
    }

    #[inline(always)]
    pub(super) fn row(&self, k: usize) -> &'a [S] {
        &self.data[k * self.stride..][..self.stride]
    }
}

/// Where the vectors of a strip of so many columns begin: the last one where it ends with the row, or where the row begins.
#[inline(always)]
pub(super) fn places<const C: usize>(columns: usize, lanes: usize) -> [usize; C] {
    let mut places = [0; C];
    for (c, place) in places.iter_mut().enumerate() {
        *place = (c * lanes).min(columns.saturating_sub(lanes));
    }
    places
}

/// Packs rows `k .. k + depth` of `operand` into `to`: `vectors · lanes · depth` elements.
pub(super) fn pack<S: Vectors>(operand: Operand<'_, S>, grid: Grid, k: usize, depth: usize, to: &mut [S]) {
    let pieces = (MOVED * to.len() / GRAIN).clamp(1, rayon_core::current_num_threads());
    let count = grid.strips.count();
    parallel::run(Pack { operand, k, depth, grid, range: 0..count, to }, count.div_ceil(pieces));
}

struct Pack<'a, S> {
    operand: Operand<'a, S>,
    k: usize,
    depth: usize,
    grid: Grid,
    range: Range<usize>,
    to: &'a mut [S],
}

impl<S: Vectors> Divisible for Pack<'_, S> {
    fn units(&self) -> usize {
        self.range.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let middle = self.range.start + at;
        let Grid { strips, lanes, .. } = self.grid;
        let vectors = strips.start(middle) - strips.start(self.range.start);
        let (front, back) = self.to.split_at_mut(vectors * lanes * self.depth);
        (
            Self { range: self.range.start..middle, to: front, ..self },
            Self { range: middle..self.range.end, to: back, ..self },
        )
    }

    fn run(self) {
        crate::widest(self);
    }
}

impl<S: Vectors> crate::Loop for Pack<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        if self.operand.transposed { self.turned() } else { self.copied() }
    }
}

impl<S: Vectors> Pack<'_, S> {
    #[inline(always)]
    fn turned(self) {
        let Self { operand, k, depth, grid, range, mut to } = self;
        for strip in range {
            let (columns, width) = (grid.columns_of(strip), grid.width(strip) * grid.lanes);
            let (panel, rest) = to.split_at_mut(width * depth);
            to = rest;
            if columns.len() < width {
                panel.chunks_exact_mut(width).for_each(|row| row[columns.len()..].fill(S::zero()));
            }
            let from = &operand.data[columns.start * operand.rows + k..];
            turn(|i| &from[i * operand.rows..][..depth], columns.len(), depth, panel, width);
        }
    }

    /// Row by row: a strip alone would be a few numbers of every page.
    #[inline(always)]
    fn copied(self) {
        let Self { operand, k, depth, grid, range, to } = self;
        let rows = operand.data.chunks_exact(operand.columns).skip(k).take(depth);
        for (i, from) in rows.enumerate() {
            let mut panel = 0;
            for strip in range.clone() {
                let (columns, width) = (grid.columns_of(strip), grid.width(strip) * grid.lanes);
                let (row, filling) = to[panel + i * width..][..width].split_at_mut(columns.len());
                row.copy_from_slice(&from[columns]);
                filling.fill(S::zero());
                panel += width * depth;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Strips;

    fn widths(vectors: usize, wide: bool) -> Vec<usize> {
        let strips = Strips { vectors, wide };
        let widths: Vec<usize> = (0..strips.count()).map(|s| strips.start(s + 1) - strips.start(s)).collect();
        assert_eq!(widths.iter().sum::<usize>(), vectors);
        widths
    }

    #[test]
    fn strips_are_three_vectors_or_two() {
        assert!(widths(0, true).is_empty());
        assert_eq!(widths(1, true), [1]);
        for vectors in 2..100 {
            let widths = widths(vectors, true);
            assert!(widths.iter().rev().skip(2).all(|&w| w == 3), "{widths:?}");
            assert!(widths.iter().all(|w| [2, 3].contains(w)), "{widths:?}");
        }
    }

    #[test]
    fn with_few_registers_strips_are_two_vectors() {
        for vectors in 0..100 {
            let widths = widths(vectors, false);
            assert!(widths.iter().skip(vectors % 2).all(|&w| w == 2) && widths.iter().all(|&w| w <= 2));
        }
    }
}
