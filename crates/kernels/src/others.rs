//! The derivative of a product: what multiplies each of its factors.

use crate::parallel::{self, Divisible};
use crate::{Loop, Scalar};

/// Elements that one thread takes at a time.
const GRAIN: usize = 16 * 1024;

/// For each row of `n` factors in `x`: the product of the others, for each of them. Nothing is divided, so factors of 0 do
/// no harm: one of them leaves one product that is not 0, two leave none.
///
/// ```
/// let mut out = [0.0; 6];
/// diabolo_kernels::products_of_others(&[2.0, 3.0, 5.0, 7.0, 0.0, 2.0], 3, &mut out);
/// assert_eq!(out, [15.0, 10.0, 6.0, 0.0, 14.0, 0.0]);
/// ```
///
/// # Panics
/// If `x` does not consist of rows of `n`, or `out` has another size.
#[track_caller]
pub fn products_of_others<S: Scalar>(x: &[S], n: usize, out: &mut [S]) {
    assert_eq!(x.len(), out.len(), "there are as many products as factors");
    if x.is_empty() {
        return;
    }
    assert!(n > 0 && x.len().is_multiple_of(n), "{} factors are not rows of {n}", x.len());
    parallel::run(Rows { x, n, out }, (GRAIN / n).max(1));
}

struct Rows<'a, S> {
    x: &'a [S],
    n: usize,
    out: &'a mut [S],
}

impl<S: Scalar> Divisible for Rows<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.n
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let ((a, b), (front, back)) = (self.x.split_at(at * self.n), self.out.split_at_mut(at * self.n));
        (Self { x: a, out: front, ..self }, Self { x: b, out: back, ..self })
    }

    fn run(self) {
        crate::vectorised::<S, _>(self);
    }
}

impl<S: Scalar> Loop for Rows<'_, S> {
    type Output = ();

    /// The product of those before, then times the product of those behind.
    #[inline(always)]
    fn call(self) {
        for (x, out) in self.x.chunks_exact(self.n).zip(self.out.chunks_exact_mut(self.n)) {
            let mut before = S::one();
            for (x, out) in x.iter().zip(&mut *out) {
                *out = before;
                before *= *x;
            }
            let mut behind = S::one();
            for (x, out) in x.iter().zip(out).rev() {
                *out *= behind;
                behind *= *x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_are_those_of_their_definition() {
        for (rows, n) in [(0, 3), (1, 1), (7, 2), (50, 9), (5000, 5)] {
            let x: Vec<f64> = (0..rows * n).map(|i| ((i * 7) % 11) as f64 / 4.0 - 1.0).collect();
            let mut out = vec![f64::NAN; x.len()];
            products_of_others(&x, n, &mut out);
            for (i, ours) in out.iter().enumerate() {
                let (row, at) = (&x[i / n * n..][..n], i % n);
                let expected: f64 = row.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, x)| x).product();
                assert!((ours - expected).abs() <= 1e-14 * expected.abs(), "{ours} for {expected}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "not rows of 2")]
    fn rows_that_do_not_fit() {
        products_of_others(&[1.0; 3], 2, &mut [0.0; 3]);
    }
}
