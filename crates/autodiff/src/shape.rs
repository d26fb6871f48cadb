//! Shapes of up to six axes, and sets of axes, without allocation.

use std::fmt;
use std::ops::Deref;

use diabolo_kernels::MAX_RANK;

/// The extents of a tensor, row-major.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    extents: [usize; MAX_RANK],
    rank: usize,
}

impl Shape {
    /// The shape with these extents; `&[]` is the shape of a single number.
    ///
    /// # Panics
    /// If there are more than six.
    #[track_caller]
    pub fn new(extents: &[usize]) -> Self {
        assert!(extents.len() <= MAX_RANK, "a tensor has at most {MAX_RANK} axes, here {}", extents.len());
        let mut all = [1; MAX_RANK];
        all[..extents.len()].copy_from_slice(extents);
        Self { extents: all, rank: extents.len() }
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.iter().product()
    }

    /// The shape that both can be repeated to: aligned at the last axis, an extent of 1 is repeated.
    pub fn broadcast(&self, other: &Self) -> Option<Self> {
        let (long, short) = if self.rank >= other.rank { (self, other) } else { (other, self) };
        let mut common = *long;
        let lead = long.rank - short.rank;
        for (to, &from) in common.extents[lead..].iter_mut().zip(short.iter()) {
            match (*to, from) {
                (a, b) if a == b => {}
                (1, b) => *to = b,
                (_, 1) => {}
                _ => return None,
            }
        }
        Some(common)
    }

    /// This shape without the axes in `axes`.
    pub fn without(&self, axes: Axes) -> Self {
        let mut kept = Self::new(&[]);
        for (axis, &extent) in self.iter().enumerate() {
            if !axes.contains(&axis) {
                kept.extents[kept.rank] = extent;
                kept.rank += 1;
            }
        }
        kept
    }

    /// This shape with another axis, of this extent, in front of axis `axis` (behind the last, if that is the number of axes).
    ///
    /// # Panics
    /// If there is no such place, or there are six axes already.
    #[track_caller]
    pub fn with_axis(mut self, axis: usize, extent: usize) -> Self {
        let rank = self.rank;
        assert!(axis <= rank && rank < MAX_RANK, "there is no place {axis} for another axis among {rank}");
        self.extents[axis..=rank].rotate_right(1);
        (self.extents[axis], self.rank) = (extent, rank + 1);
        self
    }

    /// This shape with extent 1 at the axes in `axes`.
    ///
    /// # Panics
    /// If there is no such axis.
    #[track_caller]
    pub fn with_ones(&self, axes: Axes) -> Self {
        axes.iter().fold(*self, |shape, &axis| shape.with_extent(axis, 1))
    }

    /// This shape with another extent at one axis.
    ///
    /// # Panics
    /// If there is no such axis.
    #[track_caller]
    pub fn with_extent(mut self, axis: usize, extent: usize) -> Self {
        assert!(axis < self.rank, "there is no axis {axis} in a tensor of {} axes", self.rank);
        self.extents[axis] = extent;
        self
    }
}

impl Deref for Shape {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.extents[..self.rank]
    }
}

/// `(3, 4)`
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, extent) in self.iter().enumerate() {
            write!(f, "{}{extent}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of axes, which reads as an ascending list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axes {
    axes: [usize; MAX_RANK],
    count: usize,
}

impl Axes {
    /// The set of these axes.
    ///
    /// # Panics
    /// If an axis is named twice or lies beyond the sixth.
    #[track_caller]
    pub fn new(axes: &[usize]) -> Self {
        let mut named = [false; MAX_RANK];
        for &axis in axes {
            assert!(axis < MAX_RANK, "a tensor has at most {MAX_RANK} axes, so none is numbered {axis}");
            assert!(!named[axis], "axis {axis} is named twice");
            named[axis] = true;
        }
        Self::where_true(|axis| named[axis])
    }

    /// All axes of a tensor of this rank.
    pub fn all(rank: usize) -> Self {
        Self::where_true(|axis| axis < rank)
    }

    /// The axes that a test holds for.
    pub(crate) fn where_true(mut test: impl FnMut(usize) -> bool) -> Self {
        let mut set = Self { axes: [0; MAX_RANK], count: 0 };
        for axis in (0..MAX_RANK).filter(|&axis| test(axis)) {
            set.axes[set.count] = axis;
            set.count += 1;
        }
        set
    }

    /// Whether a tensor of this shape has all the axes, or in words which it lacks.
    pub(crate) fn fit(&self, shape: Shape) -> Result<(), String> {
        self.last()
            .filter(|&&axis| axis >= shape.len())
            .map_or(Ok(()), |axis| Err(format!("there is no axis {axis} in a tensor of {} axes", shape.len())))
    }
}

impl Deref for Axes {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.axes[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcast_follows_the_usual_rules() {
        let to = |a: &[usize], b: &[usize]| Shape::new(a).broadcast(&Shape::new(b)).map(|s| s.to_vec());
        assert_eq!(to(&[3, 4], &[4]), Some(vec![3, 4]));
        assert_eq!(to(&[3, 1], &[1, 4]), Some(vec![3, 4]));
        assert_eq!(to(&[], &[2, 2]), Some(vec![2, 2]));
        assert_eq!(to(&[0], &[1]), Some(vec![0]));
        assert_eq!(to(&[3], &[4]), None);
        assert_eq!(to(&[0], &[2]), None);
    }

    #[test]
    fn without_drops_axes() {
        assert_eq!(&*Shape::new(&[2, 3, 4]).without(Axes::new(&[1])), &[2, 4]);
        assert_eq!(&*Shape::new(&[2, 3]).without(Axes::all(2)), &[] as &[usize]);
    }

    #[test]
    fn extents_are_replaced_one_at_a_time_or_by_ones() {
        let shape = Shape::new(&[2, 3, 4]);
        assert_eq!(shape.with_extent(1, 7), Shape::new(&[2, 7, 4]));
        assert_eq!(shape.with_ones(Axes::new(&[0, 2])), Shape::new(&[1, 3, 1]));
    }

    #[test]
    fn an_axis_is_added_anywhere() {
        let shape = Shape::new(&[2, 3]);
        assert_eq!([0, 1, 2].map(|axis| shape.with_axis(axis, 7).to_vec()), [[7, 2, 3], [2, 7, 3], [2, 3, 7]]);
        assert_eq!(Shape::new(&[]).with_axis(0, 4), Shape::new(&[4]));
    }
}
