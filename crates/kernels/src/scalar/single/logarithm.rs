//! ln x and ln (1 + x).
//!
//!   x = 2ᵉ · (1 + r), 1 + r in [√½, √2)      ln x = e·ln 2 + ln (1 + r)      ln (1 + r) = r − r²/2 + r³·P(r)
//!
//! P are the coefficients of Cephes' `logf` (Moshier), of degree 8; e·ln 2 is added in two parts, the larger one exact.
//! For ln (1 + x) the sum u = 1 + x is rounded; what it lost, c, is made good to first order: ln (u + c) = ln u + c/u.

const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// The bits of √½.
const SQRT_HALF: u32 = 0x3f35_04f3;

/// ln x + `tail` for positive finite x, where `tail` is small beside ln x.
#[inline(always)]
fn finite(x: f32, tail: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let x = if subnormal { x * 8_388_608.0 } else { x };
    let bits = x.to_bits().wrapping_sub(SQRT_HALF);
    let e = (bits as i32 >> 23) as f32 - if subnormal { 23.0 } else { 0.0 };
    let r = f32::from_bits((bits & 0x007f_ffff).wrapping_add(SQRT_HALF)) - 1.0;
    let p = 7.037_683_6e-2_f32
        .mul_add(r, -1.151_461e-1)
        .mul_add(r, 1.167_699_9e-1)
        .mul_add(r, -1.242_014_1e-1)
        .mul_add(r, 1.424_932_3e-1)
        .mul_add(r, -1.666_805_7e-1)
        .mul_add(r, 2.000_071_5e-1)
        .mul_add(r, -2.499_999_4e-1)
        .mul_add(r, 3.333_333e-1);
    let z = r * r;
    let small = e.mul_add(LN_2_LOW, (p * r).mul_add(z, -0.5 * z)) + tail;
    e.mul_add(LN_2_HIGH, r + small)
}

/// The result of a logarithm of `x` that `y` gives for positive finite x.
#[inline(always)]
fn with_edges(x: f32, y: f32) -> f32 {
    // Infinity and NaN are their own logarithms.
    let y = if x < f32::INFINITY { y } else { x };
    let border = if x == 0.0 { f32::NEG_INFINITY } else { f32::NAN };
    if x > 0.0 { y } else { border }
}

#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    with_edges(x, finite(x, 0.0))
}

#[inline(always)]
pub(super) fn ln_1p(x: f32) -> f32 {
    let u = 1.0 + x;
    let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let y = with_edges(u, finite(u, lost / u));
    // Also keeps −0 and subnormal numbers as they are.
    if x.abs() < 1e-8 { x } else { y }
}
