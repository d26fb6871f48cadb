//! The register tile.
//!
//! `R` rows by `C` vectors of the output are kept in registers while k runs. Each step loads `C` vectors of the right
//! operand and broadcasts `R` scalars of the left one, for `R · C` fused multiply-adds: the fewer loads a step for its
//! arithmetic, the nearer to the peak, as long as the `R · C + C + 1` registers are there.
//!
//! | registers | 1 vector | 2 | 3 | 4 |
//! |---|---|---|---|---|
//! | 32 (AVX-512, NEON) | 8 rows | 8 | 8 | 6 |
//! | 16 (AVX2) | 8 rows | 6 | | |
//!
//! Of 16 registers 4 × 3 sums, 3 vectors and a scalar would take all. The compiler wants one more, and keeps a sum in memory: half
//! the speed.

use pulp::{NullaryFnOnce, Simd, WithSimd};

use super::left::Left;
use super::right::{Right, Strips};
use super::{Epilogue, Vectors};

/// Rows of the output, in full width, to be computed on one thread.
pub(super) struct Block<'a, S, L> {
    pub(super) left: L,
    pub(super) right: Right<'a, S>,
    /// The row of the left operand that gives the first row of `out`.
    pub(super) first: usize,
    /// Strips of columns at the left that are left out.
    pub(super) skip: usize,
    pub(super) out: &'a mut [S],
    /// The length of a row of `out`.
    pub(super) columns: usize,
    /// Whether `out` holds sums over earlier k, to be added to.
    pub(super) add: bool,
    pub(super) epilogue: Epilogue<'a, S>,
}

/// `C` vectors of columns: where they are read in rows of the right operand, and where they go in rows of the output.
#[derive(Clone, Copy)]
struct Strip<'a, S, const C: usize> {
    data: &'a [S],
    stride: usize,
    from: [usize; C],
    to: [usize; C],
}

impl<S: Vectors, L: Left<Scalar = S>> WithSimd for Block<'_, S, L> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(mut self, simd: V) {
        let wide = V::REGISTER_COUNT >= 32;
        let strips = Strips { vectors: self.columns.div_ceil(S::lanes::<V>()), wide };
        for strip in self.skip..strips.count() {
            let start = strips.start(strip);
            match (strips.start(strip + 1) - start, wide) {
                (1, _) => self.strip::<V, 8, 1>(simd, start),
                (2, true) => self.strip::<V, 8, 2>(simd, start),
                (_, false) => self.strip::<V, 6, 2>(simd, start),
                (3, true) => self.strip::<V, 8, 3>(simd, start),
                (_, true) => self.strip::<V, 6, 4>(simd, start),
            }
        }
    }
}

impl<S: Vectors, L: Left<Scalar = S>> Block<'_, S, L> {
    /// The strip that starts with vector `start`, from the top of the output to its bottom.
    #[inline(always)]
    fn strip<V: Simd, const R: usize, const C: usize>(&mut self, simd: V, start: usize) {
        let lanes = S::lanes::<V>();
        let place: [usize; C] = std::array::from_fn(|c| (start + c) * lanes);
        let strip = match self.right {
            Right::Direct { data, stride, first } => {
                let to = place.map(|j| j.min(self.columns - lanes));
                Strip { data, stride, from: to.map(|j| first + j), to }
            }
            Right::Packed { data, depth } => {
                let (begin, stride) = (start * lanes * depth, C * lanes);
                let from = std::array::from_fn(|c| c * lanes);
                Strip { data: &data[begin..][..depth * stride], stride, from, to: place }
            }
        };
        let rows = self.out.len() / self.columns;
        let mut i = 0;
        while i + R <= rows {
            self.tile::<V, R, C>(simd, i, strip);
            i += R;
        }
        if R > 4 && i + 4 <= rows {
            self.tile::<V, 4, C>(simd, i, strip);
            i += 4;
        }
        if R > 2 && i + 2 <= rows {
            self.tile::<V, 2, C>(simd, i, strip);
            i += 2;
        }
        if i < rows {
            self.tile::<V, 1, C>(simd, i, strip);
        }
    }

    #[inline(always)]
    fn tile<V: Simd, const R: usize, const C: usize>(&mut self, simd: V, i: usize, strip: Strip<'_, S, C>) {
        let mut sums = [[S::splat(simd, S::zero()); C]; R];
        for (left, row) in self.left.steps::<R>(self.first + i).zip(strip.data.chunks_exact(strip.stride)) {
            let right: [S::Lanes<V>; C] = std::array::from_fn(|c| S::load(simd, &row[strip.from[c]..]));
            for (r, sums) in sums.iter_mut().enumerate() {
                let left = S::splat(simd, left(r));
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = S::fused(simd, left, right, *sum);
                }
            }
        }
        // A barrier: without it the shape of what follows reaches back into the loop, whose sums may then live in memory
        // and not in registers, two to four times slower. It costs one store and one load a vector.
        let sums = std::hint::black_box(sums);
        let (first, out) = (self.first + i, &mut self.out[i * self.columns..]);
        let Self { columns, add, epilogue, .. } = *self;
        simd.vectorize(Finish { simd, sums: &sums, to: strip.to, out, columns, add, first, epilogue });
    }
}

/// Stores a tile, after the epilogue.
struct Finish<'a, V: Simd, S: Vectors, const C: usize> {
    simd: V,
    sums: &'a [[S::Lanes<V>; C]],
    to: [usize; C],
    /// From the first row of the tile on, which is row `first` of the product.
    out: &'a mut [S],
    first: usize,
    columns: usize,
    add: bool,
    epilogue: Epilogue<'a, S>,
}

impl<V: Simd, S: Vectors, const C: usize> NullaryFnOnce for Finish<'_, V, S, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        // The last vector of a packed strip may reach beyond the row.
        if self.to[C - 1] + S::lanes::<V>() <= self.columns { self.rows::<true>() } else { self.rows::<false>() }
    }
}

impl<V: Simd, S: Vectors, const C: usize> Finish<'_, V, S, C> {
    /// Chooses the epilogue before the loop and not inside of it: where k is small, it is most of the work.
    #[inline(always)]
    fn rows<const WHOLE: bool>(self) {
        let (simd, epilogue) = (self.simd, self.epilogue);
        let with = |x, other| epilogue.vector(simd, x, other);
        let zero = S::splat(simd, S::zero());
        match epilogue {
            Epilogue::Store => self.each::<WHOLE>(|_, _, _, x| x),
            Epilogue::Relu { bias: None, .. } => self.each::<WHOLE>(|_, _, _, x| with(x, zero)),
            Epilogue::Bias(bias) => {
                self.each::<WHOLE>(|_, j, width, x| S::plus(simd, x, load::<V, S, WHOLE>(simd, &bias[j..][..width])));
            }
            Epilogue::Relu { bias: Some(bias), .. } => {
                self.each::<WHOLE>(|_, j, width, x| with(x, load::<V, S, WHOLE>(simd, &bias[j..][..width])));
            }
            Epilogue::Gate { gate, .. } => {
                self.each::<WHOLE>(|at, _, width, x| with(x, load::<V, S, WHOLE>(simd, &gate[at..][..width])));
            }
        }
    }

    /// Stores `f(at, j, width, sum)` for the vector at column `j` of its row, element `at` of the product.
    #[inline(always)]
    fn each<const WHOLE: bool>(self, f: impl Fn(usize, usize, usize, S::Lanes<V>) -> S::Lanes<V>) {
        let Self { simd, sums, to, out, columns, add, first, .. } = self;
        for ((r, sums), row) in sums.iter().enumerate().zip(out.chunks_exact_mut(columns)) {
            for (&sum, j) in sums.iter().zip(to) {
                let width = if WHOLE { S::lanes::<V>() } else { S::lanes::<V>().min(columns - j) };
                let out = &mut row[j..][..width];
                let sum = if add { S::plus(simd, sum, load::<V, S, WHOLE>(simd, out)) } else { sum };
                let sum = f((first + r) * columns + j, j, width, sum);
                if WHOLE {
                    S::store(simd, out, sum);
                } else {
                    S::store_some(simd, out, sum);
                }
            }
        }
    }
}

#[inline(always)]
fn load<V: Simd, S: Vectors, const WHOLE: bool>(simd: V, from: &[S]) -> S::Lanes<V> {
    if WHOLE { S::load(simd, from) } else { S::load_some(simd, from) }
}
