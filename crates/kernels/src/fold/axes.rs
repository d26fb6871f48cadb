//! Reductions over axes of an array.
//!
//! Neighbouring axes of one kind are put together, so that what is left alternates between kept and reduced. One reduced
//! group at a time is taken away, the last first, each in one of two ways:
//!
//! ```text
//!   (outer, n)          rows: the lanes and the tree, along each row
//!   (outer, n, inner)   columns: 64 of them side by side, a tree over blocks of 64 rows
//! ```

use super::{CHUNK, Identity, Join, in_lanes, tree};
use crate::parallel::{self, Divisible};
use crate::{Buffer, Loop, MAX_RANK, Scalar};

/// Elements that one thread reads at a time.
const GRAIN: usize = 32 * 1024;
/// Columns that are reduced side by side.
const STRIP: usize = 64;
/// Rows that are joined one after the other.
const ROWS: usize = 64;

/// The array `data` of the given shape reduced over `axes`, into `out`, which holds the axes that are kept, in order.
///
/// Nothing is allocated unless reduced axes lie apart from each other.
///
/// ```
/// use diabolo_kernels::fold::{Larger, fold_axes};
///
/// let (mut columns, mut rows) = ([0.0; 3], [0.0; 2]);
/// let data = [1.0, 9.0, 3.0, 4.0, 5.0, 6.0]; // 2 × 3
/// fold_axes(Larger, &data, &[2, 3], &[0], &mut columns);
/// fold_axes(Larger, &data, &[2, 3], &[1], &mut rows);
/// assert_eq!((columns, rows), ([4.0, 9.0, 6.0], [9.0, 6.0]));
/// ```
///
/// # Panics
/// If sizes do not fit, an axis is not there, or there are more than [`MAX_RANK`] axes.
#[track_caller]
pub fn fold_axes<S: Scalar, J: Join<S>>(join: J, data: &[S], shape: &[usize], axes: &[usize], out: &mut [S]) {
    assert!(shape.len() <= MAX_RANK, "an array has at most {MAX_RANK} axes, this one {}", shape.len());
    assert!(axes.iter().all(|a| *a < shape.len()), "a reduction over the axes {axes:?} of an array of shape {shape:?}");
    assert_eq!(data.len(), shape.iter().product(), "data of a reduction does not have the shape {shape:?}");
    let kept: usize = (0..shape.len()).filter(|axis| !axes.contains(axis)).map(|axis| shape[axis]).product();
    assert_eq!(out.len(), kept, "a reduction of {shape:?} over the axes {axes:?} has {kept} elements");
    if data.is_empty() {
        return out.fill(join.start());
    }
    let (mut groups, mut count) = ([(1, false); MAX_RANK], 0);
    for (axis, &extent) in shape.iter().enumerate() {
        let reduced = axes.contains(&axis);
        if count > 0 && groups[count - 1].1 == reduced {
            groups[count - 1].0 *= extent;
        } else {
            groups[count] = (extent, reduced);
            count += 1;
        }
    }
    reduce(join, data, &groups[..count], out);
}

/// Takes the last reduced group away, then the others.
fn reduce<S: Scalar, J: Join<S>>(join: J, data: &[S], groups: &[(usize, bool)], out: &mut [S]) {
    let Some(last) = groups.iter().rposition(|(_, reduced)| *reduced) else { return out.copy_from_slice(data) };
    let n = groups[last].0;
    let inner = groups.get(last + 1).map_or(1, |(extent, _)| *extent);
    if groups[..last].iter().all(|(_, reduced)| !reduced) {
        return reduce_middle(join, data, n, inner, out);
    }
    let mut partial = Buffer::zeros(data.len() / n);
    reduce_middle(join, data, n, inner, &mut partial);
    // The kept group before, if any, and the one after are neighbours now.
    let (mut rest, mut count) = ([(1, false); MAX_RANK], last);
    rest[..last].copy_from_slice(&groups[..last]);
    if inner > 1 {
        if groups[last - 1].1 {
            (rest[last], count) = ((inner, false), last + 1);
        } else {
            rest[last - 1].0 *= inner;
        }
    }
    reduce(join, &partial, &rest[..count], out);
}

/// out (outer × inner) from data (outer × n × inner), whose middle axis is reduced.
fn reduce_middle<S: Scalar, J: Join<S>>(join: J, data: &[S], n: usize, inner: usize, out: &mut [S]) {
    if inner == 1 && out.len() == 1 {
        out[0] = tree(join, Identity, [data]);
    } else if inner == 1 {
        parallel::run(Rows { join, data, n, out }, (GRAIN / n).max(1));
    } else {
        parallel::run(Planes { join, data, n, inner, out }, (GRAIN / (n * inner)).max(1));
    }
}

struct Rows<'a, S, J> {
    join: J,
    data: &'a [S],
    n: usize,
    out: &'a mut [S],
}

impl<S: Scalar, J: Join<S>> Divisible for Rows<'_, S, J> {
    fn units(&self) -> usize {
        self.out.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let ((a, b), (front, back)) = (self.data.split_at(at * self.n), self.out.split_at_mut(at));
        (Self { data: a, out: front, ..self }, Self { data: b, out: back, ..self })
    }

    fn run(self) {
        if self.n <= CHUNK {
            return crate::vectorised::<S, _>(self);
        }
        for (to, row) in self.out.iter_mut().zip(self.data.chunks_exact(self.n)) {
            *to = tree(self.join, Identity, [row]);
        }
    }
}

impl<S: Scalar, J: Join<S>> Loop for Rows<'_, S, J> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (to, row) in self.out.iter_mut().zip(self.data.chunks_exact(self.n)) {
            *to = in_lanes(self.join, Identity, [row]);
        }
    }
}

/// One matrix n × inner after the other, each column to one number.
struct Planes<'a, S, J> {
    join: J,
    data: &'a [S],
    n: usize,
    inner: usize,
    out: &'a mut [S],
}

impl<S: Scalar, J: Join<S>> Divisible for Planes<'_, S, J> {
    fn units(&self) -> usize {
        self.out.len() / self.inner
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (a, b) = self.data.split_at(at * self.n * self.inner);
        let (front, back) = self.out.split_at_mut(at * self.inner);
        (Self { data: a, out: front, ..self }, Self { data: b, out: back, ..self })
    }

    fn run(self) {
        let Self { join, data, n, inner, out } = self;
        for (out, data) in out.chunks_exact_mut(inner).zip(data.chunks_exact(n * inner)) {
            parallel::run(
                Strips { join, data, columns: inner, first: 0, out },
                (GRAIN / n).max(1).next_multiple_of(STRIP),
            );
        }
    }
}

/// The columns from `first` on, as many as `out` holds.
struct Strips<'a, S, J> {
    join: J,
    data: &'a [S],
    columns: usize,
    first: usize,
    out: &'a mut [S],
}

impl<S: Scalar, J: Join<S>> Divisible for Strips<'_, S, J> {
    fn units(&self) -> usize {
        self.out.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at);
        (Self { out: front, ..self }, Self { out: back, first: self.first + at, ..self })
    }

    fn run(self) {
        for (first, out) in (self.first..).step_by(STRIP).zip(self.out.chunks_mut(STRIP)) {
            let part = columns(self.join, self.data, self.columns, first, out.len());
            out.copy_from_slice(&part[..out.len()]);
        }
    }
}

/// `width` columns from `first` on, each reduced to one number, by halves of the rows down to blocks.
fn columns<S: Scalar, J: Join<S>>(join: J, data: &[S], stride: usize, first: usize, width: usize) -> [S; STRIP] {
    let blocks = (data.len() / stride).div_ceil(ROWS);
    if blocks <= 1 {
        return crate::vectorised::<S, _>(Block { join, data, stride, first, width });
    }
    let (front, back) = data.split_at(blocks.next_power_of_two() / 2 * ROWS * stride);
    let half = |part| columns(join, part, stride, first, width);
    let large = blocks * ROWS * width > GRAIN;
    let (mut a, b) = if large { parallel::both(|| half(front), || half(back)) } else { (half(front), half(back)) };
    for (a, b) in a.iter_mut().zip(b) {
        *a = join.join(*a, b);
    }
    a
}

struct Block<'a, S, J> {
    join: J,
    data: &'a [S],
    stride: usize,
    first: usize,
    width: usize,
}

impl<S: Scalar, J: Join<S>> Loop for Block<'_, S, J> {
    type Output = [S; STRIP];

    #[inline(always)]
    fn call(self) -> [S; STRIP] {
        let mut joined = [self.join.start(); STRIP];
        for row in self.data.chunks_exact(self.stride) {
            let part = &row[self.first..][..self.width];
            if let Some(part) = part.first_chunk::<STRIP>() {
                for (to, x) in joined.iter_mut().zip(part) {
                    *to = self.join.join(*to, *x);
                }
            } else {
                for (to, x) in joined.iter_mut().zip(part) {
                    *to = self.join.join(*to, *x);
                }
            }
        }
        joined
    }
}
