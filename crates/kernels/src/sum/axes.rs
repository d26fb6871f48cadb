//! Sums over axes of an array.
//!
//! Neighbouring axes of one kind are joined, so that what is left alternates between kept and summed. One summed group
//! at a time is taken away, the last first, each in one of two ways:
//!
//! ```text
//!   (outer, n)          sums of rows: the lanes and the tree of `sum`, along each row
//!   (outer, n, inner)   sums of columns: 64 of them side by side, a tree over blocks of 64 rows
//! ```

use pulp::NullaryFnOnce;

use super::{CHUNK, Identity, in_lanes, sum};
use crate::parallel::{self, Divisible};
use crate::{Buffer, MAX_RANK, Scalar};

/// Elements that one thread reads at a time.
const GRAIN: usize = 32 * 1024;
/// Columns that are summed side by side.
const STRIP: usize = 64;
/// Rows that are added one after the other.
const ROWS: usize = 64;

/// Sums of the array `data` of the given shape over `axes`, into `out`, which holds the axes that are kept, in order.
///
/// Nothing is allocated unless summed axes lie apart from each other.
///
/// ```
/// let (mut columns, mut rows) = ([0.0; 3], [0.0; 2]);
/// let data = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]; // 2 × 3
/// diabolo_kernels::sum_axes(&data, &[2, 3], &[0], &mut columns);
/// diabolo_kernels::sum_axes(&data, &[2, 3], &[1], &mut rows);
/// assert_eq!((columns, rows), ([5.0, 7.0, 9.0], [6.0, 15.0]));
/// ```
///
/// # Panics
/// If sizes do not fit, an axis is not there, or there are more than [`MAX_RANK`] axes.
#[track_caller]
pub fn sum_axes<S: Scalar>(data: &[S], shape: &[usize], axes: &[usize], out: &mut [S]) {
    assert!(shape.len() <= MAX_RANK, "an array has at most {MAX_RANK} axes, this one {}", shape.len());
    assert!(axes.iter().all(|a| *a < shape.len()), "a sum over the axes {axes:?} of an array of shape {shape:?}");
    assert_eq!(data.len(), shape.iter().product(), "data of a sum does not have the shape {shape:?}");
    let kept: usize = (0..shape.len()).filter(|axis| !axes.contains(axis)).map(|axis| shape[axis]).product();
    assert_eq!(out.len(), kept, "a sum of {shape:?} over the axes {axes:?} has {kept} elements");
    if data.is_empty() {
        return out.fill(S::zero());
    }
    let (mut groups, mut count) = ([(1, false); MAX_RANK], 0);
    for (axis, &extent) in shape.iter().enumerate() {
        let summed = axes.contains(&axis);
        if count > 0 && groups[count - 1].1 == summed {
            groups[count - 1].0 *= extent;
        } else {
            groups[count] = (extent, summed);
            count += 1;
        }
    }
    reduce(data, &groups[..count], out);
}

/// Takes the last summed group away, then the others.
fn reduce<S: Scalar>(data: &[S], groups: &[(usize, bool)], out: &mut [S]) {
    let Some(last) = groups.iter().rposition(|(_, summed)| *summed) else { return out.copy_from_slice(data) };
    let n = groups[last].0;
    let inner = groups.get(last + 1).map_or(1, |(extent, _)| *extent);
    if groups[..last].iter().all(|(_, summed)| !summed) {
        return reduce_middle(data, n, inner, out);
    }
    let mut partial = Buffer::zeros(data.len() / n);
    reduce_middle(data, n, inner, &mut partial);
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
    reduce(&partial, &rest[..count], out);
}

/// out (outer × inner) = Σ over the middle axis of data (outer × n × inner).
fn reduce_middle<S: Scalar>(data: &[S], n: usize, inner: usize, out: &mut [S]) {
    if inner == 1 && out.len() == 1 {
        out[0] = sum(data);
    } else if inner == 1 {
        parallel::run(Rows { data, n, out }, (GRAIN / n).max(1));
    } else {
        parallel::run(Planes { data, n, inner, out }, (GRAIN / (n * inner)).max(1));
    }
}

struct Rows<'a, S> {
    data: &'a [S],
    n: usize,
    out: &'a mut [S],
}

impl<S: Scalar> Divisible for Rows<'_, S> {
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
            *to = sum(row);
        }
    }
}

impl<S: Scalar> NullaryFnOnce for Rows<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (to, row) in self.out.iter_mut().zip(self.data.chunks_exact(self.n)) {
            *to = in_lanes(Identity, [row]);
        }
    }
}

/// One matrix n × inner after the other, each to its sums of columns.
struct Planes<'a, S> {
    data: &'a [S],
    n: usize,
    inner: usize,
    out: &'a mut [S],
}

impl<S: Scalar> Divisible for Planes<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.inner
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (a, b) = self.data.split_at(at * self.n * self.inner);
        let (front, back) = self.out.split_at_mut(at * self.inner);
        (Self { data: a, out: front, ..self }, Self { data: b, out: back, ..self })
    }

    fn run(self) {
        let Self { data, n, inner, out } = self;
        for (out, data) in out.chunks_exact_mut(inner).zip(data.chunks_exact(n * inner)) {
            parallel::run(Strips { data, columns: inner, first: 0, out }, (GRAIN / n).max(1).next_multiple_of(STRIP));
        }
    }
}

/// The columns from `first` on, as many as `out` holds.
struct Strips<'a, S> {
    data: &'a [S],
    columns: usize,
    first: usize,
    out: &'a mut [S],
}

impl<S: Scalar> Divisible for Strips<'_, S> {
    fn units(&self) -> usize {
        self.out.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at);
        (Self { out: front, ..self }, Self { out: back, first: self.first + at, ..self })
    }

    fn run(self) {
        for (first, out) in (self.first..).step_by(STRIP).zip(self.out.chunks_mut(STRIP)) {
            let sums = columns(self.data, self.columns, first, out.len());
            out.copy_from_slice(&sums[..out.len()]);
        }
    }
}

/// Sums of `width` columns from `first` on, by halves of the rows down to blocks.
fn columns<S: Scalar>(data: &[S], stride: usize, first: usize, width: usize) -> [S; STRIP] {
    let blocks = (data.len() / stride).div_ceil(ROWS);
    if blocks <= 1 {
        return crate::vectorised::<S, _>(Block { data, stride, first, width });
    }
    let (front, back) = data.split_at(blocks.next_power_of_two() / 2 * ROWS * stride);
    let sums = |part| columns(part, stride, first, width);
    let large = blocks * ROWS * width > GRAIN;
    let (mut a, b) = if large { rayon::join(|| sums(front), || sums(back)) } else { (sums(front), sums(back)) };
    for (a, b) in a.iter_mut().zip(b) {
        *a += b;
    }
    a
}

struct Block<'a, S> {
    data: &'a [S],
    stride: usize,
    first: usize,
    width: usize,
}

impl<S: Scalar> NullaryFnOnce for Block<'_, S> {
    type Output = [S; STRIP];

    #[inline(always)]
    fn call(self) -> [S; STRIP] {
        let mut sums = [S::zero(); STRIP];
        for row in self.data.chunks_exact(self.stride) {
            let part = &row[self.first..][..self.width];
            if let Some(part) = part.first_chunk::<STRIP>() {
                for (sum, x) in sums.iter_mut().zip(part) {
                    *sum += *x;
                }
            } else {
                for (sum, x) in sums.iter_mut().zip(part) {
                    *sum += *x;
                }
            }
        }
        sums
    }
}
