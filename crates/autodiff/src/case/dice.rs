//! Random choices of a check, as a function of a key.

use diabolo_kernels::random::Key;

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
}
