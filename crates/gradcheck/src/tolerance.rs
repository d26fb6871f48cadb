//! How far apart two correct answers may be, and why.

/// Finite differences against the rule, relative to the larger of both.
///
/// Over 400 seeds of every op, extrapolated differences and right rules are at most 2e-10 apart, in the tails of `erf`, and 4e-11
/// elsewhere. The slack is for functions of more operations; the least that a wrong rule does (a factor off by a percent, a
/// small term dropped) is many orders above. What differences cannot resolve at all, the rounding of y divided by the step, is allowed on top:
/// next to a y of 1, a slope of 1e-17 is not seen by this witness, but it is by forward mode and by the edge table.
pub const DIFFERENCES: f64 = 1e-9;

/// Forward mode against reverse mode, relative to the sum of the absolute terms of the larger of the two dot products; where that
/// is small by accident, to what it is nearby.
///
/// Both are exact but for rounding: over 400 seeds of the samples that ops list they are at most 6e-16 apart. Random samples have
/// as few as one element, where nothing covers the rounding inside an op, and some have sums of many terms: hence the slack of 16.
pub const FORWARD: f64 = 1e-14;

/// One side of the symmetry of a Hessian against the other, relative to the larger of both and to their usual size.
///
/// Both are extrapolated differences of gradients along a direction of all inputs. Over 40 seeds of all models, before and
/// after training, they are at most 1.5e-12 apart; the slack of 60 is for functions of fewer terms to average over. What the
/// differences say of their own error is allowed on top.
pub const SYMMETRY_OF_DIFFERENCES: f64 = 1e-10;

/// Differences with step 1 where an op is linear, relative to the largest of both and of the outputs, weighed by the cotangent
/// and added up. If all of these are small whole numbers nothing is rounded, and both must be equal to the last bit.
///
/// Where a scale or a division enters, each output is a sum of some dozens of rounded terms, and terms may be ten times as large
/// as what they cancel to: some hundred ulp.
pub const EXACT: f64 = 1e-13;

/// Eight times a step against a step of eight times the length, where an op is said to be linear, relative to the outputs. The
/// question is whether a change is in proportion or is not; terms of a sum may cancel to a thousandth of their size.
pub const LINEAR: f64 = 1e-11;

/// Derivatives of the gradients: forward over reverse against differences, relative to the larger of both and of the usual
/// size of the derivatives of the tensor, or of those nearby where they are small by accident.
///
/// Over 400 seeds of every op they are at most 6e-10 apart: in `cross_entropy`, `silu`, `gelu` and `log_sigmoid`, whose samples reach
/// far into the tails. The least that a lost tangent does is many orders above.
pub const SECOND: f64 = 1e-8;

/// ⟨u, H·v⟩ against ⟨v, H·u⟩, relative to the sum of the absolute terms of the larger, or of those nearby where they are small by
/// accident.
///
/// Both are exact but for rounding, of some dozens of terms inside an op and a sum over its inputs: a few hundred ulp. Over 400 seeds
/// of every op none was further apart.
pub const SYMMETRY: f64 = 1e-13;

/// A gradient summed over what was repeated, in another order, relative to the sum of the absolute terms: at most 36 of them
/// are added in the check of broadcasting, each of which rounds by half an ulp at most.
pub const REPEATED: f64 = 1e-14;

/// An edge against its table, relative to the table. NaN answers to NaN and infinity to infinity of the same sign.
///
/// The tables are written with 17 digits, so what remains is a rule's own rounding: a few dozen ulp.
pub const EDGES: f64 = 1e-14;

/// |ours − theirs| relative to `scale`; infinite if anything is NaN or an infinity is met by something else.
pub(crate) fn relative(ours: f64, theirs: f64, scale: f64) -> f64 {
    let distance = (ours - theirs).abs();
    if ours == theirs {
        0.0
    } else if distance.is_finite() && scale.is_finite() {
        distance / scale
    } else {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn what_is_not_a_number_is_never_close() {
        assert_eq!(relative(f64::NAN, 1.0, 1.0), f64::INFINITY);
        assert_eq!(relative(1.0, f64::NAN, 1.0), f64::INFINITY);
        assert_eq!(relative(f64::INFINITY, 1.0, f64::INFINITY), f64::INFINITY);
        assert_eq!(relative(f64::INFINITY, f64::INFINITY, f64::INFINITY), 0.0);
        assert_eq!(relative(0.0, 0.0, 0.0), 0.0);
        assert_eq!(relative(3.0, 2.0, 4.0), 0.25);
    }
}
