//! Elementwise maps: the scalar rule that a reader reads is the loop that runs, as vector code.
//!
//! A rule is a plain generic function of scalars. Its loop is inlined into a function compiled for the widest
//! instructions of the machine, which works because the loop is the body of a *named* type ([`Each`]): a closure
//! would stay a function of its own, compiled for the narrowest.

use std::ops::Deref;

use crate::parallel;
use crate::{Layout, Loop, Scalar};

/// Elements that one thread takes at a time.
pub(crate) const GRAIN: usize = 16 * 1024;

/// Elements of a broadcast input that are expanded at a time, on the stack.
const CHUNK: usize = 512;

/// A scalar rule with `N` inputs that may be broadcast and `M` inputs that are as large as the output.
///
/// Mark `apply` `#[inline(always)]`, or it does not become vector code.
pub trait Rule<S, const N: usize, const M: usize>: Copy + Send + Sync {
    /// The element of the output for one element of each input.
    fn apply(self, x: [S; N], w: [S; M]) -> S;
}

/// An input of a map.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a, S> {
    /// As large as the output, element for element.
    Whole(&'a [S]),
    /// Read through a layout of the output's shape.
    Broadcast(&'a [S], Layout),
}

impl<'a, S> Source<'a, S> {
    fn len(&self) -> usize {
        match self {
            Self::Whole(data) => data.len(),
            Self::Broadcast(_, layout) => layout.len(),
        }
    }

    #[inline(always)]
    fn whole(&self) -> Option<&'a [S]> {
        match self {
            Self::Whole(data) => Some(data),
            Self::Broadcast(..) => None,
        }
    }
}

/// `out[i] = rule(sources[…][i], whole[…][i])` for every element, on all threads.
///
/// ```
/// use diabolo_kernels::{Layout, Rule, Scalar, Source, map};
///
/// #[derive(Clone, Copy)]
/// struct Add;
/// impl<S: Scalar> Rule<S, 2, 0> for Add {
///     #[inline(always)]
///     fn apply(self, [a, b]: [S; 2], []: [S; 0]) -> S {
///         a + b
///     }
/// }
///
/// let mut out = [0.0; 4];
/// let rows = Source::Broadcast(&[10.0, 20.0], Layout::broadcast(&[2, 1], &[2, 2]));
/// map(Add, [Source::Whole(&[1.0, 2.0, 3.0, 4.0]), rows], [], &mut out);
/// assert_eq!(out, [11.0, 12.0, 23.0, 24.0]);
/// ```
///
/// # Panics
/// If an input does not have as many elements as `out`.
#[inline(never)]
#[track_caller]
pub fn map<S: Scalar, const N: usize, const M: usize, R: Rule<S, N, M>>(
    rule: R,
    sources: [Source<'_, S>; N],
    whole: [&[S]; M],
    out: &mut [S],
) {
    pieces(sources, whole, out, &|x, w, out| crate::vectorised::<S, _>(Each { rule, x, w, out }));
}

/// A rule that is applied to each element of slices of one length.
type Run<'a, S, const N: usize, const M: usize> = &'a (dyn Fn([&[S]; N], [&[S]; M], &mut [S]) + Sync);

// Not of the rule, so that it is compiled once for all of them: the cutting is more code than most rules are.
#[inline(never)]
#[track_caller]
fn pieces<S: Scalar, const N: usize, const M: usize>(
    sources: [Source<'_, S>; N],
    whole: [&[S]; M],
    out: &mut [S],
    each: Run<'_, S, N, M>,
) {
    for len in sources.iter().map(Source::len).chain(whole.iter().map(|w| w.len())) {
        assert_eq!(len, out.len(), "an input of a map has another size than its output");
    }
    let expanded = sources.iter().any(|source| source.whole().is_none());
    parallel::pieces(out, GRAIN, &|first, out| {
        if expanded {
            let mut numbers = [[S::zero(); CHUNK]; N];
            for (i, part) in out.chunks_mut(CHUNK).enumerate() {
                let at = first + i * CHUNK;
                each(parts(&sources, &mut numbers, at, part.len()), ranges(whole, at, part.len()), part);
            }
        } else {
            let mut x: [&[S]; N] = [&[]; N];
            for (x, source) in x.iter_mut().zip(&sources) {
                *x = source.whole().unwrap_or_default();
            }
            each(ranges(x, first, out.len()), ranges(whole, first, out.len()), out);
        }
    });
}

struct Each<'a, S, R, const N: usize, const M: usize> {
    rule: R,
    x: [&'a [S]; N],
    w: [&'a [S]; M],
    out: &'a mut [S],
}

impl<S: Scalar, R: Rule<S, N, M>, const N: usize, const M: usize> Loop for Each<'_, S, R, N, M> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { rule, x, w, out } = self;
        // Slices of one length: no bounds are left to check inside the loop.
        let (x, w) = (ranges(x, 0, out.len()), ranges(w, 0, out.len()));
        for (i, to) in out.iter_mut().enumerate() {
            *to = rule.apply(at(x, i), at(w, i));
        }
    }
}

// Loops, and not `map` of arrays, which is a dozen functions to the compiler.

/// `len` elements of each source, from number `at` on: where they lie, or `expanded`.
#[inline(always)]
fn parts<'a, S: Copy, const N: usize>(
    sources: &[Source<'a, S>; N],
    expanded: &'a mut [[S; CHUNK]; N],
    at: usize,
    len: usize,
) -> [&'a [S]; N] {
    for (source, to) in sources.iter().zip(&mut *expanded) {
        if let Source::Broadcast(data, layout) = source {
            layout.read(data, at, &mut to[..len]);
        }
    }
    let mut parts: [&[S]; N] = [&[]; N];
    for ((part, source), expanded) in parts.iter_mut().zip(sources).zip(expanded) {
        *part = source.whole().map_or(&expanded[..len], |data| &data[at..][..len]);
    }
    parts
}

/// `len` elements of each slice, from number `from` on.
#[inline(always)]
pub(crate) fn ranges<S, const N: usize>(mut slices: [&[S]; N], from: usize, len: usize) -> [&[S]; N] {
    for slice in &mut slices {
        *slice = &slice[from..][..len];
    }
    slices
}

/// The length of slices of one length; 0 of none.
#[inline(always)]
pub(crate) fn length<S, P: Deref<Target = [S]>, const N: usize>(slices: &[P; N]) -> usize {
    if let [first, ..] = slices.as_slice() { first.len() } else { 0 }
}

/// Element `i` of each slice.
#[inline(always)]
pub(crate) fn at<S: Scalar, const N: usize>(slices: [&[S]; N], i: usize) -> [S; N] {
    let mut numbers = [S::zero(); N];
    for n in 0..N {
        numbers[n] = slices[n][i];
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x + 2y + 4z + 8w
    #[derive(Clone, Copy)]
    struct Weighted;
    impl<S: Scalar> Rule<S, 3, 1> for Weighted {
        #[inline(always)]
        fn apply(self, [x, y, z]: [S; 3], [w]: [S; 1]) -> S {
            x + S::of(2.0) * y + S::of(4.0) * z + S::of(8.0) * w
        }
    }

    fn numbers(len: usize, from: f64) -> Vec<f64> {
        (0..len).map(|i| from + i as f64).collect()
    }

    #[test]
    fn whole_and_broadcast_inputs_of_all_sizes() {
        for (rows, columns) in [(0, 3), (1, 1), (7, 5), (3, 700), (130, 517), (1, 40_000)] {
            let [x, y, z, w] = [(rows * columns, 0.0), (columns, 5.0), (rows, -3.0), (rows * columns, 0.5)]
                .map(|(len, from)| numbers(len, from));
            let by_column = Source::Broadcast(&y, Layout::broadcast(&[columns], &[rows, columns]));
            let by_row = Source::Broadcast(&z, Layout::broadcast(&[rows, 1], &[rows, columns]));
            let mut out = vec![0.0; rows * columns];
            map(Weighted, [Source::Whole(&x), by_column, by_row], [&w], &mut out);
            for (i, out) in out.into_iter().enumerate() {
                assert_eq!(out, x[i] + 2.0 * y[i % columns] + 4.0 * z[i / columns] + 8.0 * w[i]);
            }
        }
    }

    /// The scalar functions give the same bits inside a vectorised map as alone.
    #[test]
    fn vector_code_and_scalar_code_agree_to_the_bit() {
        #[derive(Clone, Copy)]
        struct Function<F>(F);
        impl<F: Fn(f32) -> f32 + Copy + Send + Sync> Rule<f32, 1, 0> for Function<F> {
            #[inline(always)]
            fn apply(self, [x]: [f32; 1], []: [f32; 0]) -> f32 {
                (self.0)(x)
            }
        }
        fn check(function: impl Fn(f32) -> f32 + Copy + Send + Sync) {
            let x: Vec<f32> = (0..50_000).map(|i| i as f32 * 0.004 - 100.0).collect();
            let mut out = vec![0.0; x.len()];
            map(Function(function), [Source::Whole(&x)], [], &mut out);
            assert!(x.iter().zip(out).all(|(x, y)| function(*x).to_bits() == y.to_bits()));
        }
        check(Scalar::exp);
        check(Scalar::sigmoid);
        check(Scalar::tanh);
        check(Scalar::softplus);
        check(Scalar::gelu);
        check(Scalar::normal_cdf);
        check(|x| Scalar::ln(x.abs()));
    }

    #[test]
    #[should_panic(expected = "another size")]
    fn inputs_that_do_not_fit() {
        map(Weighted, [Source::Whole(&[0.0]); 3], [&[0.0; 2]], &mut [0.0]);
    }
}
