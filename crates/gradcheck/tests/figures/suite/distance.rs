//! How far a number is from the figure, in units in the last place.

/// How far every value and every gradient may be from its figure, in both precisions.
///
/// Figures are exact but for one rounding, half an ulp; those of PyTorch are sums, and their own rounding is small in units
/// of the sum of absolute terms. A rule of single numbers makes three or four roundings and calls functions that are within
/// 3 ulps (`Scalar`). A sum of n terms is off by a few units of its size and not by n, since it runs over a tree. The worst
/// that was seen is 4 (`exp(x) · x + exp(x)`, three ops), then 3.6 (gelu in `f32`).
const ALLOWED: f64 = 4.0;

/// A type that the engine computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    F64,
    F32,
}

impl Precision {
    /// The distance from numbers of this size to their neighbours; that of the smallest numbers below all others.
    fn ulp(self, size: f64) -> f64 {
        let (digits, least) = match self {
            Self::F64 => (52, -1074),
            Self::F32 => (23, -149),
        };
        let exponent = exponent(size) - digits;
        // In two steps, since the power itself may be subnormal.
        let exponent = exponent.max(least);
        2_f64.powi(exponent / 2) * 2_f64.powi(exponent - exponent / 2)
    }

    /// A figure as this type has it, but for rounding: ∞ beyond its range.
    fn within(self, theirs: f64) -> f64 {
        match self {
            Self::F32 if (theirs as f32).is_infinite() => f64::from(theirs as f32),
            _ => theirs,
        }
    }
}

/// ⌊log₂ size⌋ of a positive number.
fn exponent(size: f64) -> i32 {
    let bits = (size.abs().to_bits() >> 52) as i32;
    if bits == 0 { -1022 } else { bits - 1023 }
}

/// Numbers, figures, and the sizes that distances are measured in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) ours: &'a [f64],
    pub(crate) theirs: &'a [f64],
    pub(crate) sizes: &'a [f64],
}

impl Row<'_> {
    /// # Errors
    /// The worst element, if it is too far away.
    pub(crate) fn compare(&self, precision: Precision) -> Result<(), String> {
        let Self { ours, theirs, sizes } = *self;
        if ours.len() != theirs.len() {
            return Err(format!("{} elements where there are {}", ours.len(), theirs.len()));
        }
        let ulps: Vec<f64> =
            (0..ours.len()).map(|i| ulps(ours[i], precision.within(theirs[i]), sizes[i], precision)).collect();
        let Some((at, &worst)) = ulps.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else { return Ok(()) };
        if worst <= ALLOWED {
            return Ok(());
        }
        let wrong = ulps.iter().filter(|&&ulps| ulps > ALLOWED).count();
        Err(format!(
            "element {at}: ours {:e}, theirs {:e}, {worst:.1} ulps apart where {ALLOWED} are allowed ({wrong} of {} elements)",
            ours[at],
            theirs[at],
            ulps.len()
        ))
    }
}

/// The distance; ∞ if one is no number and the other is, or they are infinities of different signs.
fn ulps(ours: f64, theirs: f64, size: f64, precision: Precision) -> f64 {
    if ours == theirs || (ours.is_nan() && theirs.is_nan()) {
        return 0.0;
    }
    let size = if size.is_finite() { size.abs().max(theirs.abs()) } else { theirs.abs() };
    let distance = (ours - theirs).abs() / precision.ulp(size);
    if distance.is_finite() { distance } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::{Precision, Row};

    fn far(ours: f64, theirs: f64, size: f64, precision: Precision) -> bool {
        Row { ours: &[ours], theirs: &[theirs], sizes: &[size] }.compare(precision).is_err()
    }

    #[test]
    fn distances_are_those_of_the_precision_and_of_the_size() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        assert!(far(1.0 + 2e-15, 1.0, 1.0, Precision::F64));
        assert!(!far(1.0 + 2e-15, 1.0, 1.0, Precision::F32));
        assert!(far(1.0 + 1e-6, 1.0, 1.0, Precision::F32));
        assert!(!far(1.0 + 2e-15, 1.0, 1000.0, Precision::F64), "next to a term of 1000");
        assert!(!far(inf, 1e200, 1e200, Precision::F32), "1e200 is ∞ in f32");
        assert!(far(inf, 1e200, 1e200, Precision::F64));
        assert!(far(0.0, 1e-300, 1e-300, Precision::F64) && !far(0.0, 1e-300, 1e-300, Precision::F32));
        assert!(
            !far(nan, nan, nan, Precision::F64)
                && far(nan, 1.0, 1.0, Precision::F64)
                && far(1.0, nan, nan, Precision::F64)
        );
        assert!(far(inf, -inf, inf, Precision::F64));
    }
}
