//! Running sums and products along an axis.
//!
//! Each of them is what came before its block of 64, joined with what came before it inside the block. So no element
//! passes through more than 64 operations for itself and one for each block before it.

use crate::fold::Join;
use crate::parallel::{self, Divisible};
use crate::{Loop, Scalar};

/// Elements that one thread takes at a time.
const GRAIN: usize = 32 * 1024;
/// Columns that run side by side.
const STRIP: usize = 64;
/// Steps after which the running result inside a block begins anew.
const BLOCK: usize = 64;

/// Which end of an axis comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the first element to the last.
    Forwards,
    /// From the last element to the first.
    Backwards,
}

/// `out[…, i, …]` = the elements up to and with i along `axis` of the array `data`, joined.
///
/// ```
/// use diabolo_kernels::fold::Add;
/// use diabolo_kernels::{Direction, cumulate};
///
/// let mut out = [0.0; 3];
/// cumulate(Add, Direction::Forwards, &[1.0, 2.0, 4.0], &[3], 0, &mut out);
/// assert_eq!(out, [1.0, 3.0, 7.0]);
/// cumulate(Add, Direction::Backwards, &[1.0, 2.0, 4.0], &[3], 0, &mut out);
/// assert_eq!(out, [7.0, 6.0, 4.0]);
/// ```
///
/// # Panics
/// If the axis is not there, or `data` or `out` do not have the shape.
#[track_caller]
pub fn cumulate<S: Scalar, J: Join<S>>(
    join: J,
    direction: Direction,
    data: &[S],
    shape: &[usize],
    axis: usize,
    out: &mut [S],
) {
    assert!(axis < shape.len(), "a running result along axis {axis} of an array of shape {shape:?}");
    let size: usize = shape.iter().product();
    assert_eq!((data.len(), out.len()), (size, size), "data or output do not have the shape {shape:?}");
    if size == 0 {
        return;
    }
    let (n, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    parallel::run(Planes { join, direction, data, n, inner, out }, (GRAIN / (n * inner)).max(1));
}

/// One matrix n × inner after the other, in which columns run down.
struct Planes<'a, S, J> {
    join: J,
    direction: Direction,
    data: &'a [S],
    n: usize,
    inner: usize,
    out: &'a mut [S],
}

impl<S: Scalar, J: Join<S>> Divisible for Planes<'_, S, J> {
    fn units(&self) -> usize {
        self.out.len() / (self.n * self.inner)
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let at = at * self.n * self.inner;
        let ((a, b), (front, back)) = (self.data.split_at(at), self.out.split_at_mut(at));
        (Self { data: a, out: front, ..self }, Self { data: b, out: back, ..self })
    }

    fn run(self) {
        crate::vectorised::<S, _>(self);
    }
}

impl<S: Scalar, J: Join<S>> Loop for Planes<'_, S, J> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { join, direction, data, n, inner, out } = self;
        for (data, out) in data.chunks_exact(n * inner).zip(out.chunks_exact_mut(n * inner)) {
            if inner == 1 {
                strip::<S, J, 1>(join, direction, data, inner, 0, out);
            } else {
                (0..inner).step_by(STRIP).for_each(|first| {
                    strip::<S, J, STRIP>(join, direction, data, inner, first, out);
                });
            }
        }
    }
}

/// Up to `W` columns from `first` on, of rows of `inner` elements.
#[inline(always)]
fn strip<S: Scalar, J: Join<S>, const W: usize>(
    join: J,
    direction: Direction,
    data: &[S],
    inner: usize,
    first: usize,
    out: &mut [S],
) {
    let (n, width) = (data.len() / inner, W.min(inner - first));
    let (mut before, mut inside) = ([join.start(); W], [join.start(); W]);
    for i in 0..n {
        if i % BLOCK == 0 {
            for (before, inside) in before.iter_mut().zip(&mut inside) {
                (*before, *inside) = (join.join(*before, *inside), join.start());
            }
        }
        let row = if direction == Direction::Forwards { i } else { n - 1 - i };
        let place = row * inner + first..row * inner + first + width;
        let (from, to) = (&data[place.clone()], &mut out[place]);
        for (((from, to), before), inside) in from.iter().zip(to).zip(&before).zip(&mut inside) {
            *inside = join.join(*inside, *from);
            *to = join.join(*before, *inside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::{Add, Larger, Multiply};
    use crate::random::{Key, Stream, fill_uniform};

    fn numbers(len: usize) -> Vec<f32> {
        let mut x = vec![0.0; len];
        fill_uniform(Key::new(4, Stream::Data), 0.0, 1.0, &mut x);
        x
    }

    /// Against the definition, in double precision.
    fn check<J: Join<f32> + Join<f64>>(join: J, data: &[f32], shape: &[usize], axis: usize, direction: Direction) {
        let mut out = vec![f32::NAN; data.len()];
        cumulate(join, direction, data, shape, axis, &mut out);
        let (n, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
        for (at, ours) in out.iter().enumerate() {
            let row = at / inner % n;
            let others = if direction == Direction::Forwards { 0..row + 1 } else { row..n };
            let terms = others.map(|other| f64::from(data[at + other * inner - row * inner]));
            let expected = terms.fold(join.start(), |a, b| join.join(a, b));
            let close = (f64::from(*ours) - expected).abs() <= 1e-5 * f64::abs(expected);
            assert!(close, "{ours} for {expected}: element {at} of {shape:?} along {axis}, {direction:?}");
        }
    }

    #[test]
    fn running_results_along_any_axis() {
        for shape in [&[5][..], &[0, 3], &[3, 0], &[300], &[70, 130], &[4, 65, 3], &[2, 3, 1, 5]] {
            let data = numbers(shape.iter().product());
            for axis in 0..shape.len() {
                for direction in [Direction::Forwards, Direction::Backwards] {
                    check(Add, &data, shape, axis, direction);
                    check(Larger, &data, shape, axis, direction);
                }
            }
        }
        check(Multiply, &[2.0, -1.0, 0.5, 0.0, 3.0], &[5], 0, Direction::Backwards);
    }

    #[test]
    fn long_sums_are_accurate() {
        let x = numbers(1_000_000);
        let mut out = vec![0.0; x.len()];
        cumulate(Add, Direction::Forwards, &x, &[x.len()], 0, &mut out);
        let exact: f64 = x.iter().map(|x| f64::from(*x)).sum();
        assert!((f64::from(out[x.len() - 1]) - exact).abs() <= 2e-5 * exact, "{} for {exact}", out[x.len() - 1]);
    }

    #[test]
    #[should_panic(expected = "along axis 1")]
    fn an_axis_that_is_not_there() {
        cumulate(Add, Direction::Forwards, &[1.0], &[1], 1, &mut [0.0]);
    }
}
