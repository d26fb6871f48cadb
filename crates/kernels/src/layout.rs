//! Strided views: how to read a slice in another shape.
//!
//! A view gives to the index (i₀, i₁, …) the element at offset + i₀·s₀ + i₁·s₁ + …. A repeated axis has stride 0, a
//! reversed one a negative stride, a transposed matrix its strides swapped. Axes that lie one after the other in
//! memory are joined when a layout is made, so that reading runs over the longest pieces there are.

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

    /// The number of elements of the view.
    pub fn len(&self) -> usize {
        self.extents[..self.rank].iter().product()
    }

    /// Whether the view has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies the elements `first .. first + out.len()` of the view, in row-major order, from `data` into `out`.
    ///
    /// # Panics
    /// If the view ends before that, or reaches outside `data`.
    #[track_caller]
    pub fn read<S: Copy>(&self, data: &[S], first: usize, out: &mut [S]) {
        assert!(first + out.len() <= self.len(), "a view was read beyond its end");
        let Some(inner) = self.rank.checked_sub(1) else {
            out.fill(*data.get(self.offset).expect("a view reaches outside its data"));
            return;
        };
        let (mut index, mut rest) = ([0; MAX_RANK], first);
        for axis in (0..self.rank).rev() {
            (index[axis], rest) = (rest % self.extents[axis].max(1), rest / self.extents[axis].max(1));
        }
        let mut out = out;
        while !out.is_empty() {
            let length = (self.extents[inner] - index[inner]).min(out.len());
            let (run, after) = out.split_at_mut(length);
            read_run(data, self.place(&index), self.strides[inner], run);
            out = after;
            index[inner] += length;
            self.carry(&mut index);
        }
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
