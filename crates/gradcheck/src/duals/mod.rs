//! Witness 1: the textbook formula in forward mode and double-double, and how far the rules are from it in ulps.

use diabolo_autodiff::Case;
use ndarray::ArrayD;

use crate::failure::Failure;
use crate::op::{ErrorCurve, WorstUlps};
use crate::precise::Jet;
use crate::run::forward;
use crate::settings::{DOMAIN, Settings};
use crate::textbook;

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
pub(crate) fn check<C: Case>(settings: &Settings) -> Findings {
    let mut findings = Findings::default();
    for (number, op) in different::<C>().into_iter().enumerate() {
        let domains = C::whole_domain();
        let own = |x: &[ArrayD<Jet>]| forward(&|_, x| op.apply(x), x);
        let textbook = textbook::formula(&op);
        if domains.is_empty() || textbook.is_some() && !textbook::is_of_numbers(&op) {
            continue;
        }
        let rule = Rule {
            card: C::card(),
            op: format!("{op:?}"),
            inputs: C::samples()[0].inputs.len(),
            domains: &domains,
            double: &|_, x| op.apply(x),
            single: &|_, x| op.apply(x),
            formula: textbook.as_deref().unwrap_or(&own),
        };
        let keys = [0, 1].map(|precision| settings.key(DOMAIN, 2 * number as u32 + precision));
        findings.join(rule.check(keys, settings.points()));
    }
    if C::samples().iter().any(|sample| !textbook::is_of_numbers(&sample.op)) {
        findings.join(jacobian::check::<C>(settings));
    }
    findings.thinned()
}

/// The ops of the samples, each with other attributes.
fn different<C: Case>() -> Vec<C> {
    let mut known = vec![];
    let mut ops: Vec<C> = C::samples().into_iter().map(|sample| sample.op).collect();
    ops.retain(|op| {
        let name = format!("{op:?}");
        let new = !known.contains(&name);
        known.push(name);
        new
    });
    ops
}
