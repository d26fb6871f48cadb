//! What must hold of every function, whatever it computes: it is the same function when it is run again.
//!
//! The same bits come out on a fresh tape, on one that is full of what another run left, backward twice, and for inputs of
//! other strides; a cotangent of zeros gives zeros; and the inputs are as before.

use diabolo_autodiff::{Gradients, Tape};
use diabolo_kernels::random::Key;
use ndarray::{ArrayD, Axis};

use crate::claim::Claim;
use crate::failure::{Failure, Quantity, Witness};
use crate::probe::{elements, position};
use crate::recording::{Record, nearby};

/// Output, gradients and inputs of a run.
struct Run {
    y: ArrayD<f64>,
    gradients: Vec<ArrayD<f64>>,
    inputs: Vec<ArrayD<f64>>,
}

fn run(record: Record<'_>, tape: &Tape<f64>, inputs: &[ArrayD<f64>], cotangent: &ArrayD<f64>, passes: usize) -> Run {
    let recording = record(tape, inputs);
    let (mut gradients, mut given) = (Gradients::new(), vec![]);
    for _ in 0..passes {
        given = recording.gradients(cotangent, &mut gradients);
    }
    let inputs = recording.inputs.iter().map(|x| x.value()).collect();
    Run { y: recording.output.value(), gradients: given, inputs }
}

/// Everything that is not as in the run of which the claim speaks, whose output was `y`.
pub(crate) fn check(claim: &Claim, y: &ArrayD<f64>, key: Key, record: Record<'_>) -> Vec<Failure> {
    let mut failures = vec![];
    let mut compare = |want: &ArrayD<f64>, got: &ArrayD<f64>, quantity: Quantity, reason: &str| {
        failures.extend(first_other(want, got).map(|at| failure(claim, quantity, at, reason)));
    };
    let gradient = |i: usize| Quantity::Gradient(claim.names[i].clone());

    let mut used = Tape::new();
    record(&used, &nearby(key, &claim.inputs));
    used.reset();
    let turned: Vec<ArrayD<f64>> = claim.inputs.iter().map(turned).collect();
    let runs = [
        (run(record, &Tape::new(), &claim.inputs, &claim.cotangent, 1), "when it is run again, on a fresh tape"),
        (run(record, &used, &claim.inputs, &claim.cotangent, 1), "on a tape that held another run"),
        (run(record, &Tape::new(), &claim.inputs, &claim.cotangent, 2), "when backward is run twice"),
        (run(record, &Tape::new(), &turned, &claim.cotangent, 1), "for the same inputs with negative strides"),
    ];
    for (again, when) in &runs {
        compare(y, &again.y, Quantity::Value, &format!("other bits {when}"));
        for (i, (want, got)) in claim.gradients.iter().zip(&again.gradients).enumerate() {
            compare(want, got, gradient(i), &format!("other bits {when}"));
        }
        for (i, (want, got)) in claim.inputs.iter().zip(&again.inputs).enumerate() {
            compare(want, got, Quantity::Input(claim.names[i].clone()), "a pass changed the input");
        }
    }
    let nothing = ArrayD::zeros(claim.cotangent.shape());
    let silent = run(record, &Tape::new(), &claim.inputs, &nothing, 1).gradients;
    for (i, got) in silent.iter().enumerate() {
        let magnitude = got.mapv(f64::abs); // −0 is as good as 0
        compare(&ArrayD::zeros(got.shape()), &magnitude, gradient(i), "a cotangent of zeros must give zeros");
    }
    failures
}

/// The same numbers, every axis of which runs backwards through memory.
fn turned(x: &ArrayD<f64>) -> ArrayD<f64> {
    let turn = |mut x: ArrayD<f64>| {
        (0..x.ndim()).for_each(|axis| x.invert_axis(Axis(axis)));
        x
    };
    turn(turn(x.clone()).as_standard_layout().into_owned())
}

/// The first element whose bits differ, or what stands for it if the shapes do.
struct Other {
    element: Option<Vec<usize>>,
    want: f64,
    got: f64,
}

fn first_other(want: &ArrayD<f64>, got: &ArrayD<f64>) -> Option<Other> {
    if want.shape() != got.shape() {
        return Some(Other { element: None, want: want.len() as f64, got: got.len() as f64 });
    }
    let (want_elements, got_elements) = (elements(want), elements(got));
    let at = (0..want.len()).find(|&i| want_elements[i].to_bits() != got_elements[i].to_bits())?;
    Some(Other { element: Some(position(want.shape(), at)), want: want_elements[at], got: got_elements[at] })
}

fn failure(claim: &Claim, quantity: Quantity, Other { element, want, got }: Other, reason: &str) -> Failure {
    Failure {
        card: claim.card,
        place: claim.place.clone(),
        witness: Witness::Structure,
        quantity,
        element,
        x: None,
        cotangent: claim.cotangent.iter().copied().collect(),
        ours: got,
        theirs: want,
        difference: if got == want { 0.0 } else { (got - want).abs() / got.abs().max(want.abs()) },
        allowed: 0.0,
        wrong: (1, 1),
        reason: reason.to_owned(),
    }
}
