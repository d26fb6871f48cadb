//! What is taken of a left operand: for each 8 rows, the steps along k that add something, one behind the other.
//!
//! They are copied, and not only listed: so they are few, and read in order.

use pulp::NullaryFnOnce;

use super::super::left::Left;
use super::super::output::TILE;
use super::super::right::Panel;
use super::super::{Operand, Vectors};
use crate::Scalar;

/// For each block of 8 rows, the steps at which not all of them are zero: their numbers, and their values.
#[derive(Clone, Copy)]
pub(super) struct Blocks<'a, S> {
    /// Room for all steps of each block, of which the first ones count.
    steps: &'a [u32],
    /// How many count.
    lengths: &'a [u32],
    /// 8 values for each number in `steps`.
    values: &'a [S],
    /// The operand that they are of, with all of its steps.
    whole: Operand<'a, S>,
}

impl<'a, S: Vectors> Blocks<'a, S> {
    /// How many numbers of memory they take.
    pub(super) fn memory(rows: usize, depth: usize) -> usize {
        let blocks = rows.div_ceil(TILE);
        (blocks * depth * (TILE + 1) + blocks).next_multiple_of(16)
    }
}

impl<S: Scalar> Left for Blocks<'_, S> {
    type Scalar = S;
    const IN_BLOCKS: bool = true;

    fn depth(&self) -> usize {
        self.whole.columns
    }

    fn whole(&self) -> Option<Operand<'_, S>> {
        Some(self.whole)
    }

    #[inline(always)]
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, S>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> S, &'p [S])> {
        let (block, row) = (i / TILE, i % TILE);
        let first = block * self.whole.columns;
        let steps = &self.steps[first..][..self.lengths[block] as usize];
        let values = self.values[first * TILE..].as_chunks::<TILE>().0;
        steps.iter().zip(values).map(move |(&k, values)| {
            let values: &[S; R] = values[row..].first_chunk().expect("a tile lies inside of a block");
            (move |r: usize| values[r], panel.row(k as usize))
        })
    }
}

/// Blocks that are being written.
pub(super) struct Writer<'a, S> {
    steps: &'a mut [u32],
    lengths: &'a mut [u32],
    values: &'a mut [S],
    whole: Operand<'a, S>,
}

impl<'a, S: Vectors> Writer<'a, S> {
    /// Blocks of `whole`, without steps.
    pub(super) fn new(whole: Operand<'a, S>, memory: &'a mut [S]) -> Self {
        let (blocks, depth) = (whole.rows.div_ceil(TILE), whole.columns);
        let (values, numbers) = memory.split_at_mut(blocks * depth * TILE);
        let (steps, lengths) = pulp::bytemuck::cast_slice_mut::<S, u32>(numbers).split_at_mut(blocks * depth);
        let lengths = &mut lengths[..blocks];
        lengths.fill(0);
        Self { steps, lengths, values, whole }
    }

    /// Writes the steps of some rows, the first of which is number `first`. They lie as columns: step k is row k of `from`.
    pub(super) fn take(&mut self, first: usize, rows: usize, from: &[S], stride: usize) {
        let (blocks, depth) = (first / TILE..(first + rows).div_ceil(TILE), self.whole.columns);
        let steps = &mut self.steps[blocks.start * depth..blocks.end * depth];
        let values = &mut self.values.as_chunks_mut::<TILE>().0[blocks.start * depth..blocks.end * depth];
        let lengths = &mut self.lengths[blocks];
        pulp::Arch::new().dispatch(Take { steps, lengths, values, rows, from, stride });
    }

    pub(super) fn done(self) -> Blocks<'a, S> {
        let Self { steps, lengths, values, whole } = self;
        Blocks { steps, lengths, values, whole }
    }
}

struct Take<'a, S> {
    steps: &'a mut [u32],
    lengths: &'a mut [u32],
    values: &'a mut [[S; TILE]],
    rows: usize,
    from: &'a [S],
    stride: usize,
}

/// Steps that are looked at for all blocks before the next ones, so that `from` is read once, in as many streams.
const SPAN: usize = 16;

impl<S: Vectors> NullaryFnOnce for Take<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { steps, lengths, values, rows, from, stride } = self;
        let depth = steps.len() / lengths.len();
        for (span, from) in from[..depth * stride].chunks(SPAN * stride).enumerate() {
            let blocks = steps.chunks_exact_mut(depth).zip(values.chunks_exact_mut(depth)).zip(&mut *lengths);
            for (i, ((steps, values), length)) in (0..rows).step_by(TILE).zip(blocks) {
                let mut n = *length as usize;
                for (k, row) in (span * SPAN..).zip(from.chunks_exact(stride)) {
                    let x = match row[i..].first_chunk::<TILE>() {
                        Some(x) => *x,
                        None => some(&row[i..]),
                    };
                    // Written in any case, and overwritten if not needed: a branch would be guessed wrong.
                    (steps[n], values[n]) = (k as u32, x);
                    n += usize::from(!S::are_zero(&x));
                }
                *length = n as u32;
            }
        }
    }
}

/// Fewer than 8 values, and zeros.
fn some<S: Scalar>(values: &[S]) -> [S; TILE] {
    let mut all = [S::zero(); TILE];
    all[..values.len()].copy_from_slice(values);
    all
}
