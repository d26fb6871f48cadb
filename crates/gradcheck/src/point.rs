//! An op at one point, shown to the witnesses.

use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::claim::{Claim, Verdict};
use crate::draw::signed;
use crate::failure::{Failure, Place, Witness};
use crate::run::{Passes, backward, forward};
use crate::settings::COTANGENT;
use crate::structure::{Laws, Scene};
use crate::subject::Subject;
use crate::{exact, forward_mode, second_order};

/// An op with inputs and a cotangent, and the value and gradients that it gives for them.
pub(crate) struct Point<'a> {
    subject: &'a Subject,
    key: Key,
    y: ArrayD<f64>,
    claim: Claim,
}

/// What the witnesses say of an op.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) differences: Verdict,
    pub(crate) forward: Verdict,
    pub(crate) second: Verdict,
    pub(crate) structure: Laws,
}

impl Findings {
    /// Both together.
    pub(crate) fn join(&mut self, other: Self) {
        self.differences.join(other.differences);
        self.forward.join(other.forward);
        self.second.join(other.second);
        self.structure.join(other.structure);
    }

    /// What disagreed with one witness.
    ///
    /// # Panics
    /// If it is none of those that look at points.
    pub(crate) fn failures_mut(&mut self, witness: Witness) -> &mut Vec<Failure> {
        match witness {
            Witness::FiniteDifferences => &mut self.differences.failures,
            Witness::ForwardMode => &mut self.forward.failures,
            Witness::SecondOrder => &mut self.second.failures,
            Witness::Structure => &mut self.structure.failures,
            Witness::Duals | Witness::EdgeTable => unreachable!("{witness} is not asked about points"),
        }
    }

    /// All that disagreed.
    pub(crate) fn failures(self) -> Vec<Failure> {
        [self.differences.failures, self.forward.failures, self.second.failures, self.structure.failures].concat()
    }
}

impl<'a> Point<'a> {
    /// The cotangent is drawn by `key`, as is all that the witnesses draw.
    pub(crate) fn new(subject: &'a Subject, key: Key, place: Place, inputs: Vec<ArrayD<f64>>) -> Self {
        let Passes { y, cotangent, gradients } =
            backward(subject.real(), &inputs, &|shape| signed(key.site(COTANGENT), shape));
        let names = (0..inputs.len()).map(|i| format!("input {i}")).collect();
        let claim = Claim { card: Some(subject.card), place, names, inputs, gradients, cotangent };
        Self { subject, key, y, claim }
    }

    /// Asks one witness about at most `limit` elements of each input, if it looks at them one by one. Of an op without a
    /// backward formula, which claims no slope, differences are not asked: they would see that the value moves.
    pub(crate) fn ask(&self, witness: Witness, limit: usize, findings: &mut Findings) {
        let (subject, claim, key) = (self.subject, &self.claim, self.key);
        let flows_back = !subject.card.backward.is_empty();
        match witness {
            Witness::FiniteDifferences => {
                if flows_back {
                    let y = &mut |x: &[ArrayD<f64>]| forward(subject.real(), x);
                    findings.differences.join(claim.check(key, limit, y));
                }
                findings.differences.join(exact::check(subject.real(), claim, key, limit));
            }
            Witness::ForwardMode => findings.forward.join(forward_mode::check(subject.dual(), claim, key)),
            Witness::SecondOrder => {
                findings.second.join(second_order::check(subject.real(), subject.dual(), claim, key, limit));
            }
            Witness::Structure => {
                findings.structure.join(Laws::check(&Scene { function: subject.real(), claim, y: &self.y }));
            }
            Witness::Duals | Witness::EdgeTable => unreachable!("{witness} is not asked about points"),
        }
    }
}
