//! Whether all numbers are finite.
//!
//! 0 · x is 0 for a number and NaN for NaN and infinities, and a sum of zeros stays 0. The answer depends on no order, so work is
//! cut where [`update`](crate::update) cuts it: a gradient is looked at by the thread that will use it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Add, Chunk};
use crate::map::GRAIN;
use crate::parallel::{self, Divisible};
use crate::{Rule, Scalar};

/// Whether every element is finite, in all of its components.
///
/// ```
/// use diabolo_kernels::all_finite;
/// assert!(all_finite(&[1.0, f64::MAX, f64::MAX]));
/// assert!(!all_finite(&[1.0, f64::NAN]));
/// ```
pub fn all_finite<S: Scalar>(data: &[S]) -> bool {
    let found = AtomicBool::new(false);
    parallel::run(Piece { data, found: &found }, GRAIN);
    !found.into_inner()
}

/// [`all_finite`] on this thread alone.
pub(crate) fn all_finite_here<S: Scalar>(data: &[S]) -> bool {
    // Four parts at once: one stream alone waits for memory.
    let (parts, rest) = data.split_at(data.len() / 4 * 4);
    let part = |i: usize| &parts[i * (parts.len() / 4)..][..parts.len() / 4];
    let zeros = crate::vectorised::<S, _>(Chunk { join: Add, rule: TimesZero, whole: [0, 1, 2, 3].map(part) });
    rest.iter().fold(zeros, |zeros, x| zeros + *x * S::zero()).is_finite()
}

struct Piece<'a, S> {
    data: &'a [S],
    /// Whether a NaN or an infinity was found.
    found: &'a AtomicBool,
}

impl<S: Scalar> Divisible for Piece<'_, S> {
    fn units(&self) -> usize {
        self.data.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.data.split_at(at);
        (Self { data: front, ..self }, Self { data: back, ..self })
    }

    fn run(self) {
        if !all_finite_here(self.data) {
            self.found.store(true, Ordering::Relaxed);
        }
    }
}

#[derive(Clone, Copy)]
struct TimesZero;

impl<S: Scalar> Rule<S, 0, 4> for TimesZero {
    #[inline(always)]
    fn apply(self, []: [S; 0], [a, b, c, d]: [S; 4]) -> S {
        (a * S::zero() + b * S::zero()) + (c * S::zero() + d * S::zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_not_finite_is_found_wherever_it_stands() {
        for len in [0, 1, 63, 64, 1000, 3 * GRAIN + 5] {
            let mut data = vec![f32::MAX; len];
            assert!(all_finite(&data));
            for at in [0, len / 2, len.saturating_sub(1)].into_iter().filter(|&at| at < len) {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let good = std::mem::replace(&mut data[at], bad);
                    assert!(!all_finite(&data), "{bad} at {at} of {len}");
                    data[at] = good;
                }
            }
        }
    }
}
