//! Rows with one number each: a sum along the row of what a rule makes of its elements, and a rule that is given the number
//! again beside each element.

use super::{CHUNK, LANES};
use crate::map::{GRAIN, Rule, at, length, ranges};
use crate::parallel::{self, Divisible};
use crate::update::split;
use crate::{Loop, Scalar};

/// Elements at a time: whole vectors, and so few that not many are left over at the end of a row, one by one.
const BLOCK: usize = 16;

/// What a rule makes of one element of each input: `K` numbers to be kept, and the term of the row's sum.
///
/// Mark `apply` `#[inline(always)]`, or it does not become vector code.
pub trait TermRule<S, const K: usize, const M: usize>: Copy + Send + Sync {
    /// The numbers that are kept, and the term.
    fn apply(self, w: [S; M]) -> ([S; K], S);
}

/// `sums[i] = Σⱼ termᵢⱼ` over the rows of `whole`, and `kept[…][i, j]`, in one pass, on the tree of [`fold`](super).
///
/// There are as many rows as sums, of one length.
///
/// ```
/// use diabolo_kernels::{Scalar, TermRule, sum_rows};
///
/// /// ½ (x − t)², and its slope.
/// #[derive(Clone, Copy)]
/// struct HalfSquare;
/// impl<S: Scalar> TermRule<S, 1, 2> for HalfSquare {
///     #[inline(always)]
///     fn apply(self, [x, t]: [S; 2]) -> ([S; 1], S) {
///         ([x - t], S::of(0.5) * (x - t).square())
///     }
/// }
///
/// let (mut slopes, mut sums) = ([0.0; 4], [0.0; 2]);
/// sum_rows(HalfSquare, [&[1.0, 2.0, 3.0, 4.0], &[1.0, 0.0, 0.0, 0.0]], [&mut slopes], &mut sums);
/// assert_eq!((sums, slopes), ([2.0, 12.5], [0.0, 2.0, 3.0, 4.0]));
/// ```
///
/// # Panics
/// If the slices are not of the same length, or that is not a multiple of the number of sums.
#[track_caller]
pub fn sum_rows<S: Scalar, const K: usize, const M: usize, R: TermRule<S, K, M>>(
    rule: R,
    whole: [&[S]; M],
    kept: [&mut [S]; K],
    sums: &mut [S],
) {
    let size = length(&whole);
    for len in whole.iter().map(|w| w.len()).chain(kept.iter().map(|k| k.len())) {
        assert_eq!(len, size, "the slices of a sum of rows differ in size");
    }
    let length = row_length(size, sums.len());
    if length == 0 {
        return sums.fill(S::zero());
    }
    parallel::run(Sums { rule, length, whole, kept, sums }, (GRAIN / length).max(1));
}

/// `out[i, j] = rule(numbers[i], whole[…][i, j])`: one number a row.
///
/// # Panics
/// If the slices are not as large as `out`, or that is not a multiple of the number of numbers.
#[track_caller]
pub fn map_rows<S: Scalar, const M: usize, R: Rule<S, 1, M>>(rule: R, numbers: &[S], whole: [&[S]; M], out: &mut [S]) {
    for w in whole {
        assert_eq!(w.len(), out.len(), "an input of a map of rows has another size than its output");
    }
    let length = row_length(out.len(), numbers.len());
    if out.is_empty() {
        return;
    }
    parallel::pieces(out, (GRAIN / length).max(1) * length, &|first, out| {
        let (numbers, whole) = (&numbers[first / length..], ranges(whole, first, out.len()));
        crate::vectorised::<S, _>(Mapped { rule, length, numbers, whole, out });
    });
}

#[track_caller]
fn row_length(size: usize, rows: usize) -> usize {
    let length = size.checked_div(rows).unwrap_or(0);
    assert_eq!(length * rows, size, "{size} elements are not {rows} rows of one length");
    length
}

struct Mapped<'a, S, R, const M: usize> {
    rule: R,
    length: usize,
    numbers: &'a [S],
    whole: [&'a [S]; M],
    out: &'a mut [S],
}

impl<S: Scalar, R: Rule<S, 1, M>, const M: usize> Loop for Mapped<'_, S, R, M> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { rule, length, numbers, whole, out } = self;
        for (i, (row, &number)) in out.chunks_exact_mut(length).zip(numbers).enumerate() {
            let w = ranges(whole, i * length, row.len());
            for (j, to) in row.iter_mut().enumerate() {
                *to = rule.apply([number], at(w, j));
            }
        }
    }
}

struct Sums<'a, S, R, const K: usize, const M: usize> {
    rule: R,
    length: usize,
    whole: [&'a [S]; M],
    kept: [&'a mut [S]; K],
    sums: &'a mut [S],
}

impl<S: Scalar, R: TermRule<S, K, M>, const K: usize, const M: usize> Divisible for Sums<'_, S, R, K, M> {
    fn units(&self) -> usize {
        self.sums.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let Self { rule, length, whole, kept, sums } = self;
        let (size, at_element) = (sums.len() * length, at * length);
        let ((front, back), (kept, behind)) = (sums.split_at_mut(at), split(kept, at_element));
        let of = |whole, kept, sums| Self { rule, length, whole, kept, sums };
        let above = of(ranges(whole, 0, at_element), kept, front);
        (above, of(ranges(whole, at_element, size - at_element), behind, back))
    }

    fn run(self) {
        let Self { rule, length, whole, mut kept, sums } = self;
        for (i, sum) in sums.iter_mut().enumerate() {
            let (row, rest) = split(kept, length);
            kept = rest;
            *sum = row_sum(rule, ranges(whole, i * length, length), row);
        }
    }
}

/// The sum of one row, on the tree.
fn row_sum<S: Scalar, const K: usize, const M: usize, R: TermRule<S, K, M>>(
    rule: R,
    whole: [&[S]; M],
    kept: [&mut [S]; K],
) -> S {
    let length = length(&whole);
    let chunks = length.div_ceil(CHUNK);
    if chunks <= 1 {
        return crate::vectorised::<S, _>(Chunk { rule, whole, kept });
    }
    let at = chunks.next_power_of_two() / 2 * CHUNK;
    let (front, back) = split(kept, at);
    row_sum(rule, ranges(whole, 0, at), front) + row_sum(rule, ranges(whole, at, length - at), back)
}

struct Chunk<'a, S, R, const K: usize, const M: usize> {
    rule: R,
    whole: [&'a [S]; M],
    kept: [&'a mut [S]; K],
}

impl<S: Scalar, R: TermRule<S, K, M>, const K: usize, const M: usize> Loop for Chunk<'_, S, R, K, M> {
    type Output = S;

    /// Term j goes to lane j mod 64, as in any sum.
    #[inline(always)]
    fn call(mut self) -> S {
        let length = length(&self.whole);
        let mut lanes = [S::zero(); LANES];
        for from in (0..length / BLOCK * BLOCK).step_by(BLOCK) {
            self.block(from, BLOCK, &mut lanes);
        }
        self.block(length / BLOCK * BLOCK, length % BLOCK, &mut lanes);
        super::joined(super::Add, lanes)
    }
}

impl<S: Scalar, R: TermRule<S, K, M>, const K: usize, const M: usize> Chunk<'_, S, R, K, M> {
    #[inline(always)]
    fn block(&mut self, from: usize, len: usize, lanes: &mut [S; LANES]) {
        let Self { rule, whole, ref mut kept } = *self;
        let w = ranges(whole, from, len);
        let (mut numbers, mut terms) = ([[S::zero(); BLOCK]; K], [S::zero(); BLOCK]);
        for i in 0..len {
            let (of_element, term) = rule.apply(at(w, i));
            for k in 0..K {
                numbers[k][i] = of_element[k];
            }
            terms[i] = term;
        }
        for (kept, numbers) in kept.iter_mut().zip(numbers) {
            kept[from..][..len].copy_from_slice(&numbers[..len]);
        }
        for (lane, term) in lanes[from % LANES..].iter_mut().zip(&terms[..len]) {
            *lane += *term;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Stream, fill_normal};
    use crate::sum_axes;

    /// The term a · b keeps a + b and a − b.
    #[derive(Clone, Copy)]
    struct Product;
    impl<S: Scalar> TermRule<S, 2, 2> for Product {
        #[inline(always)]
        fn apply(self, [a, b]: [S; 2]) -> ([S; 2], S) {
            ([a + b, a - b], a * b)
        }
    }
    impl<S: Scalar> Rule<S, 1, 2> for Product {
        #[inline(always)]
        fn apply(self, [number]: [S; 1], [a, b]: [S; 2]) -> S {
            number * (a - b)
        }
    }

    #[test]
    fn rows_of_any_length_have_the_bits_of_their_terms_summed_later() {
        for (rows, length) in [(0, 3), (3, 0), (1, 1), (5, 7), (40, 64), (128, 784), (3, 4096), (2, 9001), (1, 40_000)]
        {
            let [mut a, mut b] = [1, 2].map(|_| vec![0.0_f32; rows * length]);
            fill_normal(Key::new(1, Stream::Data), 0.0, 1.0, &mut a);
            fill_normal(Key::new(2, Stream::Data), 0.0, 1.0, &mut b);
            let terms: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a * b).collect();
            let mut expected = vec![f32::NAN; rows];
            sum_axes(&terms, &[rows, length], &[1], &mut expected);

            let (mut sums, [mut plus, mut minus]) = (vec![f32::NAN; rows], [1, 2].map(|_| vec![f32::NAN; a.len()]));
            sum_rows(Product, [&a, &b], [&mut plus, &mut minus], &mut sums);
            assert_eq!(sums, expected, "{rows} rows of {length}");
            for i in 0..a.len() {
                assert_eq!([plus[i], minus[i]], [a[i] + b[i], a[i] - b[i]]);
            }
            let mut out = vec![f32::NAN; a.len()];
            map_rows(Product, &sums, [&a, &b], &mut out);
            for (i, out) in out.into_iter().enumerate() {
                assert_eq!(out, sums[i / length] * minus[i]);
            }
        }
    }

    #[test]
    #[should_panic(expected = "5 elements are not 2 rows of one length")]
    fn rows_that_do_not_fit() {
        map_rows(Product, &[1.0, 2.0], [&[0.0; 5], &[0.0; 5]], &mut [0.0; 5]);
    }
}
