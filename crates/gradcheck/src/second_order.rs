//! Second derivatives of L = ⟨ȳ, y(x)⟩ for constant ȳ, over all inputs together.
//!
//! ```text
//! g(x) = Jᵀȳ                      the backward rule
//! H·v  = d/dt g(x + t·v)          forward over reverse: the backward rule on dual numbers
//! ⟨u, H·v⟩ = ⟨v, H·u⟩             since ∂²L/∂xᵢ∂xⱼ = ∂²L/∂xⱼ∂xᵢ
//! ```
//!
//! The first is held against extrapolated differences of g along v, element by element: that is wrong where a rule loses a
//! tangent. The second needs no differences, and is wrong where g is not the gradient of anything.

use std::collections::BTreeMap;

use diabolo_autodiff::Dual;
use diabolo_kernels::random::Key;
use ndarray::{ArrayD, Zip, arr0};

use crate::claim::{Claim, Verdict};
use crate::diagnosis::{Pair, diagnose};
use crate::differences::{Slope, slope};
use crate::draw::{choose, signed};
use crate::failure::{Failure, Quantity, Witness};
use crate::forward_mode::dot;
use crate::nearby::usual;
use crate::probe::{elements, position};
use crate::run::{OnTape, backward};
use crate::settings::{CHOICE, CURVATURE};
use crate::tolerance::{SECOND, SYMMETRY, relative};

/// A tensor for each input.
type Tensors = Vec<ArrayD<f64>>;

/// What second derivatives of the same function on numbers and on dual numbers say, about at most `limit` elements of each
/// input.
pub(crate) fn check(
    real: OnTape<'_, f64>,
    dual: OnTape<'_, Dual<f64>>,
    claim: &Claim,
    key: Key,
    limit: usize,
) -> Verdict {
    let [u, v] = [0, 1].map(|which| direction(claim, key, which));
    let [hu, hv] = [&u, &v].map(|v| hessian_times(dual, claim, v));
    let products = || {
        usual(claim, key, &|claim, v| {
            let v = of_length_one(v.to_vec());
            joint(&v, &hessian_times(dual, claim, &v)).1
        })
    };
    let mut verdict = symmetry(claim, [&u, &v], [&hu, &hv], &products);
    let elements = |input: usize| usual_element(dual, claim, key, input);
    verdict.join(differences(real, claim, [&v, &hv], key, limit, &elements));
    verdict
}

/// A random direction of length 1 in the space of all inputs.
fn direction(claim: &Claim, key: Key, which: u32) -> Tensors {
    let draw = |(site, x): (u32, &ArrayD<f64>)| signed(key.site(CURVATURE + 2 * site + which), x.shape());
    let v: Tensors = (0..).zip(&claim.inputs).map(draw).collect();
    of_length_one(v)
}

fn of_length_one(v: Tensors) -> Tensors {
    let length = v.iter().flatten().map(|v| v * v).sum::<f64>().sqrt();
    v.into_iter().map(|v| if length > 0.0 { v / length } else { v }).collect()
}

/// H·v
fn hessian_times(function: OnTape<'_, Dual<f64>>, claim: &Claim, v: &Tensors) -> Tensors {
    let moving = |(x, v): (&ArrayD<f64>, &ArrayD<f64>)| Zip::from(x).and(v).map_collect(|&x, &v| Dual::new(x, v));
    let duals: Vec<_> = claim.inputs.iter().zip(v).map(moving).collect();
    let passes = backward(function, &duals, &|_| claim.cotangent.mapv(|gy| Dual::new(gy, 0.0)));
    passes.gradients.into_iter().map(|g| g.mapv(|g| g.tangent)).collect()
}

/// ⟨a, b⟩ over all inputs, and the sum of the absolute terms.
fn joint(a: &Tensors, b: &Tensors) -> (f64, f64) {
    let parts = a.iter().zip(b).map(|(a, b)| dot(a, b));
    parts.fold((0.0, 0.0), |(sum, size), (s, z)| (sum + s, size + z))
}

/// `usual` says how large the sum of the absolute terms is around the point.
fn symmetry(claim: &Claim, [u, v]: [&Tensors; 2], [hu, hv]: [&Tensors; 2], usual: &dyn Fn() -> f64) -> Verdict {
    let ((ours, size), (theirs, other_size)) = (joint(u, hv), joint(v, hu));
    let size = size.max(other_size);
    let mut difference = relative(ours, theirs, size);
    if difference.is_finite() && difference > SYMMETRY / 10.0 {
        difference = relative(ours, theirs, size.max(usual()));
    }
    let broken = difference > SYMMETRY;
    let failure = || Failure {
        card: claim.card,
        place: claim.place.clone(),
        witness: Witness::SecondOrder,
        quantity: Quantity::Curvature("all inputs together".to_owned()),
        element: None,
        x: None,
        cotangent: claim.cotangent.iter().copied().collect(),
        ours,
        theirs,
        difference,
        allowed: SYMMETRY,
        wrong: (1, 1),
        reason: "the Hessian is not symmetric, ⟨u, H·v⟩ ≠ ⟨v, H·u⟩: this is the gradient of no function".to_owned(),
    };
    Verdict { worst: difference, failures: broken.then(failure).into_iter().collect() }
}

/// H·v against differences of the gradients.
fn differences(
    real: OnTape<'_, f64>,
    claim: &Claim,
    [v, hv]: [&Tensors; 2],
    key: Key,
    limit: usize,
    usual: &dyn Fn(usize) -> f64,
) -> Verdict {
    // All elements ask for the same few steps.
    let mut known = BTreeMap::<u64, Tensors>::new();
    let mut at = |step: f64, input: usize, element: usize| {
        let gradients = known.entry(step.to_bits()).or_insert_with(|| gradients_at(real, claim, v, step));
        arr0(elements(&gradients[input])[element]).into_dyn()
    };
    let one = arr0(1.0).into_dyn();
    // A point far out is rounded coarsely when it moves, and takes longer steps.
    let magnitude = claim.inputs.iter().flatten().fold(1.0_f64, |largest, x| largest.max(x.abs()));
    let mut verdict = Verdict::default();
    for (input, hv) in hv.iter().enumerate() {
        let chosen = choose(key.site(CHOICE + input as u32), hv.len(), limit);
        let slopes: Vec<(usize, Slope)> = chosen
            .into_iter()
            .map(|element| (element, slope(&one, magnitude, &mut |step| at(step, input, element))))
            .collect();
        let compare = |size: f64| -> Vec<(usize, Pair, f64)> {
            let compare = |&(element, slope): &(usize, Slope)| {
                let ours = elements(hv)[element];
                (element, Pair { ours, theirs: slope.value }, slope.distance(ours, size, SECOND))
            };
            slopes.iter().map(compare).collect()
        };
        // An element may be near 0 by accident; this is the usual size.
        let size = (hv.iter().map(|h| h * h).sum::<f64>() / hv.len().max(1) as f64).sqrt();
        let mut compared = compare(size);
        if compared.iter().any(|c| c.2.is_finite() && c.2 > SECOND / 10.0) {
            compared = compare(size.max(usual(input)));
        }
        verdict.worst = compared.iter().map(|c| c.2).fold(verdict.worst, f64::max);
        verdict.failures.extend(failure(claim, input, &compared));
    }
    verdict
}

/// The mean |element| of H·v for an input, around the point.
fn usual_element(function: OnTape<'_, Dual<f64>>, claim: &Claim, key: Key, input: usize) -> f64 {
    usual(claim, key, &|claim, v| {
        let hv = &hessian_times(function, claim, &of_length_one(v.to_vec()))[input];
        hv.iter().map(|h| h.abs()).sum::<f64>() / hv.len().max(1) as f64
    })
}

/// Jᵀȳ at x + step·v.
fn gradients_at(function: OnTape<'_, f64>, claim: &Claim, v: &Tensors, step: f64) -> Tensors {
    let moved: Tensors = claim.inputs.iter().zip(v).map(|(x, v)| x + &(v * step)).collect();
    backward(function, &moved, &|_| claim.cotangent.clone()).gradients
}

/// The worst of the elements that disagree.
fn failure(claim: &Claim, input: usize, compared: &[(usize, Pair, f64)]) -> Option<Failure> {
    let wrong: Vec<_> = compared.iter().filter(|c| c.2 > SECOND).collect();
    let &&(element, pair, difference) = wrong.iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    let pairs: Vec<Pair> = wrong.iter().map(|c| c.1).collect();
    Some(Failure {
        card: claim.card,
        place: claim.place.clone(),
        witness: Witness::SecondOrder,
        quantity: Quantity::Curvature(claim.names[input].clone()),
        element: Some(position(claim.inputs[input].shape(), element)),
        x: Some(elements(&claim.inputs[input])[element]),
        cotangent: claim.cotangent.iter().copied().collect(),
        ours: pair.ours,
        theirs: pair.theirs,
        difference,
        allowed: SECOND,
        wrong: (wrong.len(), compared.len()),
        reason: format!("the backward rule on dual numbers, beside differences of its results: {}", diagnose(&pairs)),
    })
}
