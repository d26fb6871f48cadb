//! What the pairs of numbers say about the mistake.

/// An element as rule and witness see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
}

/// How much the ratios of pairs with one common factor may vary.
const SPREAD: f64 = 1e-6;

/// The likely cause in a sentence, from the pairs that disagree.
pub(crate) fn diagnose(wrong: &[Pair]) -> String {
    if wrong.iter().any(|pair| pair.ours.is_nan() && pair.theirs.is_finite()) {
        return "the rule makes NaN where the function has a slope".to_owned();
    }
    if wrong.iter().all(|pair| pair.ours == 0.0) {
        return "no gradient arrives: a term is missing, or the input was taken for a constant".to_owned();
    }
    match common_factor(wrong) {
        Some(factor) if wrong.len() == 1 && (factor + 1.0).abs() >= SPREAD => {
            format!("ours is {factor:.6} times the witness's")
        }
        Some(factor) if (factor + 1.0).abs() < SPREAD => "ours is −1 times the witness's: a sign is wrong".to_owned(),
        Some(factor) if factor.abs() < 1.0 => {
            let missing = 1.0 / factor;
            format!("ours is {factor:.6} times the witness's: a factor of {missing:.6} is missing")
        }
        Some(factor) => format!("ours is {factor:.6} times the witness's: a factor too many"),
        None => "no common factor: a term is missing or wrong, or something is read from the wrong place".to_owned(),
    }
}

/// c, if ours = c · theirs in every pair.
fn common_factor(pairs: &[Pair]) -> Option<f64> {
    let ratios: Vec<f64> = pairs.iter().map(|pair| pair.ours / pair.theirs).collect();
    let first = *ratios.first().filter(|ratio| ratio.is_finite())?;
    ratios.iter().all(|ratio| (ratio - first).abs() <= SPREAD * first.abs()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{Pair, diagnose};

    fn of(pairs: &[(f64, f64)]) -> String {
        diagnose(&pairs.iter().map(|&(ours, theirs)| Pair { ours, theirs }).collect::<Vec<_>>())
    }

    #[test]
    fn a_common_factor_is_named() {
        assert!(of(&[(1.0, -1.0), (-2.5, 2.5)]).contains("a sign is wrong"));
        assert!(of(&[(1.0, 2.0), (3.0, 6.0)]).contains("a factor of 2.000000 is missing"));
        assert!(of(&[(9.0, 3.0), (3.0, 1.0)]).contains("ours is 3.000000 times the witness's"));
        assert_eq!(of(&[(3.0, 2.0)]), "ours is 1.500000 times the witness's");
        assert!(of(&[(1.0, 2.0), (3.0, 7.0)]).contains("no common factor"));
        assert!(of(&[(0.0, 2.0), (0.0, 7.0)]).contains("no gradient arrives"));
        assert!(of(&[(f64::NAN, 2.0)]).contains("makes NaN"));
    }
}
