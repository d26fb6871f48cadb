//! Arrays with their axes in another order.
//!
//! Axes that stay neighbours are joined first. What is left is nearly always one of two cases:
//!
//! ```text
//!   (0, 1, 2) → (1, 0, 2)   the last axis stays: its rows are copied whole
//!   (0, 1, 2) → (0, 2, 1)   the last two change places: a transposition in blocks for each index of the others
//! ```
//!
//! Anything else, as (2, 1, 0), is read element by element.

use crate::map::GRAIN;
use crate::parallel::{self, Divisible};
use crate::transpose::turn;
use crate::{Layout, Loop, Scalar};

/// Rows of a transposition that are turned in registers.
const BLOCK: usize = 16;

/// `to` becomes the array `from` of the given shape with its axes reordered: axis `i` of `to` is axis `axes[i]` of `from`.
///
/// ```
/// let mut to = [0.0; 6];
/// diabolo_kernels::permute(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1, 2, 3], &[2, 0, 1], &mut to); // to the shape 3 × 1 × 2
/// assert_eq!(to, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
/// ```
///
/// # Panics
/// If `axes` is not as long as `shape` or names an axis that is not there, or a slice has another size than the shape.
#[track_caller]
pub fn permute<S: Scalar>(from: &[S], shape: &[usize], axes: &[usize], to: &mut [S]) {
    let view = Layout::permuted(shape, axes);
    assert_eq!(from.len(), shape.iter().product(), "an array of shape {shape:?} to be permuted has another size");
    assert_eq!(to.len(), view.len(), "an array of shape {shape:?} has another size when permuted by {axes:?}");
    if to.is_empty() {
        return;
    }
    match view.axes() {
        (&[.., rows, columns], &[.., 1, stride]) => {
            let planes =
                Planes { from, offsets: view.without_last(2), rows, columns, stride: stride as usize, first: 0, to };
            parallel::run(planes, (GRAIN / columns).max(1).next_multiple_of(BLOCK));
        }
        _ => parallel::run(Elements { from, view, first: 0, to }, GRAIN),
    }
}

/// The elements of a view, from number `first` on.
struct Elements<'a, S> {
    from: &'a [S],
    view: Layout,
    first: usize,
    to: &'a mut [S],
}

impl<S: Scalar> Divisible for Elements<'_, S> {
    fn units(&self) -> usize {
        self.to.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.to.split_at_mut(at);
        (Self { to: front, ..self }, Self { to: back, first: self.first + at, ..self })
    }

    fn run(self) {
        self.view.read(self.from, self.first, self.to);
    }
}

/// The rows of planes of rows × columns, from number `first` on, counted through all planes. The plane at an offset lies
/// transposed: its columns are `stride` apart.
struct Planes<'a, S> {
    from: &'a [S],
    offsets: Layout,
    rows: usize,
    columns: usize,
    stride: usize,
    first: usize,
    to: &'a mut [S],
}

impl<S: Scalar> Divisible for Planes<'_, S> {
    fn units(&self) -> usize {
        self.to.len() / self.columns
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.to.split_at_mut(at * self.columns);
        (Self { to: front, ..self }, Self { to: back, first: self.first + at, ..self })
    }

    fn run(self) {
        crate::widest(self);
    }
}

impl<S: Scalar> Loop for Planes<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { from, offsets, rows, columns, stride, mut first, mut to } = self;
        while !to.is_empty() {
            let (plane, row) = (first / rows, first % rows);
            let count = (rows - row).min(to.len() / columns);
            let (part, rest) = to.split_at_mut(count * columns);
            let from = &from[offsets.at(plane) + row..];
            turn(|i| &from[i * stride..][..count], columns, count, part, columns);
            (to, first) = (rest, first + count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every order of `n` axes.
    fn orders(n: usize) -> Vec<Vec<usize>> {
        let Some(last) = n.checked_sub(1) else { return vec![vec![]] };
        let insert = |order: Vec<usize>| {
            (0..n).map(move |at| [&order[..at], &[last], &order[at..]].concat()).collect::<Vec<_>>()
        };
        orders(last).into_iter().flat_map(insert).collect()
    }

    /// By the definition, one index after the other.
    fn naive(from: &[f32], shape: &[usize], axes: &[usize]) -> Vec<f32> {
        let extents: Vec<usize> = axes.iter().map(|&axis| shape[axis]).collect();
        (0..from.len())
            .map(|mut rest| {
                let mut index = vec![0; shape.len()];
                for (&axis, &extent) in axes.iter().zip(&extents).rev() {
                    (index[axis], rest) = (rest % extent, rest / extent);
                }
                from[index.iter().zip(shape).fold(0, |at, (i, extent)| at * extent + i)]
            })
            .collect()
    }

    #[test]
    fn every_order_of_axes_is_as_defined() {
        let shapes: [&[usize]; 9] =
            [&[], &[5], &[17, 33], &[3, 17, 40], &[40, 1, 70], &[2, 0, 3], &[2, 3, 4, 5], &[2, 3, 2, 4, 3], &[2; 6]];
        for shape in shapes {
            let from: Vec<f32> = (0_u16..).take(shape.iter().product()).map(f32::from).collect();
            for axes in orders(shape.len()) {
                let mut to = vec![0.0; from.len()];
                permute(&from, shape, &axes, &mut to);
                assert_eq!(to, naive(&from, shape, &axes), "{shape:?} by {axes:?}");
            }
        }
    }

    #[test]
    fn pieces_of_many_threads_fit_together() {
        let (shape, axes) = ([5, 130, 97], [0, 2, 1]);
        let from: Vec<f32> = (0..5 * 130 * 97).map(|i| i as f32).collect();
        let mut to = vec![0.0; from.len()];
        permute(&from, &shape, &axes, &mut to);
        assert_eq!(to, naive(&from, &shape, &axes));
    }
}
