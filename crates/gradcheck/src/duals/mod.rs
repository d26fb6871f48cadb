//! Witness 1: the textbook formula in forward mode and double-double, and how far the rules are from it in ulps.

use crate::failure::Failure;
use crate::op::{ErrorCurve, WorstUlps};
use crate::settings::{DOMAIN, Settings};
use crate::subject::{Subject, Subjects};

mod curve;
mod distance;
mod jacobian;
mod points;
mod rule;

pub(crate) use distance::{Precision, ulps};
use rule::Rule;

/// What this witness says of an op.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) worst: WorstUlps,
    pub(crate) curves: Vec<ErrorCurve>,
    pub(crate) failures: Vec<Failure>,
}

impl Findings {
    /// Both together.
    pub(crate) fn join(&mut self, other: Self) {
        self.see(Precision::Double, other.worst.f64);
        self.see(Precision::Single, other.worst.f32);
        for curve in other.curves {
            self.curve(curve.input, Precision::Double).extend(curve.f64);
            self.curve(curve.input, Precision::Single).extend(curve.f32);
        }
        self.failures.extend(other.failures);
    }

    /// Keeps the worst distance.
    pub(crate) fn see(&mut self, precision: Precision, ulps: f64) {
        let worst = match precision {
            Precision::Single => &mut self.worst.f32,
            Precision::Double => &mut self.worst.f64,
        };
        *worst = worst.max(ulps);
    }

    /// The curve of an input, which is empty at first.
    fn curve(&mut self, input: usize, precision: Precision) -> &mut Vec<[f64; 2]> {
        let at = self.curves.iter().position(|curve| curve.input == input).unwrap_or_else(|| {
            self.curves.push(ErrorCurve { input, ..ErrorCurve::default() });
            self.curves.len() - 1
        });
        match precision {
            Precision::Single => &mut self.curves[at].f32,
            Precision::Double => &mut self.curves[at].f64,
        }
    }

    /// The same with curves thinned for a plot.
    fn thinned(mut self) -> Self {
        const POINTS: usize = 300;
        for curve in &mut self.curves {
            curve.f64 = curve::thinned(std::mem::take(&mut curve.f64), POINTS);
            curve.f32 = curve::thinned(std::mem::take(&mut curve.f32), POINTS);
        }
        self
    }
}

/// Holds an op against its textbook formula. For one that is not of the registry that is its own forward rule, which is a weaker
/// witness: it does not know what the rule was meant to compute, only what its slope is.
pub(crate) fn check(settings: &Settings, op: &Subjects) -> Findings {
    let mut findings = Findings::default();
    for (number, subject) in different(&op.samples).into_iter().enumerate() {
        if op.whole_domain.is_empty() || subject.is_in_textbook() && !subject.is_of_numbers() {
            continue;
        }
        let rule = Rule {
            card: op.card,
            op: subject.op.clone(),
            inputs: op.samples[0].inputs.len(),
            domains: &op.whole_domain,
            double: subject.real(),
            single: subject.single(),
            formula: &*subject.formula(),
        };
        let keys = [0, 1].map(|precision| settings.key(DOMAIN, 2 * number as u32 + precision));
        findings.join(rule.check(keys, settings.points()));
    }
    if op.samples.iter().any(|sample| !sample.is_of_numbers()) {
        findings.join(jacobian::check(settings, op));
    }
    findings.thinned()
}

/// One sample for each set of attributes.
fn different(samples: &[Subject]) -> Vec<&Subject> {
    let is_first = |(at, subject): &(usize, &Subject)| samples[..*at].iter().all(|before| before.op != subject.op);
    samples.iter().enumerate().filter(is_first).map(|(_, subject)| subject).collect()
}
