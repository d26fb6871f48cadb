//! Reverse mode held against forward mode: ⟨ȳ, J·v⟩ = ⟨Jᵀȳ, v⟩.
//!
//! The left side comes from the *forward* rule on dual numbers, the right from the backward rule. One input has a
//! direction at a time, so that a failure can name it.

use diabolo_autodiff::Dual;
use diabolo_kernels::random::Key;
use ndarray::{ArrayD, Zip};

use crate::claim::{Claim, Verdict};
use crate::diagnosis::{Pair, diagnose};
use crate::draw::signed;
use crate::failure::{Failure, Quantity, Witness};
use crate::nearby::usual;
use crate::run::{OnTape, forward};
use crate::settings::DIRECTION;
use crate::tolerance::{FORWARD, relative};

pub(crate) fn check(function: OnTape<'_, Dual<f64>>, claim: &Claim, key: Key) -> Verdict {
    let mut verdict = Verdict::default();
    for (input, gradient) in claim.gradients.iter().enumerate() {
        let v = signed(key.site(DIRECTION + input as u32), gradient.shape());
        let tangent = tangent(function, &claim.inputs, input, &v);
        let (ours, size) = dot(gradient, &v);
        let (theirs, other_size) = dot(&claim.cotangent, &tangent);
        let size = size.max(other_size);
        let mut difference = relative(ours, theirs, size);
        if difference.is_finite() && difference > FORWARD / 10.0 {
            difference = relative(ours, theirs, size.max(usual_size(function, claim, key, input)));
        }
        verdict.worst = verdict.worst.max(difference);
        if difference > FORWARD {
            verdict.failures.push(failure(claim, input, Pair { ours, theirs }, difference));
        }
    }
    verdict
}

/// J·v for a direction in one input.
pub(crate) fn tangent(
    function: OnTape<'_, Dual<f64>>,
    inputs: &[ArrayD<f64>],
    moving: usize,
    v: &ArrayD<f64>,
) -> ArrayD<f64> {
    let dual = |(i, x): (usize, &ArrayD<f64>)| match i == moving {
        true => Zip::from(x).and(v).map_collect(|&x, &v| Dual::new(x, v)),
        false => x.mapv(|x| Dual::new(x, 0.0)),
    };
    let duals: Vec<_> = inputs.iter().enumerate().map(dual).collect();
    forward(function, &duals).mapv(|y| y.tangent)
}

/// Σ |ȳ · (J·v)| around the point.
fn usual_size(function: OnTape<'_, Dual<f64>>, claim: &Claim, key: Key, input: usize) -> f64 {
    usual(claim, key, &|claim, v| dot(&claim.cotangent, &tangent(function, &claim.inputs, input, &v[input])).1)
}

/// The sum of a·b, and that of |a·b|. What each addition rounds off is added at the end (Neumaier, *Rundungsfehleranalyse
/// einiger Verfahren zur Summation endlicher Summen*, ZAMM 54, 1974), so that long sums are as exact as short ones.
pub(crate) fn dot(a: &ArrayD<f64>, b: &ArrayD<f64>) -> (f64, f64) {
    let (mut sum, mut lost, mut size) = (0.0_f64, 0.0, 0.0);
    Zip::from(a).and(b).for_each(|a, b| {
        let term = a * b;
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        (sum, size) = (next, size + term.abs());
    });
    (if sum.is_finite() { sum + lost } else { sum }, size)
}

fn failure(claim: &Claim, input: usize, pair: Pair, difference: f64) -> Failure {
    Failure {
        card: claim.card,
        place: claim.place.clone(),
        witness: Witness::ForwardMode,
        quantity: Quantity::Gradient(claim.names[input].clone()),
        element: None,
        x: None,
        cotangent: claim.cotangent.iter().copied().collect(),
        ours: pair.ours,
        theirs: pair.theirs,
        difference,
        allowed: FORWARD,
        wrong: (1, 1),
        reason: diagnose(&[pair]),
    }
}
