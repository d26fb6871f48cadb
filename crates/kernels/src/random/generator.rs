//! A key's words in order, for the traits of `rand`.

use std::convert::Infallible;

use rand::TryRng;

use super::Key;

/// A sequence of random numbers from one [`Key`], for `rand` and `rand_distr`.
#[derive(Clone, Debug)]
pub struct Generator {
    key: Key,
    block: u32,
    words: [u32; 4],
    used: usize,
}

impl Generator {
    pub(super) fn new(key: Key) -> Self {
        Self { key, block: 0, words: [0; 4], used: 4 }
    }
}

impl TryRng for Generator {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            (self.words, self.used) = (self.key.words(self.block), 0);
            self.block = self.block.wrapping_add(1);
        }
        self.used += 1;
        Ok(self.words[self.used - 1])
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = self.try_next_u32()?;
        Ok(u64::from(low) | u64::from(self.try_next_u32()?) << 32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(4) {
            part.copy_from_slice(&self.try_next_u32()?.to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}
