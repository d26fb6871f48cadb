//! Samples drawn at random: extents and attributes by [`Case::any`](diabolo_autodiff::Case::any), values from the domains,
//! scales over many powers of two.

use diabolo_autodiff::{Dice, Domain};
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::draw::domain_holds;
use crate::failure::{Failure, Place, Witness};
use crate::point::{Findings, Point};
use crate::settings::{DICE, DRAWN, SCALE, Settings};
use crate::shrink::Hunt;
use crate::structure::law_of;
use crate::subject::Subject;

/// Draws an op with its inputs.
type Any<'a> = &'a dyn Fn(&mut Dice) -> Subject;

/// Which samples are drawn, and who is shown them.
struct Kind {
    /// In place of the number of a sample, in keys.
    number: u32,
    /// Of so many samples in the settings, one.
    rarity: u32,
    /// The largest extent of a draw.
    size: fn(u32) -> usize,
    /// Whether inputs are scaled. Differences would step over the kinks that small inputs lie next to, and forward mode in
    /// plain numbers loses what the terms of its sums have in common, such as the 1 in e^x − 1: only laws that hold to the
    /// last bit are asked.
    scaled: bool,
    witnesses: &'static [Witness],
}

const KINDS: [Kind; 4] = [
    Kind {
        number: DRAWN[0],
        rarity: 1,
        size: small,
        scaled: false,
        witnesses: &[Witness::FiniteDifferences, Witness::ForwardMode, Witness::SecondOrder, Witness::Structure],
    },
    Kind { number: DRAWN[1], rarity: 1, size: small, scaled: true, witnesses: &[Witness::Structure] },
    Kind { number: DRAWN[2], rarity: 1, size: |_| LARGE, scaled: false, witnesses: &[Witness::ForwardMode] },
    Kind { number: DRAWN[3], rarity: 4, size: |_| LARGE, scaled: false, witnesses: &[Witness::Structure] },
];

/// The largest extent of a large sample.
const LARGE: usize = 48;
/// No tensor has more elements.
const ELEMENTS: usize = 100_000;

/// From 1 to 6, growing.
fn small(draw: u32) -> usize {
    1 + (draw as usize / 3).min(5)
}

/// What the witnesses say of drawn samples. A witness that finds one wrong is asked no further about samples of its kind, and
/// what it says first of that sample, or in structure of each law, it says of one as small as can be found.
pub(crate) fn check(settings: &Settings, any: Any<'_>) -> Findings {
    let mut findings = Findings::default();
    for kind in &KINDS {
        let mut asked = kind.witnesses.to_vec();
        for draw in 0..settings.samples.div_ceil(kind.rarity) {
            let drawing = Drawing { kind, any, settings, draw, key: settings.key(draw, kind.number) };
            let size = (kind.size)(draw);
            let (subject, inputs) = drawing.sample(0, size);
            asked.retain(|&witness| {
                let mut found = drawing.ask(witness, &subject, &inputs);
                let failures = std::mem::take(found.failures_mut(witness));
                let passed = failures.is_empty();
                let few = if witness == Witness::Structure { failures.len() } else { 1 };
                let shrunk = failures.into_iter().take(few).map(|failure| drawing.shrink(witness, size, failure));
                *found.failures_mut(witness) = shrunk.collect();
                findings.join(found);
                passed
            });
        }
    }
    findings
}

/// How many samples are drawn in all.
pub(crate) fn count(settings: &Settings) -> usize {
    KINDS.iter().map(|kind| settings.samples.div_ceil(kind.rarity) as usize).sum()
}

/// One draw of one kind.
struct Drawing<'a> {
    kind: &'a Kind,
    any: Any<'a>,
    settings: &'a Settings,
    draw: u32,
    key: Key,
}

impl Drawing<'_> {
    /// The sample of this draw, or another that is as likely.
    fn sample(&self, attempt: u32, mut size: usize) -> (Subject, Vec<ArrayD<f64>>) {
        let key = self.key.site(DICE + attempt);
        let subject = loop {
            let subject = (self.any)(&mut Dice::new(key, size));
            if subject.largest() <= ELEMENTS || size == 1 {
                break subject;
            }
            size /= 2;
        };
        let mut inputs = subject.draw(self.key);
        if self.kind.scaled {
            let domains = subject.inputs.iter().map(|(_, domain)| *domain);
            (0..).zip(&mut inputs).zip(domains).for_each(|((i, x), domain)| scale(self.key.site(SCALE + i), x, domain));
        }
        (subject, inputs)
    }

    fn ask(&self, witness: Witness, subject: &Subject, inputs: &[ArrayD<f64>]) -> Findings {
        let inputs_shown = subject.shapes().iter().map(ToString::to_string).collect();
        let op = subject.op.clone();
        let place =
            Place::Random { seed: self.settings.seed, draw: self.draw, op, inputs: inputs_shown, shrunk: false };
        let mut findings = Findings::default();
        Point::new(subject, self.key, place, inputs.to_vec()).ask(witness, self.settings.elements, &mut findings);
        findings
    }

    /// A smaller sample that fails by the same witness, and in structure by the same law.
    fn shrink(&self, witness: Witness, size: usize, found: Failure) -> Failure {
        let law = law_of(&found).map(str::to_owned);
        let fails = |subject: &Subject, inputs: &[ArrayD<f64>]| {
            let mut findings = self.ask(witness, subject, inputs);
            let failures = std::mem::take(findings.failures_mut(witness));
            failures.into_iter().find(|failure| law_of(failure) == law.as_deref())
        };
        Hunt { key: self.key, draw: &|attempt, size| self.sample(attempt, size), fails: &fails }.run(size, found)
    }
}

/// Multiplies by a power of two between 2⁻⁶⁰ and 1, unless that leaves the domain.
fn scale(key: Key, x: &mut ArrayD<f64>, domain: Domain) {
    const HALVINGS: u32 = 61;
    let scale = 0.5_f64.powi((key.words(0)[0] % HALVINGS) as i32);
    if x.iter().all(|x| domain_holds(domain, x * scale)) {
        x.mapv_inplace(|x| x * scale);
    }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::Domain;
    use diabolo_kernels::random::{Key, Stream};
    use ndarray::arr1;

    #[test]
    fn scales_stay_in_the_domain() {
        let key = Key::new(1, Stream::Sample);
        let scaled = |site, domain| {
            let mut x = arr1(&[1.0, -2.0]).into_dyn();
            super::scale(key.site(site), &mut x, domain);
            x[[0]]
        };
        let scales: Vec<f64> = (0..100).map(|site| scaled(site, Domain::REAL)).collect();
        assert!(scales.iter().any(|x| *x < 1e-16) && scales.contains(&1.0) && scales.iter().all(|x| *x <= 1.0));
        assert!((0..100).map(|site| scaled(site, Domain::AwayFromZero(0.9))).all(|x| x == 1.0));
    }
}
