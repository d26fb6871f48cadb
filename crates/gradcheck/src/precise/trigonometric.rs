//! sin x and cos x, for every finite x.
//!
//! ```text
//! x = q·π/2 + r, |r| ≤ π/4      sin r = r − r³/3! + …      cos r = 1 − r²/2! + …      q mod 4 says which of them, and the sign
//! ```
//!
//! x·2/π mod 4 is made of integers: x = M·2ᵉ, and of the binary places of 2/π those that M·2ᵉ turns into multiples of 4 are
//! left out, and 256 of the others used (Payne and Hanek, *Radian reduction for trigonometric functions*, SIGNUM Newsletter 18,
//! 1983). No f64 is nearer to a multiple of π/2 than 2⁻⁶², so r is within 2⁻¹⁰⁴ of the exact one, relative to it, and so are
//! sine and cosine.

use super::DoubleDouble;

/// The first 1280 binary places of 2/π.
const TWO_OVER_PI: [u64; 20] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];
/// π/2
const FRAC_PI_2: (f64, f64) = (std::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17);

pub(super) fn sin(x: DoubleDouble) -> DoubleDouble {
    turned(x, 0)
}

pub(super) fn cos(x: DoubleDouble) -> DoubleDouble {
    turned(x, 1)
}

/// sin (x + `turns`·π/2)
fn turned(x: DoubleDouble, turns: u64) -> DoubleDouble {
    if !x.is_finite() {
        return DoubleDouble::NAN;
    }
    let (high, low, exponent) = x.parts();
    let part = |part: f64| reduce(DoubleDouble::from(part).scaled(exponent));
    let ((q, r), (q_low, r_low)) = (part(high), part(low));
    let (q, r) = (q.wrapping_add(q_low).wrapping_add(turns), r + r_low);
    let y = if q.is_multiple_of(2) { series(r, r, 1) } else { series(DoubleDouble::ONE, r, 0) };
    if q & 2 == 0 { y } else { -y }
}

/// first · (1 − r²/(n+1)(n+2) + …): the sine from (r, 1), the cosine from (1, 0).
fn series(first: DoubleDouble, r: DoubleDouble, n: u32) -> DoubleDouble {
    let square = r * r;
    let (mut term, mut sum) = (first, first);
    for k in (n + 1..n + 42).step_by(2) {
        term = -term * square / DoubleDouble::from(f64::from(k * (k + 1)));
        sum += term;
    }
    sum
}

/// q mod 4 and r of the header, for a number of 53 bits.
fn reduce(x: DoubleDouble) -> (u64, DoubleDouble) {
    if x.abs() < DoubleDouble::from(0.75) {
        return (0, x);
    }
    let (high, _, exponent) = x.parts();
    let product = times_two_over_pi((high.abs() * 2_f64.powi(52)) as u64, exponent - 52);
    // Of the 256 bits two are the quarter turns. A half of one or more is counted back from the next, by taking the complement
    // of its places: subtracted from 1 as a number, what is next to 1 would lose its digits.
    let turns = product[0] >> 62;
    let up = product[0] >> 61 & 1;
    let mut places = if up == 1 { product.map(|word| !word) } else { product };
    places[0] &= u64::MAX >> 2;
    let fraction = fixed_point(places).scaled(2);
    let fraction = if up == 1 { -fraction } else { fraction };
    let r = fraction * DoubleDouble::sum_of(FRAC_PI_2.0, FRAC_PI_2.1);
    if x.is_negative() { ((turns + up).wrapping_neg(), -r) } else { (turns + up, r) }
}

/// m·2ᵉ·2/π mod 4 with 254 binary places, most significant word first.
fn times_two_over_pi(m: u64, e: i64) -> [u64; 4] {
    let mut product = [0; 4];
    let mut carry = 0_u128;
    for i in (0..4).rev() {
        carry += u128::from(m) * u128::from(places_from(e - 2 + 64 * i as i64));
        product[i] = carry as u64;
        carry >>= 64;
    }
    product
}

/// The 64 binary places of 2/π after the first `skipped`; there are zeros before the first.
fn places_from(skipped: i64) -> u64 {
    let word = |i: i64| usize::try_from(i).ok().and_then(|i| TWO_OVER_PI.get(i)).copied().unwrap_or(0);
    let (i, shift) = (skipped.div_euclid(64), skipped.rem_euclid(64));
    let both = u128::from(word(i)) << 64 | u128::from(word(i + 1));
    (both << shift >> 64) as u64
}

/// The fraction with these 256 binary places.
fn fixed_point(words: [u64; 4]) -> DoubleDouble {
    let half = |word: u64, at: i64| DoubleDouble::from((word & 0xffff_ffff) as f64).scaled(-32 * at);
    (1..).step_by(2).zip(words).map(|(at, word)| half(word >> 32, at) + half(word, at + 1)).sum()
}
