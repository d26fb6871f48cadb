//! Differences with step 1 where an op is linear, which are exact.
//!
//! ```text
//! y(x + v) = y(x) + J·v     for every v: with all else held, y is linear in this input, up to a constant
//! ⟨ȳ, y(x + 1) − y(x − 1)⟩ / 2 = Jᵀȳ
//! ```
//!
//! Inputs in which the op is linear, and ȳ, are rounded to whole numbers. If what comes out are whole numbers too, no sum,
//! product or copy on the way was rounded, and the gradient must be the difference to the last bit. Where a division or a
//! scale enters, it may be off by the rounding of the outputs. Every other time all inputs in which the op is linear are
//! multiplied by a power of two between 2⁻⁴⁰⁰ and 2⁴⁰⁰, and so is the step: that rounds nothing either.

use ndarray::{ArrayD, Zip};

use crate::claim::{Claim, Verdict};
use crate::diagnosis::{Pair, diagnose};
use crate::draw::choose;
use crate::failure::{Failure, Quantity, Witness};
use crate::forward_mode::dot;
use crate::probe::{Probe, elements, position};
use crate::run::{OnTape, backward, forward};
use crate::settings::{CHOICE, STEP};
use crate::tolerance::{EXACT, LINEAR, relative};
use diabolo_kernels::random::Key;

/// What differences with step 1 say, about at most `limit` elements of each input in which the op is declared linear. There
/// the inputs of `claim` are rounded.
pub(crate) fn check(function: OnTape<'_, f64>, claim: &Claim, key: Key, limit: usize) -> Verdict {
    let mut verdict = Verdict::default();
    let Some(card) = claim.card else { return verdict };
    let linear: Vec<usize> = (0..claim.inputs.len()).filter(|&i| card.linear.holds(i)).collect();
    if linear.is_empty() {
        return verdict;
    }
    let step = step(key.site(STEP));
    let claim = rounded(function, claim, &linear, step);
    for &input in &linear {
        let straight = straight(function, &claim, input, step);
        let is_straight = straight.failures.is_empty();
        verdict.join(straight);
        // Nothing flows back on purpose, where differences would see that the value moves.
        if is_straight && !card.backward.is_empty() {
            let chosen = choose(key.site(CHOICE + input as u32), claim.inputs[input].len(), limit);
            verdict.join(differences(function, &claim, input, step, &chosen));
        }
    }
    verdict
}

/// The same claim at whole multiples of the step.
fn rounded(function: OnTape<'_, f64>, claim: &Claim, linear: &[usize], step: f64) -> Claim {
    let mut claim = claim.clone();
    linear.iter().for_each(|&input| claim.inputs[input].mapv_inplace(|x| x.round() * step));
    claim.cotangent.mapv_inplace(f64::round);
    claim.gradients = backward(function, &claim.inputs, &|_| claim.cotangent.clone()).gradients;
    claim
}

/// y(x + 8v) − y(x) = 8 · (y(x + v) − y(x)), so that the card may say that the op is linear.
fn straight(function: OnTape<'_, f64>, claim: &Claim, input: usize, step: f64) -> Verdict {
    const FAR: f64 = 8.0;
    // Of both signs and without pattern; the cotangent would do, had it the shape.
    let mut count = 0;
    let v = ArrayD::from_shape_simple_fn(claim.inputs[input].shape(), || {
        count += 1;
        [3.0, -1.0, 2.0, -3.0, 1.0][count % 5]
    });
    let y = |steps: f64| {
        let mut moved = claim.inputs.clone();
        moved[input].scaled_add(steps * step, &v);
        forward(function, &moved)
    };
    let (here, near, far) = (y(0.0), y(1.0), y(FAR));
    let mut compared = vec![];
    Zip::from(&here).and(&near).and(&far).for_each(|&here, &near, &far| {
        let pair = Pair { ours: far - here, theirs: FAR * (near - here) };
        let rounding = if whole(&[here / step, near / step, far / step]) {
            0.0
        } else {
            FAR * here.abs().max(near.abs()).max(far.abs())
        };
        compared.push((pair, relative(pair.ours, pair.theirs, rounding.max(pair.ours.abs()))));
    });
    let reason =
        "the card says that the op is linear in this input, but eight times a step is not eight times the change";
    let quantity = Quantity::Value;
    verdict(claim, (quantity, LINEAR), compared, here.shape(), None, &format!("input {input}: {reason}"))
}

fn differences(function: OnTape<'_, f64>, claim: &Claim, input: usize, step: f64, chosen: &[usize]) -> Verdict {
    let (x, gradient) = (&claim.inputs[input], elements(&claim.gradients[input]));
    let mut y = |x: &[ArrayD<f64>]| forward(function, x);
    let mut probe = Probe::new(&claim.inputs, &mut y);
    let compare = |&element: &usize| {
        let [right, left] = [step, -step].map(|step| probe.at_element(input, element, step));
        let ours = gradient[element];
        let exact = right.iter().chain(&left).all(|y| whole(&[y / step]));
        let theirs = dot(&claim.cotangent, &(&right - &left)).0 / (2.0 * step);
        // What is rounded of an output may be all that the step adds to it.
        let (_, size) = dot(&claim.cotangent, &(&right.mapv(f64::abs) + &left.mapv(f64::abs)));
        let size = if exact { 0.0 } else { size / step };
        let distance = relative(ours, theirs, size.max(ours.abs()).max(theirs.abs()));
        (Pair { ours, theirs }, if exact && ours != theirs { distance.max(2.0 * EXACT) } else { distance })
    };
    let compared: Vec<_> = chosen.iter().map(compare).collect();
    let quantity = Quantity::Gradient(claim.names[input].clone());
    verdict(claim, (quantity, EXACT), compared, x.shape(), Some((x, chosen)), REASON)
}

/// 1, or a power of two.
fn step(key: Key) -> f64 {
    const LARGEST: i32 = 400;
    match key.words(0) {
        [word, ..] if word % 2 == 0 => 1.0,
        [_, word, ..] => 2.0_f64.powi((word % (2 * LARGEST as u32 + 1)) as i32 - LARGEST),
    }
}

const REASON: &str = "the op is linear in this input, so a difference with step 1 is exact";

/// Whether these are whole numbers so small that whatever they were made of was one too. A large one may be whole because its last
/// bit is worth more than 1.
fn whole(numbers: &[f64]) -> bool {
    const SMALL: f64 = 1e6;
    numbers.iter().all(|x| x.fract() == 0.0 && x.abs() < SMALL)
}

/// The worst distance, and the worst of the elements that disagree. `of` is the input that they belong to, and which of its
/// elements they are.
fn verdict(
    claim: &Claim,
    (quantity, allowed): (Quantity, f64),
    compared: Vec<(Pair, f64)>,
    shape: &[usize],
    of: Option<(&ArrayD<f64>, &[usize])>,
    why: &str,
) -> Verdict {
    let worst = compared.iter().map(|c| c.1).fold(0.0, f64::max);
    let wrong: Vec<Pair> = compared.iter().filter(|c| c.1 > allowed).map(|c| c.0).collect();
    let found = compared.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).filter(|_| !wrong.is_empty());
    let failure = found.map(|(at, &(pair, difference))| Failure {
        card: claim.card,
        place: claim.place.clone(),
        witness: Witness::FiniteDifferences,
        element: Some(position(shape, of.map_or(at, |(_, chosen)| chosen[at]))),
        x: of.map(|(x, chosen)| elements(x)[chosen[at]]),
        cotangent: claim.cotangent.iter().copied().collect(),
        ours: pair.ours,
        theirs: pair.theirs,
        difference,
        allowed,
        wrong: (wrong.len(), compared.len()),
        reason: match quantity {
            Quantity::Value => why.to_owned(),
            _ => format!("{why}: {}", diagnose(&wrong)),
        },
        quantity,
    });
    Verdict { worst, failures: failure.into_iter().collect() }
}
