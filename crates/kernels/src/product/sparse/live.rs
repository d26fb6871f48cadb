//! Columns that are not all zero.
//!
//! A unit that rests for a whole batch leaves a column of zeros, in what its layer gives and in the gradient that arrives there.

use std::ops::Range;

use pulp::Simd;

use super::super::left::Left;
use super::super::output::TILE;
use super::super::right::Panel;
use super::super::tile::Strip;
use super::super::{Operand, Vectors};
use super::blocks::{self, LINE};
use crate::{Loop, Scalar};

/// How many columns, and how many numbers of each, tell how many are live.
const SAMPLE: [usize; 2] = [32, 32];
/// Columns are taken from 32 equal parts of all, but at another place in each: every eighth column may be zero.
const OFFSET: usize = 7;

/// About which share of the columns of a matrix is live. Of each only a sample is seen, so one with few numbers may pass for zero.
pub(super) fn share<S: Scalar>(matrix: Operand<'_, S>) -> f64 {
    let [columns, rows] = SAMPLE;
    let is_live = |j: &usize| {
        let column = (j * matrix.columns + j * OFFSET % columns * matrix.columns / columns) / columns;
        (0..rows).any(|i| !matrix.at(i * matrix.rows / rows, column).is_zero())
    };
    (0..columns).filter(is_live).count() as f64 / columns as f64
}

/// Columns of a matrix, by their numbers, in their order.
#[derive(Clone, Copy)]
pub(super) struct Live<'a> {
    /// Followed by others, so that there are whole tiles of them.
    padded: &'a [u32],
    count: usize,
}

impl<'a> Live<'a> {
    /// How many numbers of memory so many columns take: whole cache lines, so that what follows begins on one.
    pub(super) fn memory(columns: usize) -> usize {
        (2 * columns + TILE).next_multiple_of(LINE)
    }

    /// Those in `range` that are live. If one of them holds an infinity or NaN, all of them matter, and those of the other operand
    /// too: `finite` says so.
    pub(super) fn of<S: Vectors>(
        matrix: Operand<'_, S>,
        range: Range<usize>,
        memory: &'a mut [S],
        finite: &mut bool,
    ) -> Self {
        let (sizes, padded) = memory.split_at_mut(range.len());
        crate::widest(Sizes { matrix, first: range.start, sizes: &mut *sizes });
        *finite &= sizes.iter().all(|size| size.is_finite());
        let padded = pulp::bytemuck::cast_slice_mut::<S, u32>(padded);
        let mut count = 0;
        for (column, size) in range.zip(sizes) {
            // Written in any case, and overwritten if not needed: a branch would be guessed wrong.
            padded[count] = column as u32;
            count += usize::from(!size.is_zero());
        }
        Self::padded(padded, count)
    }

    /// All in `range`.
    pub(super) fn all<S: Vectors>(range: Range<usize>, memory: &'a mut [S]) -> Self {
        let padded = pulp::bytemuck::cast_slice_mut::<S, u32>(memory);
        let count = range.len();
        padded.iter_mut().zip(range).for_each(|(to, column)| *to = column as u32);
        Self::padded(padded, count)
    }

    fn padded(list: &'a mut [u32], count: usize) -> Self {
        let (padded, _) = list.split_at_mut(count.next_multiple_of(TILE));
        padded[count..].fill(0);
        Self { padded, count }
    }

    /// For each of so many columns its place among these, which is behind the last one for others.
    pub(super) fn places<S: Vectors>(self, columns: usize, memory: &mut [S]) -> &[u32] {
        let places = &mut pulp::bytemuck::cast_slice_mut(memory)[..columns];
        places.fill(self.count as u32);
        (0..).zip(self.numbers()).for_each(|(place, &column)| places[column as usize] = place);
        places
    }

    pub(super) fn numbers(self) -> &'a [u32] {
        &self.padded[..self.count]
    }
}

/// The largest size in each column from number `first` on.
struct Sizes<'a, 'b, S> {
    matrix: Operand<'a, S>,
    first: usize,
    sizes: &'b mut [S],
}

impl<S: Vectors> Loop for Sizes<'_, '_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { matrix, first, sizes } = self;
        sizes.fill(S::zero());
        for row in matrix.data.chunks_exact(matrix.columns) {
            S::enlarge(sizes, &row[first..][..sizes.len()]);
        }
    }
}

/// Live columns, as the rows of a left operand: read where they lie.
#[derive(Clone, Copy)]
pub(super) struct LiveColumns<'a, S> {
    pub(super) matrix: Operand<'a, S>,
    pub(super) live: Live<'a>,
}

impl<S: Vectors> Left for LiveColumns<'_, S> {
    type Scalar = S;

    fn depth(&self) -> usize {
        self.matrix.rows
    }

    #[inline(always)]
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, S>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> S, &'p [S])> {
        let Operand { data, columns: width, .. } = self.matrix;
        let mut places = [0; R];
        for (place, &column) in places.iter_mut().zip(&self.live.padded[i..]) {
            *place = column as usize;
            // Asked here, it is not asked at every step.
            assert!(*place < width, "a live column lies inside its matrix");
        }
        data.chunks_exact(width).map(move |row| move |r: usize| row[places[r]]).zip(panel.rows())
    }

    #[inline(always)]
    fn cover<V: Simd>(strip: Strip<'_, '_, '_, '_, S, Self>, simd: V, vectors: usize, rows: Range<usize>) {
        blocks::cover(strip, None, simd, vectors, rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_with_a_number_is_live() {
        for (rows, columns) in [(1, 1), (2, 40), (100, 301)] {
            let lives = |j: &usize| j % 7 == 3 || j % 11 > 8;
            let mut data = vec![0.0_f32; rows * columns];
            data.iter_mut().step_by(3).for_each(|x| *x = -0.0);
            (0..columns).filter(lives).for_each(|j| data[j % rows * columns + j] = -1e-45);
            for range in [0..columns, columns / 3..columns - columns / 5] {
                let mut memory = vec![f32::NAN; Live::memory(range.len())];
                let mut finite = true;
                let live = Live::of(Operand::new(&data, rows, columns), range.clone(), &mut memory, &mut finite);
                let expected: Vec<u32> = range.clone().filter(lives).map(|j| j as u32).collect();
                assert_eq!((live.numbers(), finite), (&*expected, true), "{rows} rows");
                assert!(live.padded.len().is_multiple_of(TILE), "and tiles are whole");
                for bad in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let mut data = data.clone();
                    data[(rows - 1) * columns + range.start] = bad;
                    Live::of(Operand::new(&data, rows, columns), range.clone(), &mut memory, &mut finite);
                    assert!(!std::mem::replace(&mut finite, true), "{bad}");
                }
            }
        }
    }
}
