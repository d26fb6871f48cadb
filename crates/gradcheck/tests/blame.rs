//! Functions of a caller with a mistake somewhere inside: it is seen, and the op and the line that are at fault are named.

use std::cell::Cell;

use diabolo_autodiff::{Card, Elementwise, Linearity, Map, Reads, Tape, Ulps, Var};
use diabolo_gradcheck::{Function, GradientReport, Witness, check_function, check_gradient};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, array};

/// a² · b, whose rule has lost the factor 2 of a.
#[derive(Clone, Copy, Debug)]
struct Weighed;

impl Elementwise<2> for Weighed {
    const CARD: Card = Card {
        name: "weighed",
        forward: "y = a² · b",
        backward: &["ā = ȳ · a · b", "b̄ = ȳ · a²"],
        latex: "",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::In(&[1]),
        ulps: Ulps::FOUR,
    };

    fn forward<S: Scalar>(self, [a, b]: [S; 2]) -> S {
        a.square() * b
    }

    fn vjp<S: Scalar>(self, [a, b]: [S; 2], _: S, gy: S) -> [S; 2] {
        [gy * a * b, gy * a.square()]
    }
}

#[track_caller]
fn weighed<'t, S: Scalar>(a: Var<'t, S>, b: Var<'t, S>) -> Var<'t, S> {
    a.tape().record(Map(Weighed), &[a, b])
}

fn inputs() -> [(&'static str, ArrayD<f64>); 2] {
    [("a", array![[0.5, -1.0], [2.0, 0.75]].into_dyn()), ("b", array![1.5, -0.5].into_dyn())]
}

fn witnesses(report: &GradientReport) -> Vec<Witness> {
    report.failures.iter().map(|failure| failure.witness).collect()
}

fn says(report: &GradientReport, parts: &[&str]) {
    let told = report.to_string();
    for part in parts {
        assert!(told.contains(part), "'{part}' is not in:\n{told}");
    }
}

#[test]
fn the_op_whose_rule_is_wrong_is_named_with_its_line_scope_and_card() {
    let line = line!() + 2;
    let report =
        check_gradient(|tape, x| tape.scope("energy", || weighed(x[0].tanh(), x[1])).exp().sum_all(), &inputs());
    let blame = report.blame.as_ref().unwrap();
    assert_eq!((blame.ops, blame.rules.len(), blame.cuts.len()), (4, 1, 0), "{report}");
    assert_eq!(witnesses(&report), [Witness::FiniteDifferences, Witness::SecondOrder], "{report}");
    says(
        &report,
        &[
            "gradient of a at [",
            "ulps apart",
            "4 of 4 elements disagree",
            &format!("the inputs given (checked at crates/gradcheck/tests/blame.rs:{line}:"),
            "x = ",
            "ȳ = [",
            "The backward rule of weighed is wrong:\nweighed: gradient of input 0 at [",
            "a factor of 2.000000 is missing",
            &format!("at Map(Weighed) in energy (recorded at crates/gradcheck/tests/blame.rs:{line}:"),
            "y = a² · b\n  ā = ȳ · a · b\n",
        ],
    );
    assert!(!report.to_string().contains("gradient of b at"), "b is right: {report}");
}

#[test]
fn a_gradient_of_nothing_has_a_lopsided_hessian() {
    let report = check_gradient(|_, x| weighed(x[0], x[1]), &inputs());
    let failure = report.failures.iter().find(|failure| failure.witness == Witness::SecondOrder).unwrap();
    assert!(failure.to_string().starts_with("gradient of a, b along a random direction: ours "), "{failure}");
    assert!(failure.reason.contains("the gradients of no function"), "{failure}");
    let right = check_gradient(|_, x| x[0].square() * x[1], &inputs());
    assert!(right.passed() && right.worst_symmetry.unwrap() < 1e-11, "{right}");
}

#[test]
fn a_value_that_was_taken_off_the_tape_is_found() {
    let line = line!() + 3;
    let report = check_gradient(
        |tape, x| {
            let scale = tape.scope("norm", || tape.constant(&x[0].square().mean_all().value()));
            (x[0] / scale).tanh() * x[1] * tape.scalar(2.0)
        },
        &inputs(),
    );
    assert_eq!(report.blame.as_ref().unwrap().cuts.len(), 1, "the factor 2 is a constant and stays one: {report}");
    says(
        &report,
        &[
            "ops that gradients flowed through is right by itself",
            &format!(
                "No gradient flows back from a constant in norm (recorded at crates/gradcheck/tests/blame.rs:{line}:"
            ),
        ],
    );
}

#[test]
fn a_detached_value_is_found() {
    let report = check_gradient(|_, x| x[0] * x[0].detach() + x[1], &inputs());
    says(&report, &["a factor of 2.000000 is missing", "No gradient flows back from Detach (recorded at"]);
}

#[test]
fn a_kink_is_laid_to_the_op_that_has_it() {
    let inputs = [("x", array![0.5, -0.25, 1.0].into_dyn())];
    let report = check_gradient(|_, x| (x[0] - 0.5).relu().exp(), &inputs);
    says(&report, &["The backward rule of relu is wrong:", "the function has a kink at this point: slope"]);
}

#[test]
fn a_function_that_changes_is_caught() {
    let calls = Cell::new(0.0);
    let report = check_gradient(
        |_, x| {
            calls.set(calls.get() + 1.0);
            x[0] * (1.0 + 1e-15 * calls.get())
        },
        &inputs(),
    );
    assert!(witnesses(&report).contains(&Witness::Structure), "{report}");
    says(&report, &["value at [0, 0]: ", "other bits when it is run again, on a fresh tape"]);
}

#[test]
fn a_nan_is_laid_to_the_op_that_makes_it() {
    let inputs = [("x", array![4.0, -1.0].into_dyn())];
    let report = check_gradient(|tape, x| tape.scope("root", || x[0].sqrt()) * 0.5, &inputs);
    says(&report, &["The first number that is not finite is the value of sqrt in root (recorded at"]);
}

struct Energy;

impl Function for Energy {
    fn call<'t, S: Scalar>(&self, tape: &'t Tape<S>, x: &[Var<'t, S>]) -> Var<'t, S> {
        tape.scope("energy", || weighed(x[0].sigmoid(), x[1]))
    }
}

struct Soft;

impl Function for Soft {
    fn call<'t, S: Scalar>(&self, _: &'t Tape<S>, x: &[Var<'t, S>]) -> Var<'t, S> {
        (x[0].softplus() * x[1]).softmax(&[1]).matmul(x[0].t())
    }
}

#[test]
fn forward_mode_testifies_for_functions_of_any_scalar() {
    let report = check_function(&Soft, &inputs());
    assert!(report.passed(), "{report}");
    assert!(report.worst_forward.unwrap() < 1e-14, "{report}");

    let report = check_function(&Energy, &inputs());
    let expected = [Witness::FiniteDifferences, Witness::SecondOrder, Witness::ForwardMode, Witness::SecondOrder];
    assert_eq!(witnesses(&report), expected, "{report}");
    says(&report, &["; forward mode finds ", "The backward rule of weighed is wrong:"]);
    let first = &report.failures[0];
    let told: f64 = first.reason.rsplit("finds ").next().unwrap().trim_end_matches(" here").parse().unwrap();
    assert!((told - first.theirs).abs() < 1e-9, "both witnesses see the same: {first}");
}

/// x³, whose rule takes x for a constant: right in numbers, wrong in what differentiates it again.
#[derive(Clone, Copy, Debug)]
struct Cube;

impl Elementwise<1> for Cube {
    const CARD: Card = Card {
        name: "cube",
        forward: "y = x³",
        backward: &["x̄ = ȳ · 3 · x²"],
        latex: "",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x * x * x
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * S::of(3.0 * x.to_f64() * x.to_f64())]
    }
}

impl Function for Cube {
    fn call<'t, S: Scalar>(&self, tape: &'t Tape<S>, x: &[Var<'t, S>]) -> Var<'t, S> {
        tape.record(Map(Cube), &[x[0]]).matmul(x[0].t())
    }
}

#[test]
fn a_rule_that_loses_tangents_is_seen_in_second_derivatives_alone() {
    let report = check_function(&Cube, &inputs()[..1]);
    assert!(!report.passed() && witnesses(&report).iter().all(|w| *w == Witness::SecondOrder), "{report}");
    assert!(report.worst_difference < 1e-9 && report.worst_symmetry.unwrap() < 1e-10, "{report}");
}
