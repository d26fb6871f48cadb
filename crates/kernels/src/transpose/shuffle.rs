//! A block of 16 × 16 numbers of 32 bits, turned by AVX-512 shuffles.
//!
//! ```text
//!   pairs of rows     a₀ b₀ a₁ b₁ …     two rows are interleaved, four numbers at a time,
//!   fours of rows     a₀ b₀ c₀ d₀ …     then two such pairs: a column of each of the 4 × 4 blocks;
//!   sixteen rows      a₀ b₀ … p₀        then quarters of registers are sorted by where they belong.
//! ```
//!
//! 64 shuffles move 256 numbers; one after the other they would be 256 loads and as many stores.

use std::arch::x86_64::__m512;

use pulp::bytemuck::cast;
use pulp::x86::V4;

use super::BLOCK;

/// Element (r, c) goes to (c, r).
// Plain loops: what a closure holds is not compiled for the wide instruction set.
#[inline(always)]
pub(crate) fn turned(v4: V4, block: [[f32; BLOCK]; BLOCK]) -> [[f32; BLOCK]; BLOCK] {
    let f = v4.avx512f;
    let rows: [__m512; BLOCK] = cast(block);
    let mut pairs = rows;
    for p in 0..8 {
        pairs[2 * p] = f._mm512_unpacklo_ps(rows[2 * p], rows[2 * p + 1]);
        pairs[2 * p + 1] = f._mm512_unpackhi_ps(rows[2 * p], rows[2 * p + 1]);
    }
    let mut out = rows;
    for c in 0..4 {
        // Column c of each 4 × 4 block, for the four groups of four rows.
        let mut four = [rows[0]; 4];
        for q in 0..4 {
            let x = f._mm512_castps_pd(pairs[4 * q + c / 2]);
            let y = f._mm512_castps_pd(pairs[4 * q + 2 + c / 2]);
            let joined = if c % 2 == 0 { f._mm512_unpacklo_pd(x, y) } else { f._mm512_unpackhi_pd(x, y) };
            four[q] = f._mm512_castpd_ps(joined);
        }
        let [even, odd] = quarters(v4, [four[0], four[1]]);
        let [even_below, odd_below] = quarters(v4, [four[2], four[3]]);
        [out[c], out[8 + c]] = quarters(v4, [even, even_below]);
        [out[4 + c], out[12 + c]] = quarters(v4, [odd, odd_below]);
    }
    cast(out)
}

/// Quarters 0 and 2 of both registers, and quarters 1 and 3.
#[inline(always)]
fn quarters(v4: V4, [a, b]: [__m512; 2]) -> [__m512; 2] {
    [v4.avx512f._mm512_shuffle_f32x4::<0x88>(a, b), v4.avx512f._mm512_shuffle_f32x4::<0xdd>(a, b)]
}
