use std::collections::BTreeSet;

use super::instrument;
use crate::mutant::Kind;

const RULE: &str = "
    impl<S: Scalar> Rule<S, 2, 0> for Slope<S> {
        const ONE: f64 = 1.0 + 0.0;
        fn apply(self, [gy, x]: [S; 2], []: [S; 0]) -> S {
            if x > S::zero() { gy * x } else { S::zero() }
        }
    }
    impl Case for Slope<f64> {
        fn samples() -> Vec<f64> { vec![1.0 * 2.0, -3.0] }
    }
    fn slope_at_0(x: f64) -> f64 { 2.0 * x }
";

fn changes(source: &str) -> Vec<(Kind, String)> {
    let (_, mutants) = instrument("ops/slope.rs", source, 1, &BTreeSet::new()).expect("the source is Rust");
    mutants.into_iter().map(|mutant| (mutant.kind, mutant.change)).collect()
}

#[test]
fn rules_are_broken_and_samples_are_not() {
    let changes = changes(RULE);
    let of = |kind| changes.iter().filter(|(k, _)| *k == kind).map(|(_, c)| c.as_str()).collect::<Vec<_>>();
    assert_eq!(of(Kind::Operator), ["Slope::apply: gy * x → gy / x"]);
    assert_eq!(of(Kind::Dropped), ["Slope::apply: gy * x → gy", "Slope::apply: gy * x → x"]);
    assert_eq!(of(Kind::Sign), ["Slope::apply: gy * x → -(gy * x)"]);
    assert_eq!(of(Kind::Comparison).len(), 2);
    assert_eq!(of(Kind::Condition).len(), 2);
    assert_eq!(of(Kind::Constant).len(), 2);
    assert_eq!(changes.len(), 10, "{changes:?}");
}

#[test]
fn terms_of_a_sum_and_what_is_kept_of_them_have_signs() {
    let changes = changes(
        "impl<S: Scalar> TermRule<S, 1, 2> for SlopeAndTerm {
            fn apply(self, [x, w]: [S; 2]) -> ([S; 1], S) { ([x], x.mul_add(w, x)) }
        }",
    );
    let of = |kind| changes.iter().filter(|(k, _)| *k == kind).map(|(_, c)| c.as_str()).collect::<Vec<_>>();
    let fused = "SlopeAndTerm::apply: x.mul_add(w, x)";
    assert_eq!(of(Kind::Sign), ["SlopeAndTerm::apply: x → -x".to_owned(), format!("{fused} → -x.mul_add(w, x)")]);
    assert_eq!(of(Kind::Operator), [format!("{fused} → x.mul_add(w, -(x))")]);
    assert_eq!(of(Kind::Dropped), [format!("{fused} → x * (w)"), format!("{fused} → x")]);
    assert_eq!(changes.len(), 5, "{changes:?}");
}

#[test]
fn all_mutants_stand_in_one_source_that_parses() {
    let (source, mutants) = instrument("ops/slope.rs", RULE, 5, &BTreeSet::from([6])).expect("the source is Rust");
    syn::parse_file(&source).expect("the copy is Rust");
    for mutant in &mutants {
        let switch = format!("crate::mutant::off({}usize)", mutant.id);
        assert_eq!(source.matches(&switch).count(), usize::from(mutant.id != 6), "{mutant}\n{source}");
    }
    assert_eq!(mutants.first().map(|mutant| mutant.id), Some(5));
}

#[test]
fn names_do_not_depend_on_what_stands_elsewhere() {
    let further_down = format!("// a comment\n\n{RULE}");
    assert_eq!(changes(RULE), changes(&further_down));
}

#[test]
fn cotangents_are_withheld_sums_are_cut_and_lines_are_skipped() {
    let changes = changes(
        "fn vjp(g: &mut [S], gx: &mut G) {
            gx.give(0, |g| g.fill(1));
            sum_axes(&terms, &[2, 3], &[1], g);
            rows.sum(&terms[..size], g);
        }",
    );
    let has = |kind, change: &str| changes.contains(&(kind, change.to_owned()));
    assert!(has(Kind::NotGiven, "vjp: gx.give(0, |g| g.fill(1)) → nothing"), "{changes:?}");
    assert!(changes.iter().any(|(kind, _)| *kind == Kind::FirstPart));
    assert!(has(Kind::Statement, "vjp: rows.sum(&terms[..size], g) → nothing"));
    assert!(has(Kind::Index, "vjp: size → size - 1"));
    assert!(has(Kind::Index, "vjp: 0 → 0 + 1"));
}
