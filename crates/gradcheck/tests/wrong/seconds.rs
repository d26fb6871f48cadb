//! Ops that are wrong in their second derivatives, or not linear where they say so.

use diabolo_autodiff::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Sample, Var};
use diabolo_gradcheck::{Quantity, Witness, tolerance};
use diabolo_kernels::Scalar;

use crate::{card, report, told, witnesses};

macro_rules! case {
    ($op:ident, $inputs:literal, $domain:expr) => {
        impl Case for $op {
            fn card() -> &'static Card {
                &<Self as Elementwise<$inputs>>::CARD
            }

            fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
                x[0].tape().record(Map(*self), x)
            }

            fn samples() -> Vec<Sample<Self>> {
                vec![(0..$inputs).fold(Sample::new(Self), |sample, _| sample.input(&[2, 3], $domain))]
            }

            fn edges() -> Vec<Edge<Self>> {
                vec![]
            }
        }
    };
}

/// The gradient is right, and to whoever differentiates it a constant.
#[derive(Clone, Copy, Debug)]
struct Frozen;

impl Elementwise<1> for Frozen {
    const CARD: Card = card("frozen", "y = x³", &["x̄ = 3 · ȳ · x²"]);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x * x * x
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * S::of(3.0 * x.to_f64() * x.to_f64())]
    }
}

case!(Frozen, 1, Domain::POSITIVE);

/// The slope in b is that of a³ · b², the one in a that of a² · b.
#[derive(Clone, Copy, Debug)]
struct Torn;

impl Elementwise<2> for Torn {
    const CARD: Card = card("torn", "y = a² · b", &["ā = 2 · ȳ · a · b", "b̄ = 2 · ȳ · a³ · b"]);

    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a * a * b
    }

    fn vjp<S: Scalar>(self, [a, b]: [S; 2], _: S, gy: S) -> [S; 2] {
        [S::of(2.0) * gy * a * b, S::of(2.0) * gy * a * a * a * b]
    }
}

case!(Torn, 2, Domain::POSITIVE);

/// Linear on either side of 0, and all of it says the card.
#[derive(Clone, Copy, Debug)]
struct Bent;

impl Elementwise<1> for Bent {
    const CARD: Card = Card { linear: Linearity::Everywhere, ..card("bent", "y = |x|", &["x̄ = ȳ · sign x"]) };

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.abs()
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [if x < S::zero() { -gy } else { gy }]
    }
}

case!(Bent, 1, Domain::AwayFromZero(0.5));

/// A slope that is wrong in its last digits.
#[derive(Clone, Copy, Debug)]
struct Rounded;

impl Elementwise<2> for Rounded {
    const CARD: Card =
        Card { linear: Linearity::Everywhere, ..card("rounded", "y = a · b", &["ā = ȳ · b", "b̄ = ȳ · a"]) };

    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a * b
    }

    fn vjp<S: Scalar>(self, [a, b]: [S; 2], _: S, gy: S) -> [S; 2] {
        [gy * b, gy * a * S::of(1.0 + 1e-15)]
    }
}

case!(Rounded, 2, Domain::AwayFromZero(0.5));

/// Right, and next to its flat place: forward mode rounds the terms of eˣ − 1, the rule does not.
#[derive(Clone, Copy, Debug)]
struct Flat;

impl Elementwise<1> for Flat {
    const CARD: Card = card("flat", "y = eˣ − x", &["x̄ = ȳ · (eˣ − 1)"]);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.exp() - x
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.exp_m1()]
    }
}

case!(Flat, 1, Domain::Between(-1e-5, 1e-5));

#[test]
fn a_rule_that_is_more_exact_than_forward_mode_passes() {
    let report = report::<Flat>();
    assert!(report.passed(), "{report}");
    assert!(report.worst_forward <= tolerance::FORWARD);
}

#[test]
fn a_lost_tangent_is_caught_in_second_order_alone() {
    let report = report::<Frozen>();
    assert_eq!(witnesses(&report), vec![Witness::SecondOrder], "{report}");
    let failure = told(&report, Witness::SecondOrder, "no gradient arrives")[0];
    assert_eq!(failure.quantity, Quantity::Curvature("input 0".to_owned()));
    assert_eq!(failure.ours, 0.0);
    assert!(report.worst_second > 0.9, "{report}");
}

#[test]
fn a_gradient_of_no_function_has_no_symmetric_hessian() {
    let report = report::<Torn>();
    assert!(!told(&report, Witness::SecondOrder, "the Hessian is not symmetric").is_empty(), "{report}");
    // The rule is differentiated as it stands: that it is the wrong rule, others say.
    assert!(told(&report, Witness::SecondOrder, "beside differences of its results").is_empty(), "{report}");
    assert!(!told(&report, Witness::FiniteDifferences, "").is_empty(), "{report}");
}

#[test]
fn an_op_that_is_not_linear_where_it_says_so_is_caught() {
    let report = report::<Bent>();
    assert_eq!(witnesses(&report), vec![Witness::FiniteDifferences], "{report}");
    let failure = told(&report, Witness::FiniteDifferences, "eight times a step is not eight times the change")[0];
    assert_eq!(failure.quantity, Quantity::Value);
}

#[test]
fn a_slope_that_is_wrong_in_its_last_digits_is_seen_where_differences_are_exact() {
    let report = report::<Rounded>();
    assert_eq!(witnesses(&report), vec![Witness::Duals, Witness::FiniteDifferences], "{report}");
    let failures = told(&report, Witness::FiniteDifferences, "a difference with step 1 is exact");
    assert!(failures.iter().all(|failure| failure.quantity == Quantity::Gradient("input 1".to_owned())), "{report}");
    assert!(failures.iter().all(|failure| (failure.ours / failure.theirs - 1.0).abs() < 2e-15), "{report}");
    assert!(!failures.is_empty() && report.worst_difference > tolerance::EXACT, "{report}");
}
