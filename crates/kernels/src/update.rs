//! Updates in place: what an optimizer does to a parameter and its moments, in one pass over memory.

use crate::map::{GRAIN, at, length, ranges};
use crate::parallel::{self, Divisible};
use crate::{Loop, Scalar};

/// A scalar rule that replaces `K` values, given `M` others.
///
/// Mark `apply` `#[inline(always)]`, or it does not become vector code.
pub trait UpdateRule<S, const K: usize, const M: usize>: Copy + Send + Sync {
    /// The new values of one element.
    fn apply(self, state: [S; K], w: [S; M]) -> [S; K];
}

/// `state[…][i] = rule(state[…][i], whole[…][i])` for every element, on all threads.
///
/// ```
/// use diabolo_kernels::{Scalar, UpdateRule, update};
///
/// /// Gradient descent with momentum: v ← µ·v + g, x ← x − η·v.
/// #[derive(Clone, Copy)]
/// struct Momentum<S> {
///     mu: S,
///     eta: S,
/// }
/// impl<S: Scalar> UpdateRule<S, 2, 1> for Momentum<S> {
///     #[inline(always)]
///     fn apply(self, [x, v]: [S; 2], [g]: [S; 1]) -> [S; 2] {
///         let v = self.mu * v + g;
///         [x - self.eta * v, v]
///     }
/// }
///
/// let (mut x, mut v) = ([1.0], [2.0]);
/// update(Momentum { mu: 0.5, eta: 0.25 }, [&mut x, &mut v], [&[3.0]]);
/// assert_eq!((x, v), ([0.0], [4.0]));
/// ```
///
/// # Panics
/// If the slices do not all have the same length.
#[track_caller]
pub fn update<S: Scalar, const K: usize, const M: usize, R: UpdateRule<S, K, M>>(
    rule: R,
    state: [&mut [S]; K],
    whole: [&[S]; M],
) {
    let units = length(&state);
    for len in state.iter().map(|s| s.len()).chain(whole.iter().map(|w| w.len())) {
        assert_eq!(len, units, "the slices of an update differ in size");
    }
    parallel::run(Piece { rule, state, whole }, GRAIN);
}

struct Piece<'a, S, R, const K: usize, const M: usize> {
    rule: R,
    state: [&'a mut [S]; K],
    whole: [&'a [S]; M],
}

impl<S: Scalar, R: UpdateRule<S, K, M>, const K: usize, const M: usize> Divisible for Piece<'_, S, R, K, M> {
    fn units(&self) -> usize {
        length(&self.state)
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (rule, units) = (self.rule, self.units());
        let (front, back) = split(self.state, at);
        let of = |state, from, len| Self { rule, state, whole: ranges(self.whole, from, len) };
        (of(front, 0, at), of(back, at, units - at))
    }

    fn run(self) {
        crate::vectorised::<S, _>(self);
    }
}

impl<S: Scalar, R: UpdateRule<S, K, M>, const K: usize, const M: usize> Loop for Piece<'_, S, R, K, M> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let units = self.units();
        let (state, whole) = (first(self.state, units), ranges(self.whole, 0, units));
        for i in 0..units {
            let new = self.rule.apply(now(&state, i), at(whole, i));
            for k in 0..K {
                state[k][i] = new[k];
            }
        }
    }
}

// What does not depend on the rule stands apart from the loop over it, so that it is compiled once for all rules.

pub(crate) fn split<S, const K: usize>(mut state: [&mut [S]; K], at: usize) -> ([&mut [S]; K], [&mut [S]; K]) {
    let back = state.each_mut().map(|part| {
        let (front, back) = std::mem::take(part).split_at_mut(at);
        *part = front;
        back
    });
    (state, back)
}

#[inline(always)]
fn first<S, const K: usize>(mut state: [&mut [S]; K], units: usize) -> [&mut [S]; K] {
    for part in &mut state {
        *part = &mut std::mem::take(part)[..units];
    }
    state
}

#[inline(always)]
fn now<S: Scalar, const K: usize>(state: &[&mut [S]; K], i: usize) -> [S; K] {
    let mut numbers = [S::zero(); K];
    for k in 0..K {
        numbers[k] = state[k][i];
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Rotate;
    impl<S: Scalar> UpdateRule<S, 3, 1> for Rotate {
        #[inline(always)]
        fn apply(self, [a, b, c]: [S; 3], [w]: [S; 1]) -> [S; 3] {
            [b + w, c, a]
        }
    }

    #[test]
    fn every_element_is_updated_once() {
        for len in [0, 1, 17, 40_001] {
            let [w, a0, b0, c0] =
                [1.0, 10.0, 100.0, 1000.0].map(|k| (0..len).map(|i| k * i as f64).collect::<Vec<_>>());
            let [mut a, mut b, mut c] = [a0.clone(), b0.clone(), c0.clone()];
            update(Rotate, [&mut a, &mut b, &mut c], [&w]);
            assert!(a.iter().zip(&b0).zip(&w).all(|((new, old), w)| *new == old + w));
            assert_eq!((b, c), (c0, a0));
        }
    }

    #[test]
    #[should_panic(expected = "differ in size")]
    fn slices_that_do_not_fit() {
        update(Rotate, [&mut [0.0], &mut [0.0], &mut [0.0]], [&[0.0; 2]]);
    }
}
