//! What is taken of a left operand: for each 8 rows, the steps along k that add something, one behind the other.
//!
//! They are copied, and not only listed: so they are few, and read in order.

use std::ops::Range;

use pulp::Simd;

use super::super::left::Left;
use super::super::output::TILE;
use super::super::right::Panel;
use super::super::tile::{Product, Strip};
use super::super::{Operand, Vectors};
use crate::fold::all_finite_here;
use crate::{Loop, Scalar};

/// Numbers of a cache line, of the smaller scalar.
pub(super) const LINE: usize = 16;

/// For each block of 8 rows, the steps at which not all of them are zero: their numbers, and their values.
#[derive(Clone, Copy)]
pub(super) struct Blocks<'a, S> {
    /// Room for all steps of each block, of which the first ones count.
    steps: &'a [u32],
    /// How many count.
    lengths: &'a [u32],
    /// The values of the rows, for each number in `steps`.
    values: &'a [[S; TILE]],
    /// The operand that they are of, with all of its steps.
    whole: Operand<'a, S>,
}

impl<'a, S: Vectors> Blocks<'a, S> {
    /// How many numbers of memory they take: whole cache lines, so that what follows begins on one.
    pub(super) fn memory(rows: usize, depth: usize) -> usize {
        let blocks = rows.div_ceil(TILE);
        (blocks * depth * (TILE + 1) + blocks).next_multiple_of(LINE)
    }

    /// The numbers of the steps of a block.
    #[inline(always)]
    pub(super) fn of_block(&self, block: usize) -> &'a [u32] {
        &self.steps[block * self.whole.columns..][..self.lengths[block] as usize]
    }

    /// Those of `whole`, as a [`Writer`] has left them.
    pub(super) fn written(whole: Operand<'a, S>, memory: &'a [S]) -> Self {
        let (blocks, depth) = (whole.rows.div_ceil(TILE), whole.columns);
        let (values, numbers) = memory.split_at(blocks * depth * TILE);
        let (steps, lengths) = pulp::bytemuck::cast_slice(numbers).split_at(blocks * depth);
        Self { steps, lengths, values: values.as_chunks().0, whole }
    }
}

impl<S: Vectors> Left for Blocks<'_, S> {
    type Scalar = S;

    fn depth(&self) -> usize {
        self.whole.columns
    }

    #[inline(always)]
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, S>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> S, &'p [S])> {
        let (block, row) = (i / TILE, i % TILE);
        let values = &self.values[block * self.whole.columns..];
        self.of_block(block).iter().zip(values).map(move |(&k, values)| {
            let values: &[S; R] = values[row..].first_chunk().expect("a tile lies inside of a block");
            (move |r: usize| values[r], panel.row(k as usize))
        })
    }

    #[inline(always)]
    fn cover<V: Simd>(strip: Strip<'_, '_, '_, '_, S, Self>, simd: V, vectors: usize, rows: Range<usize>) {
        let whole = strip.product.left.whole;
        cover(strip, Some(whole), simd, vectors, rows);
    }
}

/// Covers a strip as others are, but that a tile lies in a block: with 16 registers it has 4 rows, and not 6. If steps are left out,
/// `whole` is the left operand with all of them.
#[inline(always)]
pub(super) fn cover<V: Simd, S: Vectors, L: Left<Scalar = S>>(
    strip: Strip<'_, '_, '_, '_, S, L>,
    whole: Option<Operand<'_, S>>,
    simd: V,
    vectors: usize,
    rows: Range<usize>,
) {
    match (vectors, V::REGISTER_COUNT >= 32) {
        (1, _) => tiles::<V, S, L, 8, 1>(strip, whole, simd, rows),
        (2, true) => tiles::<V, S, L, 8, 2>(strip, whole, simd, rows),
        (_, true) => tiles::<V, S, L, 8, 3>(strip, whole, simd, rows),
        (_, false) => tiles::<V, S, L, 4, 2>(strip, whole, simd, rows),
    }
}

/// Covers a strip with tiles of `R` rows: blocks have all of their rows.
#[inline(always)]
fn tiles<V: Simd, S: Vectors, L: Left<Scalar = S>, const R: usize, const C: usize>(
    mut strip: Strip<'_, '_, '_, '_, S, L>,
    whole: Option<Operand<'_, S>>,
    simd: V,
    rows: Range<usize>,
) {
    match whole {
        // A panel here is packed: a strip and nothing else. 0 · ∞ and 0 · NaN are NaN: all steps matter.
        Some(whole) if !all_finite_here(strip.panel.data) => {
            let Strip { product: Product { right, grid, first, add, epilogue, watch, .. }, panel, columns, out, seen } =
                strip;
            let product = Product { left: Whole(whole), right, grid, first, add, epilogue, watch };
            let mut strip = Strip { product, panel, columns, out, seen };
            rows.for_each(|i| strip.tile::<V, 1, C>(simd, i));
        }
        _ => rows.step_by(R).for_each(|i| strip.tile::<V, R, C>(simd, i)),
    }
}

/// An operand as it lies, with all of its steps.
#[derive(Clone, Copy)]
struct Whole<'a, S>(Operand<'a, S>);

impl<S: Vectors> Left for Whole<'_, S> {
    type Scalar = S;

    fn depth(&self) -> usize {
        self.0.columns
    }

    #[inline(always)]
    fn steps<'p, const R: usize>(
        &self,
        i: usize,
        panel: Panel<'p, S>,
    ) -> impl Iterator<Item = (impl Fn(usize) -> S, &'p [S])> {
        (0..self.depth()).map(move |k| move |r: usize| self.0.at(i + r, k)).zip(panel.rows())
    }
}

/// Blocks that are to be written.
pub(super) struct Writer<'a, S> {
    steps: &'a mut [u32],
    lengths: &'a mut [u32],
    values: &'a mut [[S; TILE]],
    depth: usize,
}

impl<'a, S: Vectors> Writer<'a, S> {
    /// All of so many rows, in memory for them.
    pub(super) fn new(rows: usize, depth: usize, memory: &'a mut [S]) -> Self {
        let blocks = rows.div_ceil(TILE);
        let (values, numbers) = memory.split_at_mut(blocks * depth * TILE);
        let (steps, lengths) = pulp::bytemuck::cast_slice_mut::<S, u32>(numbers).split_at_mut(blocks * depth);
        let lengths = &mut lengths[..blocks];
        lengths.fill(0);
        Self { steps, lengths, values: values.as_chunks_mut().0, depth }
    }

    /// The first `blocks` of them, and the others.
    pub(super) fn cut(self, blocks: usize) -> (Self, Self) {
        let Self { steps, lengths, values, depth } = self;
        let (steps, other_steps) = steps.split_at_mut(blocks * depth);
        let (lengths, other_lengths) = lengths.split_at_mut(blocks);
        let (values, other_values) = values.split_at_mut(blocks * depth);
        (
            Self { steps, lengths, values, depth },
            Self { steps: other_steps, lengths: other_lengths, values: other_values, depth },
        )
    }

    /// Writes the steps of `rows` rows. They lie as columns: step k is row k of `from`.
    pub(super) fn take(self, from: &[S], stride: usize, rows: usize) {
        crate::widest(Take { blocks: self, from, stride, rows });
    }
}

struct Take<'a, 'b, S> {
    blocks: Writer<'a, S>,
    from: &'b [S],
    stride: usize,
    rows: usize,
}

/// Steps that are looked at for all blocks before the next ones, so that `from` is read once, in as many streams.
const SPAN: usize = 16;

impl<S: Vectors> Loop for Take<'_, '_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { blocks: Writer { steps, lengths, values, depth }, from, stride, rows } = self;
        for (span, from) in from[..depth * stride].chunks(SPAN * stride).enumerate() {
            let blocks = steps.chunks_exact_mut(depth).zip(values.chunks_exact_mut(depth)).zip(&mut *lengths);
            for (i, ((steps, values), length)) in (0..rows).step_by(TILE).zip(blocks) {
                let mut n = *length as usize;
                for (k, row) in (span * SPAN..).zip(from.chunks_exact(stride)) {
                    let row = &row[i..rows];
                    let x = row.first_chunk().copied().unwrap_or_else(|| filled_up(row));
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
fn filled_up<S: Scalar>(values: &[S]) -> [S; TILE] {
    let mut all = [S::zero(); TILE];
    all[..values.len()].copy_from_slice(values);
    all
}
