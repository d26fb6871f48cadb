//! Strided views: how to read a slice in another shape.
//!
//! A view gives to the index (i₀, i₁, …) the element at offset + i₀·s₀ + i₁·s₁ + …. A repeated axis has stride 0, a
//! reversed one a negative stride, a transposed matrix its strides swapped. Axes that lie one after the other in
//! memory are joined when a layout is made, so that reading runs over the longest pieces there are.

use std::ops::Range;

/// The most axes a view can have.
pub const MAX_RANK: usize = 6;

/// How to read a strided view of a slice in row-major order.
///
/// ```
/// use diabolo_kernels::Layout;
/// // The row (1, 2, 3), repeated to the shape 2 × 3.
/// let layout = Layout::broadcast(&[3], &[2, 3]);
/// let mut out = [0; 6];
/// layout.read(&[1, 2, 3], 0, &mut out);
/// assert_eq!(out, [1, 2, 3, 1, 2, 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    extents: [usize; MAX_RANK],
    strides: [isize; MAX_RANK],
    offset: usize,
    rank: usize,
}

impl Layout {
    /// The whole of a slice in row-major order.
    #[track_caller]
    pub fn contiguous(shape: &[usize]) -> Self {
        Self::new(shape, &row_major(shape)[..shape.len()], 0)
    }

    /// A view of the given shape, one stride an axis, that starts at `offset`; all counted in elements.
    ///
    /// # Panics
    /// If there are more than [`MAX_RANK`] axes, or not as many strides as extents.
    #[track_caller]
    pub fn new(shape: &[usize], strides: &[isize], offset: usize) -> Self {
        assert!(shape.len() <= MAX_RANK, "a view has at most {MAX_RANK} axes, this one {}", shape.len());
        assert_eq!(shape.len(), strides.len(), "a view needs one stride an axis");
        let mut layout = Self { extents: [1; MAX_RANK], strides: [0; MAX_RANK], offset, rank: 0 };
        for (&extent, &stride) in shape.iter().zip(strides).filter(|(extent, _)| **extent != 1) {
            layout.push(extent, stride);
        }
        layout
    }

    /// Appends an axis, or lengthens the last one where the two lie one after the other.
    fn push(&mut self, extent: usize, stride: isize) {
        if let Some(last) = self.rank.checked_sub(1)
            && self.strides[last] == stride * extent as isize
        {
            (self.extents[last], self.strides[last]) = (self.extents[last] * extent, stride);
        } else {
            (self.extents[self.rank], self.strides[self.rank]) = (extent, stride);
            self.rank += 1;
        }
    }

    /// A contiguous array of shape `from`, repeated to the shape `to` by numpy's rules: shapes are aligned at their
    /// last axes, and an axis of extent 1, or one that `from` does not have, is repeated.
    ///
    /// # Panics
    /// If `from` cannot be broadcast to `to`.
    #[track_caller]
    pub fn broadcast(from: &[usize], to: &[usize]) -> Self {
        let strides = row_major(from);
        let extra = to.len().checked_sub(from.len());
        let extra = extra.unwrap_or_else(|| panic!("{from:?} cannot be broadcast to {to:?}"));
        let mut repeated = [0; MAX_RANK];
        for (axis, (&have, &want)) in from.iter().zip(&to[extra..]).enumerate() {
            assert!(have == want || have == 1, "{from:?} cannot be broadcast to {to:?}");
            repeated[extra + axis] = if have == want { strides[axis] } else { 0 };
        }
        Self::new(to, &repeated[..to.len()], 0)
    }

    /// A contiguous array of shape `shape` with its axes reordered: axis `i` of the view is axis `axes[i]` of the array.
    ///
    /// # Panics
    /// If `axes` is not as long as `shape` or names an axis that is not there.
    #[track_caller]
    pub fn permuted(shape: &[usize], axes: &[usize]) -> Self {
        assert_eq!(shape.len(), axes.len(), "a permutation names every axis");
        let (all, mut extents, mut strides) = (row_major(shape), [0; MAX_RANK], [0; MAX_RANK]);
        for (i, &axis) in axes.iter().enumerate() {
            (extents[i], strides[i]) = (shape[axis], all[axis]);
        }
        Self::new(&extents[..axes.len()], &strides[..axes.len()], 0)
    }

    /// The part of a contiguous array of shape `shape` that starts at `start` and has these extents.
    ///
    /// # Panics
    /// If `start` or `extents` is not as long as `shape`.
    #[track_caller]
    pub fn window(shape: &[usize], start: &[usize], extents: &[usize]) -> Self {
        assert_eq!(shape.len(), start.len(), "a window starts somewhere along every axis");
        let strides = row_major(shape);
        let offset = start.iter().zip(&strides).map(|(&start, &stride)| start * stride as usize).sum();
        Self::new(extents, &strides[..shape.len()], offset)
    }

    /// The number of elements of the view.
    pub fn len(&self) -> usize {
        self.extents[..self.rank].iter().product()
    }

    /// Whether the view has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where element `i` of the view, in row-major order, lies in the slice.
    ///
    /// # Panics
    /// If the view ends before that, or reaches outside of memory.
    #[track_caller]
    pub fn at(&self, i: usize) -> usize {
        assert!(i < self.len(), "a view was read beyond its end");
        usize::try_from(self.place(&self.index(i))).expect("a view reaches outside its data")
    }

    /// Copies the elements `first .. first + out.len()` of the view, in row-major order, from `data` into `out`.
    ///
    /// # Panics
    /// If the view ends before that, or reaches outside `data`.
    #[track_caller]
    pub fn read<S: Copy>(&self, data: &[S], first: usize, out: &mut [S]) {
        self.each_run(first, out.len(), |start, stride, run| read_run(data, start, stride, &mut out[run]));
    }

    /// Copies `from` over the elements of the view, in row-major order; the rest of `data` stays as it is.
    ///
    /// ```
    /// use diabolo_kernels::Layout;
    /// let mut data = [0; 6]; // 2 × 3
    /// Layout::window(&[2, 3], &[0, 1], &[2, 2]).write(&[1, 2, 3, 4], &mut data);
    /// assert_eq!(data, [0, 1, 2, 0, 3, 4]);
    /// ```
    ///
    /// # Panics
    /// If `from` does not have as many elements as the view, or the view reaches outside `data`.
    #[track_caller]
    pub fn write<S: Copy>(&self, from: &[S], data: &mut [S]) {
        assert_eq!(from.len(), self.len(), "a view is written whole");
        self.each_run(0, from.len(), |start, stride, run| write_run(&from[run], data, start, stride));
    }

    /// The straight pieces of the elements `first .. first + len`: where each starts, its stride, and its place among them.
    #[track_caller]
    #[inline(always)]
    fn each_run(&self, first: usize, len: usize, mut see: impl FnMut(isize, isize, Range<usize>)) {
        assert!(first + len <= self.len(), "a view was read beyond its end");
        let inner = self.rank.saturating_sub(1); // a view without axes has one element, as one with an axis of extent 1
        let (mut index, mut done) = (self.index(first), 0);
        while done < len {
            let length = (self.extents[inner] - index[inner]).min(len - done);
            see(self.place(&index), self.strides[inner], done..done + length);
            done += length;
            index[inner] += length;
            self.carry(&mut index);
        }
    }

    /// The extents and strides of the axes, joined where they lie one after the other.
    pub(crate) fn axes(&self) -> (&[usize], &[isize]) {
        (&self.extents[..self.rank], &self.strides[..self.rank])
    }

    /// The first elements along the last `count` axes: the view without those axes.
    pub(crate) fn without_last(&self, count: usize) -> Self {
        let rank = self.rank - count;
        let (mut extents, mut strides) = (self.extents, self.strides);
        extents[rank..].fill(1);
        strides[rank..].fill(0);
        Self { extents, strides, rank, ..*self }
    }

    /// The index of element `i`.
    fn index(&self, i: usize) -> [usize; MAX_RANK] {
        let (mut index, mut rest) = ([0; MAX_RANK], i);
        for axis in (0..self.rank).rev() {
            (index[axis], rest) = (rest % self.extents[axis].max(1), rest / self.extents[axis].max(1));
        }
        index
    }

    fn place(&self, index: &[usize; MAX_RANK]) -> isize {
        let steps = index.iter().zip(&self.strides).map(|(&i, &stride)| i as isize * stride);
        self.offset as isize + steps.sum::<isize>()
    }

    /// Turns the odometer over after its last wheel has been moved.
    fn carry(&self, index: &mut [usize; MAX_RANK]) {
        for axis in (1..self.rank).rev() {
            if index[axis] < self.extents[axis] {
                break;
            }
            index[axis] = 0;
            index[axis - 1] += 1;
        }
    }
}

/// Elements `start`, `start + stride`, … of `data`.
#[inline]
fn read_run<S: Copy>(data: &[S], start: isize, stride: isize, out: &mut [S]) {
    let last = start + (out.len() as isize - 1) * stride;
    let inside = |at: isize| usize::try_from(at).ok().filter(|at| *at < data.len());
    let (Some(start), Some(last)) = (inside(start), inside(last)) else { panic!("a view reaches outside its data") };
    match stride {
        0 => out.fill(data[start]),
        1 => out.copy_from_slice(&data[start..=last]),
        2.. => out.iter_mut().zip(data[start..].iter().step_by(stride as usize)).for_each(|(to, from)| *to = *from),
        _ => {
            let backwards = data[..=start].iter().rev().step_by(stride.unsigned_abs());
            out.iter_mut().zip(backwards).for_each(|(to, from)| *to = *from);
        }
    }
}

/// Copies `from` over the elements `start`, `start + stride`, … of `data`.
#[inline]
fn write_run<S: Copy>(from: &[S], data: &mut [S], start: isize, stride: isize) {
    for (&value, at) in from.iter().zip((0..).map(|i| start + i * stride)) {
        let to = usize::try_from(at).ok().and_then(|at| data.get_mut(at));
        *to.expect("a view reaches outside its data") = value;
    }
}

/// The strides of a contiguous array.
#[track_caller]
fn row_major(shape: &[usize]) -> [isize; MAX_RANK] {
    assert!(shape.len() <= MAX_RANK, "a view has at most {MAX_RANK} axes, this one {}", shape.len());
    let (mut strides, mut stride) = ([0; MAX_RANK], 1);
    for axis in (0..shape.len()).rev() {
        strides[axis] = stride;
        stride *= shape[axis] as isize;
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cut of the view into pieces reads the same elements as its definition.
    fn check(layout: Layout, data: &[u32], expected: &[u32]) {
        assert_eq!(layout.len(), expected.len());
        for piece in 1..=expected.len().max(1) {
            let mut out = vec![0; expected.len()];
            for (i, part) in out.chunks_mut(piece).enumerate() {
                layout.read(data, i * piece, part);
            }
            assert_eq!(out, expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn contiguous_broadcast_and_permuted_views() {
        let data: Vec<u32> = (0..24).collect();
        check(Layout::contiguous(&[2, 3, 4]), &data, &data);
        check(Layout::contiguous(&[]), &data, &[0]);
        check(Layout::contiguous(&[3, 0]), &data, &[]);
        check(Layout::broadcast(&[2, 1], &[2, 3]), &data, &[0, 0, 0, 1, 1, 1]);
        check(Layout::broadcast(&[3], &[2, 3]), &data, &[0, 1, 2, 0, 1, 2]);
        check(Layout::broadcast(&[], &[2, 2]), &data, &[0; 4]);
        check(Layout::broadcast(&[2, 1, 2], &[2, 2, 2]), &data, &[0, 1, 0, 1, 2, 3, 2, 3]);
        check(Layout::permuted(&[2, 3], &[1, 0]), &data, &[0, 3, 1, 4, 2, 5]);
        let turned: Vec<u32> =
            (0..4).flat_map(|k| (0..2).flat_map(move |i| (0..3).map(move |j| 12 * i + 4 * j + k))).collect();
        check(Layout::permuted(&[2, 3, 4], &[2, 0, 1]), &data, &turned);
    }

    #[test]
    fn negative_strides_and_offsets() {
        let data: Vec<u32> = (0..12).collect();
        check(Layout::new(&[4], &[-1], 3), &data, &[3, 2, 1, 0]);
        check(Layout::new(&[2, 3], &[6, -2], 5), &data, &[5, 3, 1, 11, 9, 7]);
        check(Layout::new(&[2, 2], &[-4, 3], 8), &data, &[8, 11, 4, 7]);
    }

    #[test]
    fn windows_are_read_and_written() {
        let data: Vec<u32> = (0..24).collect();
        check(Layout::window(&[4, 6], &[1, 2], &[2, 3]), &data, &[8, 9, 10, 14, 15, 16]);
        check(
            Layout::window(&[2, 3, 4], &[0, 1, 0], &[2, 2, 4]),
            &data,
            &[(4..12), (16..24)].map(Vec::from_iter).concat(),
        );
        check(Layout::window(&[4, 6], &[4, 0], &[0, 6]), &data, &[]);
    }

    #[test]
    fn what_is_written_through_a_view_is_read_through_it() {
        let views = [
            Layout::window(&[4, 6], &[1, 2], &[3, 4]),
            Layout::permuted(&[2, 3, 4], &[2, 0, 1]),
            Layout::new(&[2, 3], &[6, -2], 5),
            Layout::new(&[], &[], 7),
        ];
        for view in views {
            let from: Vec<u32> = (100..).take(view.len()).collect();
            let (mut data, mut back) = (vec![0; 24], vec![0; from.len()]);
            view.write(&from, &mut data);
            view.read(&data, 0, &mut back);
            assert_eq!(back, from);
            assert_eq!(data.iter().filter(|x| **x > 0).count(), from.len(), "and nothing else is written");
            assert!((0..view.len()).all(|i| data[view.at(i)] == from[i]));
        }
    }

    #[test]
    #[should_panic(expected = "cannot be broadcast")]
    fn shapes_that_do_not_fit() {
        let _ = Layout::broadcast(&[2], &[3]);
    }

    #[test]
    #[should_panic(expected = "outside its data")]
    fn a_view_larger_than_its_data() {
        Layout::new(&[4], &[1], 2).read(&[0; 5], 0, &mut [0; 4]);
    }
}
