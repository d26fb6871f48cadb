//! The right operand, in strips of columns.
//!
//! ```text
//!   vectors   0  1  2 | 3  4  5 | 6  7  8  9      strips of three, the last of one to four
//! ```
//!
//! Where it lies, a strip is read as vectors of every row: nothing is moved, and the last vector may overlap the one
//! before it so that it ends with the row. Packed, a strip is a matrix of its own, its rows filled up with zeros. That
//! costs a pass over memory, and pays when strides of whole 4 KB pages make the rows of a strip evict one another, when
//! the operand is transposed, when a row is shorter than a vector, or when it must be cut along k to fit the cache.

use super::{Operand, Vectors};
use crate::parallel::{self, Divisible};
use crate::transpose::turn;

/// The strips of a matrix of so many vectors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strips {
    pub(super) vectors: usize,
}

impl Strips {
    pub(super) fn count(self) -> usize {
        ((self.vectors + 1) / 3).max(1)
    }

    /// The first vector of a strip, and how many it has.
    #[inline(always)]
    pub(super) fn at(self, strip: usize) -> (usize, usize) {
        let start = 3 * strip;
        (start, if strip + 1 == self.count() { self.vectors - start } else { 3 })
    }
}

/// A right operand as tiles read it.
#[derive(Clone, Copy)]
pub(super) enum Right<'a, S> {
    /// Rows of `stride` elements, of which columns `first ..` are meant.
    Direct { data: &'a [S], stride: usize, first: usize },
    /// Packed strips, one after the other, of `depth` rows each.
    Packed { data: &'a [S], depth: usize },
}

impl<S> Right<'_, S> {
    /// What comes after `strip` strips, of vectors of `lanes` elements.
    pub(super) fn after(self, strip: usize, lanes: usize) -> Self {
        match self {
            Self::Direct { data, stride, first } => Self::Direct { data, stride, first: first + 3 * strip * lanes },
            Self::Packed { data, depth } => Self::Packed { data: &data[3 * strip * lanes * depth..], depth },
        }
    }
}

/// Packs rows `k .. k + depth` of `operand` into `to`: `vectors · lanes · depth` elements.
pub(super) fn pack<S: Vectors>(operand: Operand<'_, S>, k: usize, depth: usize, lanes: usize, to: &mut [S]) {
    let strips = Strips { vectors: operand.columns.div_ceil(lanes) };
    let grain = (PACK_GRAIN / (3 * lanes * depth)).max(1);
    parallel::run(Pack { operand, k, depth, lanes, strips, first: 0, last: strips.count(), to }, grain);
}

const PACK_GRAIN: usize = 32 * 1024;

struct Pack<'a, S> {
    operand: Operand<'a, S>,
    k: usize,
    depth: usize,
    lanes: usize,
    strips: Strips,
    first: usize,
    last: usize,
    to: &'a mut [S],
}

impl<S: Vectors> Divisible for Pack<'_, S> {
    fn units(&self) -> usize {
        self.last - self.first
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let middle = self.first + at;
        let (front, back) = self.to.split_at_mut(3 * at * self.lanes * self.depth);
        (Self { last: middle, to: front, ..self }, Self { first: middle, to: back, ..self })
    }

    fn run(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl<S: Vectors> pulp::NullaryFnOnce for Pack<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { operand, k, depth, lanes, strips, first, last, mut to } = self;
        for strip in first..last {
            let (start, vectors) = strips.at(strip);
            let (j, width) = (start * lanes, vectors * lanes);
            let columns = width.min(operand.columns - j);
            let (panel, rest) = to.split_at_mut(width * depth);
            to = rest;
            if columns < width {
                panel.fill(S::zero());
            }
            if operand.transposed {
                turn(&operand.data[j * operand.rows + k..], operand.rows, columns, depth, panel, width);
            } else {
                for (to, from) in panel.chunks_exact_mut(width).zip(operand.data.chunks_exact(operand.columns).skip(k))
                {
                    to[..columns].copy_from_slice(&from[j..][..columns]);
                }
            }
        }
    }
}
