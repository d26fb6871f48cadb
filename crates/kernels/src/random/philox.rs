//! The generator of Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3* (SC 2011), figure 2.

/// Philox4x32-10: 128 random bits for a counter under a key, for `L` counters side by side, word by word.
#[expect(clippy::needless_range_loop, reason = "lanes of four arrays are read and written together")]
#[inline(always)]
pub(super) fn philox<const L: usize>(mut counter: [[u32; L]; 4], mut key: [u32; 2]) -> [[u32; L]; 4] {
    // The number is hidden, since ten rounds one after the other, for each fill and instruction set, are more code and slower.
    for _ in 0..std::hint::black_box(10) {
        for lane in 0..L {
            let [c0, c1, c2, c3] = [counter[0][lane], counter[1][lane], counter[2][lane], counter[3][lane]];
            let a = u64::from(c0) * 0xD251_1F53;
            let b = u64::from(c2) * 0xCD9E_8D57;
            counter[0][lane] = (b >> 32) as u32 ^ c1 ^ key[0];
            counter[1][lane] = b as u32;
            counter[2][lane] = (a >> 32) as u32 ^ c3 ^ key[1];
            counter[3][lane] = a as u32;
        }
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_published_answers() {
        // Known-answer vectors of the authors' Random123 library.
        let philox = |counter: [u32; 4], key| philox(counter.map(|word| [word]), key).map(|[word]| word);
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([!0; 4], [!0; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }
}
