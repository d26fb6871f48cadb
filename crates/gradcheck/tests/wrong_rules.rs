//! Ops with deliberate mistakes: each is caught, and what is said names the op, the input and the cause.

use diabolo_autodiff::{Card, Case, Domain, Edge, Elementwise, Linearity, Map, Reads, Sample, Ulps, Var};
use diabolo_gradcheck::{OpReport, Quantity, Settings, Witness, check_op};
use diabolo_kernels::Scalar;

/// An elementwise op of `N` inputs, checked at one sample and at the edges given.
macro_rules! case {
    ($op:ident, $inputs:literal, $edges:expr) => {
        impl Case for $op {
            fn card() -> &'static Card {
                &<Self as Elementwise<$inputs>>::CARD
            }

            fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
                x[0].tape().record(Map(*self), x)
            }

            fn samples() -> Vec<Sample<Self>> {
                let start = Sample::new(Self);
                vec![(0..$inputs).fold(start, |sample, _| sample.input(&[2, 3], Domain::POSITIVE))]
            }

            fn edges() -> Vec<Edge<Self>> {
                $edges
            }
        }
    };
}

const fn card(name: &'static str, forward: &'static str, backward: &'static [&'static str], reads: Reads) -> Card {
    Card { name, forward, backward, latex: "", reads, kinks: "none", linear: Linearity::Nowhere, ulps: Ulps::FOUR }
}

#[derive(Clone, Copy, Debug)]
struct Reciprocal;

impl Elementwise<1> for Reciprocal {
    const CARD: Card = card("reciprocal", "y = 1 / x", &["x̄ = ȳ · y²"], Reads::Y);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        S::one() / x
    }

    /// The sign is wrong.
    fn vjp<S: Scalar>(self, _: [S; 1], y: S, gy: S) -> [S; 1] {
        [gy * y.square()]
    }
}

case!(Reciprocal, 1, vec![Edge::point(Self, [2.0], 0.5, [-0.25], "−1 / 2²")]);

#[derive(Clone, Copy, Debug)]
struct SquareSum;

impl Elementwise<2> for SquareSum {
    const CARD: Card = card("square_sum", "y = a² + b²", &["ā = 2 · ȳ · a", "b̄ = ȳ · b"], Reads::X);

    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a.square() + b.square()
    }

    /// The second input lost its factor of 2.
    fn vjp<S: Scalar>(self, [a, b]: [S; 2], _: S, gy: S) -> [S; 2] {
        [S::of(2.0) * gy * a, gy * b]
    }
}

case!(SquareSum, 2, vec![]);

#[derive(Clone, Copy, Debug)]
struct Entropy;

impl Elementwise<1> for Entropy {
    const CARD: Card = card("entropy", "y = −x · ln x", &["x̄ = −ȳ · ln x"], Reads::X);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        -x * x.ln()
    }

    /// The term −1 of the product rule is missing.
    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [-gy * x.ln()]
    }
}

case!(Entropy, 1, vec![]);

#[derive(Clone, Copy, Debug)]
struct Difference;

impl Elementwise<2> for Difference {
    const CARD: Card = card("difference", "y = a − b", &["ā = ȳ", "b̄ = 0"], Reads::Nothing);

    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a - b
    }

    /// The second input gets nothing.
    fn vjp<S: Scalar>(self, _: [S; 2], _: S, gy: S) -> [S; 2] {
        [gy, S::zero()]
    }
}

case!(Difference, 2, vec![]);

/// Right wherever there are numbers, but loses NaN.
#[derive(Clone, Copy, Debug)]
struct Clamp;

impl Elementwise<1> for Clamp {
    const CARD: Card = card("positive", "y = max(x, 0)", &["x̄ = ȳ where x > 0, else 0"], Reads::X);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        if x > S::zero() { x } else { S::zero() }
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [if x > S::zero() { gy } else { S::zero() }]
    }
}

case!(
    Clamp,
    1,
    vec![
        Edge::point(Self, [f64::NAN], f64::NAN, [f64::NAN], "NaN in, NaN out"),
        Edge::point(Self, [0.0], 0.0, [0.0], "the documented slope"),
    ]
);

/// Right but for its tail, where 1 − y² is 0 and the slope is not.
#[derive(Clone, Copy, Debug)]
struct Tanh;

impl Elementwise<1> for Tanh {
    const CARD: Card = card("tanh", "y = tanh x", &["x̄ = ȳ · (1 − y²)"], Reads::Y);

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x.tanh()
    }

    fn vjp<S: Scalar>(self, _: [S; 1], y: S, gy: S) -> [S; 1] {
        [gy * (S::one() - y.square())]
    }
}

impl Case for Tanh {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape().record(Map(*self), x)
    }

    fn samples() -> Vec<Sample<Self>> {
        vec![Sample::new(Self).input(&[2, 3], Domain::Between(-1.0, 1.0))]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Between(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        vec![Edge::point(Self, [0.0], 0.0, [1.0], "slope 1 at the origin")]
    }
}

fn blamed(report: &OpReport, witness: Witness, input: &str) -> bool {
    let gradient = Quantity::Gradient(input.to_owned());
    report.failures.iter().any(|failure| failure.witness == witness && failure.quantity == gradient)
}

#[test]
fn a_wrong_sign_is_seen_by_every_witness() {
    let report = check_op::<Reciprocal>(&Settings::default());
    for witness in [Witness::FiniteDifferences, Witness::ForwardMode, Witness::EdgeTable] {
        assert!(blamed(&report, witness, "input 0"), "{witness}: {report}");
    }
    assert_eq!((report.edges_passed, report.edges), (0, 1));
    let message: String = report.failures.iter().map(ToString::to_string).collect();
    for part in [
        "reciprocal: gradient of input 0 at [",
        "ours is −1 times the witness's: a sign is wrong",
        "6 of 6 elements disagree",
        "sample 0, draw 0 of seed 0: Reciprocal of (2, 3), x = ",
        "random sample 0 of seed 0 shrunk: Reciprocal of (1, 1) = [1.0], x = 1.0",
        "x̄ = ȳ · y²",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn a_dropped_factor_is_named_for_its_input_alone() {
    let report = check_op::<SquareSum>(&Settings::default());
    assert!(blamed(&report, Witness::FiniteDifferences, "input 1") && blamed(&report, Witness::ForwardMode, "input 1"));
    assert!(
        !blamed(&report, Witness::FiniteDifferences, "input 0") && !blamed(&report, Witness::ForwardMode, "input 0")
    );
    assert!(report.to_string().contains("a factor of 2.000000 is missing"), "{report}");
    assert!((report.worst_difference - 0.5).abs() < 1e-9, "{report}");
}

#[test]
fn a_missing_term_is_caught() {
    let report = check_op::<Entropy>(&Settings::default());
    assert!(blamed(&report, Witness::FiniteDifferences, "input 0") && blamed(&report, Witness::ForwardMode, "input 0"));
    assert!(report.to_string().contains("no common factor: a term is missing or wrong"), "{report}");
}

#[test]
fn an_input_without_gradient_is_caught() {
    let report = check_op::<Difference>(&Settings::default());
    assert!(
        blamed(&report, Witness::FiniteDifferences, "input 1")
            && !blamed(&report, Witness::FiniteDifferences, "input 0")
    );
    assert!(report.to_string().contains("no gradient arrives"), "{report}");
}

#[test]
fn a_lost_nan_is_caught_by_the_edge_table_alone() {
    let report = check_op::<Clamp>(&Settings::default());
    assert_eq!((report.edges_passed, report.edges), (1, 2));
    assert!(report.failures.iter().all(|failure| failure.witness == Witness::EdgeTable));
    assert!(report.failures.iter().any(|failure| failure.quantity == Quantity::Value));
    assert!(blamed(&report, Witness::EdgeTable, "input 0"));
    assert!(report.to_string().contains("edge 0 (NaN in, NaN out) of Clamp"), "{report}");
}

#[test]
fn a_lost_tail_is_caught_by_duals_alone() {
    let report = check_op::<Tanh>(&Settings::default());
    assert!(report.failures.iter().all(|failure| failure.witness == Witness::Duals), "{report}");
    assert!(blamed(&report, Witness::Duals, "input 0"));
    assert!(!report.failures.iter().any(|failure| failure.quantity == Quantity::Value));
    // At 20 nothing at all is left of a slope of 10⁻¹⁷.
    assert!(report.worst_ulps.f64 > 1e15 && report.worst_ulps.f32 > 1e6, "{report}");
    let message = report.to_string();
    for part in ["ulp apart, allowed 4", "ours 0.0, duals of higher precision", "in f64", "digits are lost", " = 0x"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    // Where it is right, the curve says so.
    let near = report.curves[0].f64.iter().filter(|[x, _]| x.abs() < 0.5);
    assert!(near.clone().count() > 0 && near.into_iter().all(|[_, ulps]| *ulps < 16.0), "{:?}", report.curves[0]);
}
