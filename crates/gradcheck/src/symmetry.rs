//! Second derivatives commute: ⟨u, H·v⟩ = ⟨v, H·u⟩ for the Hessian H of ⟨ȳ, y⟩.
//!
//! H·v is the slope of *our* gradients along v, so the forward rule is not asked at all. What is the gradient of no function
//! does not pass: a rule that is wrong for one of two inputs makes H lopsided.

use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::claim::{Claim, Verdict};
use crate::differences::{Slope, slope};
use crate::draw::signed;
use crate::failure::{Failure, Quantity, Witness};
use crate::recording::Runner;
use crate::settings::DIRECTION;
use crate::tolerance::{SYMMETRY_OF_DIFFERENCES, relative};

/// What the symmetry of the Hessian says of the gradients of all inputs together.
pub(crate) fn check(claim: &Claim, key: Key, runner: &mut Runner<'_>) -> Verdict {
    let size: usize = claim.inputs.iter().map(ArrayD::len).sum();
    if size < 2 {
        return Verdict::default(); // a single number commutes with itself
    }
    let [u, v] = [0, 1].map(|site| {
        let direction = signed(key.site(DIRECTION + site), &[size]);
        let length = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
        direction / length
    });
    let mut along = |seen: &ArrayD<f64>, v: &ArrayD<f64>| {
        let mut gradient = |step: f64| flat(&runner.gradients(&moved(&claim.inputs, v, step), &claim.cotangent));
        // ⟨u, H·v⟩ may be near 0 by accident; this is its usual size.
        let (right, left) = (gradient(PROBE), gradient(-PROBE));
        let usual = length_of(&((right - left) / (2.0 * PROBE))) / (size as f64).sqrt();
        (slope(seen, 1.0, &mut gradient), usual)
    };
    let ((ours, usual), (theirs, other)) = (along(&u, &v), along(&v, &u));
    let unresolved = unresolved(ours).max(unresolved(theirs));
    let scale = ours.value.abs().max(theirs.value.abs()).max(usual).max(other).max(unresolved);
    let difference = relative(ours.value, theirs.value, scale);
    let failures =
        if difference > SYMMETRY_OF_DIFFERENCES { vec![failure(claim, [ours, theirs], difference)] } else { vec![] };
    Verdict { worst: difference, failures }
}

/// The step that tells the size of a slope.
const PROBE: f64 = 1.0 / 1024.0;

/// The size below which these differences see nothing.
fn unresolved(slope: Slope) -> f64 {
    /// How many times the error that a slope tells of itself may be wrong.
    const GROWTH: f64 = 32.0;
    GROWTH * (slope.rounding + slope.unsettled) / SYMMETRY_OF_DIFFERENCES
}

/// All inputs together, moved along a direction.
fn moved(inputs: &[ArrayD<f64>], direction: &ArrayD<f64>, step: f64) -> Vec<ArrayD<f64>> {
    let mut direction = direction.iter();
    let mut moved = inputs.to_vec();
    moved.iter_mut().flatten().zip(&mut direction).for_each(|(x, v)| *x += step * v);
    moved
}

fn flat(parts: &[ArrayD<f64>]) -> ArrayD<f64> {
    parts.iter().flatten().copied().collect::<ndarray::Array1<f64>>().into_dyn()
}

fn length_of(x: &ArrayD<f64>) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn failure(claim: &Claim, [ours, theirs]: [Slope; 2], difference: f64) -> Failure {
    Failure {
        card: claim.card,
        place: claim.place.clone(),
        witness: Witness::SecondOrder,
        quantity: Quantity::Gradient(claim.names.join(", ")),
        element: None,
        x: None,
        cotangent: claim.cotangent.iter().copied().collect(),
        ours: ours.value,
        theirs: theirs.value,
        difference,
        allowed: SYMMETRY_OF_DIFFERENCES,
        wrong: (1, 1),
        reason:
            "⟨u, H·v⟩ and ⟨v, H·u⟩ must be equal, with H·v the slope of our gradients along v: they are the gradients \
                 of no function"
                .to_owned(),
    }
}
