//! Lists of the steps that are taken.

use std::ops::Range;

use pulp::NullaryFnOnce;

use super::super::Vectors;
use super::super::left::{Columns, Left};
use super::super::output::TILE;
use crate::parallel::{self, Divisible};

/// For each 8 rows of a left operand, the steps along k at which not all of them are zero.
#[derive(Clone, Copy)]
pub(in super::super) struct Steps<'a> {
    /// Lists of one length, each behind the number of its steps. The last one is of all steps.
    lists: &'a [u32],
    depth: usize,
}

impl<'a> Steps<'a> {
    /// How many numbers the lists take.
    pub(super) fn len(rows: usize, depth: usize) -> usize {
        (rows.div_ceil(TILE) + 1) * (depth + 1)
    }

    /// Looks for those of the first `rows` rows, with at most so many threads.
    pub(super) fn find<S: Vectors>(left: Columns<'_, S>, rows: usize, threads: usize, memory: &'a mut [S]) -> Self {
        let depth = left.depth();
        let lists = &mut pulp::bytemuck::cast_slice_mut::<S, u32>(memory)[..Self::len(rows, depth)];
        let (chosen, all) = lists.split_at_mut(lists.len() - depth - 1);
        parallel::run(Find { left, rows: 0..rows, lists: chosen }, rows.div_ceil(TILE).div_ceil(threads));
        all[0] = depth as u32;
        all[1..].iter_mut().zip(0..).for_each(|(step, k)| *step = k);
        Self { lists, depth }
    }

    /// How many they are, of 8 rows at a time, and how many there could be.
    pub(super) fn count(self) -> (usize, usize) {
        let (all, lists) = (self.depth + 1, self.lists.len() / (self.depth + 1) - 1);
        (self.lists.iter().step_by(all).take(lists).map(|&n| n as usize).sum(), lists * self.depth)
    }

    /// Those of row `i`, and of its neighbours.
    #[inline(always)]
    pub(in super::super) fn of(self, i: usize) -> &'a [u32] {
        self.list(i / TILE)
    }

    /// All of them.
    pub(in super::super) fn all(self) -> &'a [u32] {
        self.list(self.lists.len() / (self.depth + 1) - 1)
    }

    #[inline(always)]
    fn list(self, number: usize) -> &'a [u32] {
        let list = &self.lists[number * (self.depth + 1)..][..=self.depth];
        &list[1..][..list[0] as usize]
    }
}

/// Writes the lists of some rows.
struct Find<'a, 'b, S> {
    left: Columns<'a, S>,
    rows: Range<usize>,
    lists: &'b mut [u32],
}

impl<S: Vectors> Divisible for Find<'_, '_, S> {
    fn units(&self) -> usize {
        self.rows.len().div_ceil(TILE)
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { left, rows, lists } = self;
        let (front, back) = lists.split_at_mut(at * (left.depth() + 1));
        let middle = rows.start + at * TILE;
        (Self { left, rows: rows.start..middle, lists: front }, Self { left, rows: middle..rows.end, lists: back })
    }

    fn run(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl<S: Vectors> NullaryFnOnce for Find<'_, '_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { left, rows, lists } = self;
        for (i, list) in rows.clone().step_by(TILE).zip(lists.chunks_exact_mut(left.depth() + 1)) {
            let (length, list) = list.split_at_mut(1);
            let mut n = 0;
            for (k, row) in left.data.chunks_exact(left.rows).enumerate() {
                let row = &row[i..rows.end];
                let zero = match row.first_chunk::<TILE>() {
                    Some(row) => S::are_zero(row),
                    None => row.iter().all(|x| x.is_zero()),
                };
                // Written in any case, and overwritten if not needed: a branch would be guessed wrong.
                list[n] = k as u32;
                n += usize::from(!zero);
            }
            length[0] = n as u32;
        }
    }
}
