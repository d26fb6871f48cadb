//! Random choices of a check, as a function of a key.

use std::ops::RangeInclusive;

use diabolo_kernels::random::Key;

use crate::shape::Axes;

/// Draws what a [`Case`](crate::Case) leaves open: extents, axes, indices.
///
/// ```
/// use diabolo_autodiff::Dice;
/// use diabolo_kernels::random::{Key, Stream};
///
/// let roll = || Dice::new(Key::new(7, Stream::Sample), 8).below(6);
/// assert_eq!(roll(), roll()); // the same key, the same choice
/// assert!(roll() < 6);
/// ```
#[derive(Clone, Debug)]
pub struct Dice {
    key: Key,
    rolls: u32,
    size: usize,
}

impl Dice {
    /// Dice that fall as `key` says, for samples with extents up to `size`.
    pub fn new(key: Key, size: usize) -> Self {
        Self { key, rolls: 0, size }
    }

    /// The largest extent that is asked for; at least 1.
    pub fn size(&self) -> usize {
        self.size.max(1)
    }

    /// A whole number below `end`.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn below(&mut self, end: usize) -> usize {
        assert!(end > 0, "there is no whole number below 0");
        let [low, high, ..] = self.key.words(self.rolls);
        self.rolls += 1;
        ((u64::from(high) << 32 | u64::from(low)) % end as u64) as usize
    }

    /// An extent between 1 and [`size`](Self::size).
    pub fn extent(&mut self) -> usize {
        1 + self.below(self.size())
    }

    /// As many extents as there are axes.
    pub fn shape(&mut self, axes: usize) -> Vec<usize> {
        (0..axes).map(|_| self.extent()).collect()
    }

    /// The shape of a tensor with so many axes, of no more elements than a matrix with the largest extents has.
    ///
    /// # Panics
    /// If the range is empty.
    #[track_caller]
    pub fn tensor(&mut self, axes: RangeInclusive<usize>) -> Vec<usize> {
        let rank = axes.start() + self.below(axes.end() + 1 - axes.start());
        let mut left = self.size() * self.size();
        let mut shape = vec![];
        for _ in 0..rank {
            let extent = 1 + self.below(left.min(self.size()));
            left /= extent;
            shape.push(extent);
        }
        if rank > 0 {
            shape.rotate_left(self.below(rank)); // so that the first is not always the largest
        }
        shape
    }

    /// Some of the axes of a tensor: each of them or not, with equal chances.
    pub fn axes(&mut self, rank: usize) -> Axes {
        Axes::where_true(|axis| self.below(2) == 0 && axis < rank)
    }
}

#[cfg(test)]
mod tests {
    use diabolo_kernels::random::{Key, Stream};

    use super::Dice;

    #[test]
    fn tensors_have_no_more_elements_than_a_matrix_and_reach_every_rank() {
        let mut ranks = [0; 5];
        for draw in 0..200 {
            let shape = Dice::new(Key::new(draw, Stream::Sample), 5).tensor(0..=4);
            assert!(shape.iter().product::<usize>() <= 25 && shape.iter().all(|extent| (1..=5).contains(extent)));
            ranks[shape.len()] += 1;
        }
        assert!(ranks.iter().all(|&count| count > 10), "{ranks:?}");
    }

    #[test]
    fn axes_are_any_set_of_those_that_are_there() {
        let sets: Vec<Vec<usize>> =
            (0..100).map(|draw| Dice::new(Key::new(draw, Stream::Sample), 5).axes(2).to_vec()).collect();
        for set in [&[][..], &[0], &[1], &[0, 1]] {
            assert!(sets.iter().any(|drawn| drawn == set), "{set:?}");
        }
        assert!(sets.iter().flatten().all(|&axis| axis < 2));
    }
}
