//! How much is checked.

use diabolo_kernels::random::{Key, Stream};

/// How much is checked, and at which random points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The seed of every random point, cotangent and direction. The same seed checks at the same points.
    pub seed: u64,
    /// How many times the inputs of each sample are drawn.
    pub draws: u32,
    /// How many samples of an op are drawn beside those of its file, with shapes and attributes at random; and for rules of
    /// single numbers, a hundred times as many points of the whole domain.
    pub samples: u32,
    /// The largest number of elements of one tensor that are moved one by one. Of a larger tensor that many are chosen at
    /// random, and all of them move together along one random direction.
    pub elements: usize,
}

impl Default for Settings {
    /// Seed 0, ten draws, twenty drawn samples, 64 elements of a tensor.
    fn default() -> Self {
        Self { seed: 0, draws: 10, samples: 20, elements: 64 }
    }
}

impl Settings {
    /// The key of one draw of one sample. Sites: inputs from 0 on, then those below.
    pub(crate) fn key(&self, draw: u32, sample: u32) -> Key {
        Key::new(self.seed, Stream::Sample).at(draw, sample)
    }

    /// At how many points of its domain a rule of single numbers is asked.
    pub(crate) fn points(&self) -> usize {
        100 * self.samples as usize
    }
}

/// The draws of points of the whole domain, beyond the number of any other.
pub(crate) const DOMAIN: u32 = 1 << 24;
/// The draws of small shapes, likewise.
pub(crate) const SMALL: u32 = 2 << 24;
/// Where cotangents are drawn, beyond the number of any input.
pub(crate) const COTANGENT: u32 = 1 << 16;
/// Where the direction of input i is drawn: here + i.
pub(crate) const DIRECTION: u32 = 2 << 16;
/// Where the elements of input i are chosen: here + i.
pub(crate) const CHOICE: u32 = 3 << 16;
/// Where shapes and attributes are drawn.
pub(crate) const SHAPE: u32 = 4 << 16;
/// Where directions for second derivatives are drawn: of input i, from here + 2i on.
pub(crate) const CURVATURE: u32 = 5 << 16;
/// Where the dice of a drawn sample fall, one site an attempt.
pub(crate) const DICE: u32 = 6 << 16;
/// Where the scale of input i is drawn: here + i.
pub(crate) const SCALE: u32 = 7 << 16;
/// Where the power of two is drawn that scales the inputs in which an op is linear.
pub(crate) const STEP: u32 = 8 << 16;
/// Where cotangents and directions at points nearby are drawn, from here on.
pub(crate) const NEARBY: u32 = 9 << 16;

/// In place of the number of a sample, for those drawn at random: small ones, the same with other scales, large ones to go
/// forward, large ones for the laws.
pub(crate) const DRAWN: [u32; 4] = [u32::MAX, u32::MAX - 1, u32::MAX - 2, u32::MAX - 3];
