//! How large a number is as a rule, where it happens to be small.
//!
//! A slope next to its zero, or a sum whose terms nearly cancel, may be what is left of larger terms inside an op, such as
//! those of eˣ − 1. Their rounding shows, and is no mistake. How large the number is at some points around, for other
//! cotangents and in other directions, says how large such terms are, in whatever units the op computes.

use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::claim::Claim;
use crate::draw::signed;
use crate::settings::NEARBY;

/// The largest finite `size` of the claim at a point nearby, and a direction for each input.
pub(crate) fn usual(claim: &Claim, key: Key, size: &dyn Fn(&Claim, &[ArrayD<f64>]) -> f64) -> f64 {
    /// From next to the point to as far as inputs are apart, to both sides: one of them leaves a place where an op saturates.
    const DISTANCES: [f64; 8] = [0.125, -0.125, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0];
    let at = |(attempt, distance): (u32, f64)| {
        let site = |number: usize| key.site(NEARBY + (DISTANCES.len() * number) as u32 + attempt / 2);
        let v: Vec<_> = claim.inputs.iter().enumerate().map(|(i, x)| signed(site(i + 1), x.shape())).collect();
        let inputs = claim.inputs.iter().zip(&v).map(|(x, v)| x + &(v * distance)).collect();
        let moved = Claim { inputs, cotangent: signed(site(0), claim.cotangent.shape()), ..claim.clone() };
        size(&moved, &v)
    };
    (0..).zip(DISTANCES).map(at).filter(|size| size.is_finite()).fold(0.0, f64::max)
}
