//! Blocks of 16 × 16 numbers of 32 bits, turned by AVX-512 shuffles.
//!
//! ```text
//!   quarters          a₀a₁a₂a₃ e₀… i₀… m₀…   a register takes four columns of rows 0, 4, 8 and 12, another one those of
//!                     b₀b₁b₂b₃ f₀… j₀… n₀…   rows 1, 5, 9 and 13, and so on: loads that put a quarter in its place
//!   pairs of rows     a₀b₀a₁b₁ e₀…           two registers are interleaved,
//!   fours of rows     a₀b₀c₀d₀ e₀… i₀… m₀…   then two such pairs: a column of the block
//! ```
//!
//! 32 shuffles move 256 numbers, since loads do the half of the work that crosses quarters; one after the other they would be
//! 256 loads and as many stores.

use std::arch::x86_64::{__m128, __m512};

use pulp::bytemuck::cast;
use pulp::x86::V4;

use super::BLOCK;

/// Sixteen rows, of one length and at least so long, become columns `i` to `i + 15` of `to`.
// Plain loops: what a closure holds is not compiled for the wide instruction set.
#[inline(always)]
pub(crate) fn turn_band(v4: V4, rows: [&[f32]; BLOCK], to: &mut [f32], to_stride: usize, i: usize) {
    let columns = rows[0].len();
    let mut band = rows;
    for r in 0..BLOCK {
        band[r] = &rows[r][..columns];
    }
    for j in (0..columns).step_by(BLOCK) {
        // The last block may overlap the one before.
        let j = j.min(columns - BLOCK);
        let out = turned(v4, band, j);
        let mut lines = to[j * to_stride..].chunks_exact_mut(to_stride);
        for out in out {
            let line = lines.next().expect(INSIDE);
            *line[i..].first_chunk_mut().expect(INSIDE) = cast::<_, [f32; BLOCK]>(out);
        }
    }
}

/// The sixteen columns from number `j` on.
#[inline(always)]
fn turned(v4: V4, rows: [&[f32]; BLOCK], j: usize) -> [__m512; BLOCK] {
    let f = v4.avx512f;
    let zero = f._mm512_setzero_ps();
    // `fours[r][c]`: columns 4c to 4c + 3 of rows r, r + 4, r + 8 and r + 12, a quarter of a register each.
    let mut fours = [[zero; 4]; 4];
    for r in 0..4 {
        let mut lines = [[cast::<_, __m128>([0.0_f32; 4]); 4]; 4];
        for q in 0..4 {
            lines[q] = cast::<[f32; BLOCK], _>(*rows[4 * q + r][j..].first_chunk().expect(INSIDE));
        }
        for c in 0..4 {
            let four = f._mm512_castps128_ps512(lines[0][c]);
            let four = f._mm512_insertf32x4::<1>(four, lines[1][c]);
            let four = f._mm512_insertf32x4::<2>(four, lines[2][c]);
            fours[r][c] = f._mm512_insertf32x4::<3>(four, lines[3][c]);
        }
    }
    let mut out = [zero; BLOCK];
    for c in 0..4 {
        let [low, high] = [interleaved(v4, fours[0][c], fours[1][c]), interleaved(v4, fours[2][c], fours[3][c])];
        for half in 0..2 {
            let (x, y) = (f._mm512_castps_pd(low[half]), f._mm512_castps_pd(high[half]));
            out[4 * c + 2 * half] = f._mm512_castpd_ps(f._mm512_unpacklo_pd(x, y));
            out[4 * c + 2 * half + 1] = f._mm512_castpd_ps(f._mm512_unpackhi_pd(x, y));
        }
    }
    out
}

const INSIDE: &str = "a block lies inside the matrix";

#[inline(always)]
fn interleaved(v4: V4, a: __m512, b: __m512) -> [__m512; 2] {
    [v4.avx512f._mm512_unpacklo_ps(a, b), v4.avx512f._mm512_unpackhi_ps(a, b)]
}
