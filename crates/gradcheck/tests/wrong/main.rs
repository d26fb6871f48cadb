//! Ops with deliberate mistakes that hide from a look at one point: each is caught, by the witness that it was made for.

mod seconds;
mod shrinking;
mod structure;

use diabolo_autodiff::{Card, Case, Linearity, Reads, Ulps};
use diabolo_gradcheck::{Failure, OpReport, Place, Settings, Witness, check_op};

/// A card that says little.
const fn card(name: &'static str, forward: &'static str, backward: &'static [&'static str]) -> Card {
    let (reads, linear) = (Reads::XY, Linearity::Nowhere);
    Card { name, forward, backward, latex: "", reads, kinks: "none", linear, ulps: Ulps::FOUR }
}

/// A check with few draws: a mistake shows at once.
fn report<C: Case>() -> OpReport {
    check_op::<C>(&Settings { draws: 2, samples: 12, ..Settings::default() })
}

/// The failures by one witness whose reason contains these words.
fn told<'a>(report: &'a OpReport, witness: Witness, words: &str) -> Vec<&'a Failure> {
    let by_witness = report.failures.iter().filter(|failure| failure.witness == witness);
    by_witness.filter(|failure| failure.reason.contains(words)).collect()
}

/// The inputs of failures that were made as small as they could be.
fn shrunk(report: &OpReport, witness: Witness) -> Vec<Vec<String>> {
    let inputs = |failure: &Failure| match &failure.place {
        Place::Random { inputs, shrunk: true, .. } if failure.witness == witness => Some(inputs.clone()),
        _ => None,
    };
    report.failures.iter().filter_map(inputs).collect()
}

/// The witnesses that disagree.
fn witnesses(report: &OpReport) -> Vec<Witness> {
    let mut all: Vec<Witness> = report.failures.iter().map(|failure| failure.witness).collect();
    all.sort_by_key(|witness| *witness as u8);
    all.dedup();
    all
}
