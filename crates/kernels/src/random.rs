//! Random numbers as a pure function of where they are used.
//!
//! Every draw is keyed by *(seed, stream, epoch, step, site, block)*. Nothing is carried from one draw to the next, so a
//! resumed run draws what an uninterrupted one would have, any number of threads draws the same, and two layers never
//! share a mask. The generator is Philox4x32-10 of Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as
//! 1, 2, 3* (SC 2011): ten rounds that turn a counter into 128 random bits under a 64-bit key.
//!
//! ```text
//!   key      seed (64 bits)
//!   counter  block (32) · site (24) and stream (8) · step (32) · epoch (32)
//! ```

mod fill;
mod generator;
mod philox;

#[doc(hidden)]
pub use fill::Law;
pub(crate) use fill::compute;
pub use fill::{fill_mask, fill_normal, fill_uniform, fill_words, shuffle};
pub use generator::Generator;

use philox::philox;

/// What a draw is for; draws of different streams are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stream {
    /// Initial values of parameters.
    Init = 0,
    /// The order of samples in an epoch, and the split into training and test set.
    Shuffle = 1,
    /// Noise in training: dropout, corruption, reparameterisation.
    Noise = 2,
    /// Samples drawn from a trained model, and noise of a fixed key in evaluation.
    Sample = 3,
    /// Synthetic data.
    Data = 4,
}

/// The place of a draw: all of the key but the block, which the fills count themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    seed: u64,
    stream: Stream,
    epoch: u32,
    step: u32,
    site: u32,
}

impl Key {
    /// The key of a seed and a stream at epoch, step and site 0.
    pub fn new(seed: u64, stream: Stream) -> Self {
        Self { seed, stream, epoch: 0, step: 0, site: 0 }
    }

    /// The same key at another epoch and step.
    #[must_use]
    pub fn at(self, epoch: u32, step: u32) -> Self {
        Self { epoch, step, ..self }
    }

    /// The same key at another site: a layer, a call, a parameter.
    ///
    /// # Panics
    /// If `site` needs more than 24 bits.
    #[must_use]
    #[track_caller]
    pub fn site(self, site: u32) -> Self {
        assert!(site < 1 << 24, "site {site} does not fit in 24 bits");
        Self { site, ..self }
    }

    /// The four random words of a block.
    pub fn words(self, block: u32) -> [u32; 4] {
        self.blocks([block]).map(|[word]| word)
    }

    /// The random words of several blocks, word by word.
    #[inline(always)]
    fn blocks<const L: usize>(self, blocks: [u32; L]) -> [[u32; L]; 4] {
        let place = [self.site | (self.stream as u32) << 24, self.step, self.epoch].map(|word| [word; L]);
        philox([blocks, place[0], place[1], place[2]], [self.seed as u32, (self.seed >> 32) as u32])
    }

    /// A generator for the traits of `rand`, that reads this key's blocks in order.
    pub fn generator(self) -> Generator {
        Generator::new(self)
    }
}
