//! Checks of ops.

use std::fmt;

use diabolo_autodiff::{Card, Case, Listed, Ulps};
use diabolo_kernels::parallel;

use crate::failure::{Failure, Place, Witness, write_failures};
use crate::point::{Findings, Point};
use crate::registry::registered;
use crate::settings::Settings;
use crate::structure::broadcast;
use crate::subject::{Subject, Subjects, own};
use crate::{drawn, duals, edges};

/// What the witnesses say of one op.
#[derive(Clone, Debug)]
pub struct OpReport {
    /// The op.
    pub card: &'static Card,
    /// How many times inputs were drawn.
    pub samples: usize,
    /// The worst distance of value and gradients from duals of higher precision.
    pub worst_ulps: WorstUlps,
    /// The worst relative difference from finite differences; infinite if something was not a number.
    pub worst_difference: f64,
    /// The worst relative difference of reverse from forward mode; infinite if something was not a number.
    pub worst_forward: f64,
    /// The worst relative difference of second derivatives; infinite if something was not a number.
    pub worst_second: f64,
    /// How many edges came out as their table says.
    pub edges_passed: usize,
    /// How many edges there are.
    pub edges: usize,
    /// How many structural laws hold.
    pub structure_passed: usize,
    /// How many structural laws were tried.
    pub structure: usize,
    /// For rules of single numbers, the error of the gradient over the domain of each input.
    pub curves: Vec<ErrorCurve>,
    /// Everything that disagreed.
    pub failures: Vec<Failure>,
}

/// Distances in units in the last place of the larger of the exact result and the largest term of its sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorstUlps {
    /// In double precision.
    pub f64: f64,
    /// In single precision.
    pub f32: f64,
}

impl From<Ulps> for WorstUlps {
    /// What a card allows.
    fn from(ulps: Ulps) -> Self {
        Self { f64: ulps.f64.into(), f32: ulps.f32.into() }
    }
}

/// How far the gradient with respect to one input is from the exact one, over the input's domain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorCurve {
    /// The number of the input.
    pub input: usize,
    /// The input and the distance in units in the last place, in double precision.
    pub f64: Vec<[f64; 2]>,
    /// The same in single precision.
    pub f32: Vec<[f64; 2]>,
}

impl OpReport {
    /// Whether nothing disagreed.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for OpReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} samples, {:.1} ulp ({:.1} in f32) from duals, {:.1e} from finite differences, {:.1e} from forward mode, \
             {:.1e} in second order, {} of {} edges, {} of {} laws",
            self.card.name,
            self.samples,
            self.worst_ulps.f64,
            self.worst_ulps.f32,
            self.worst_difference,
            self.worst_forward,
            self.worst_second,
            self.edges_passed,
            self.edges,
            self.structure_passed,
            self.structure
        )?;
        write_failures(f, &self.failures)
    }
}

/// Checks every op of the registry.
pub fn check_all(settings: &Settings) -> Vec<OpReport> {
    check_ops(settings, |_| true)
}

/// Checks the ops of the registry that `select` takes, several at a time on the current rayon pool.
///
/// ```
/// use diabolo_gradcheck::{Settings, check_ops};
///
/// let reports = check_ops(&Settings::default(), |card| card.name == "tanh");
/// assert!(reports[0].passed(), "{}", reports[0]);
/// ```
pub fn check_ops(settings: &Settings, select: impl Fn(&Card) -> bool) -> Vec<OpReport> {
    let selected: Vec<_> = registered().into_iter().filter(|op| select(op.card)).collect();
    parallel::collect(selected.len(), &|i| selected[i].check(settings))
}

/// Checks one op, at every sample and edge that it lists and at samples drawn at random.
///
/// # Panics
/// If an edge does not list as many numbers as its shapes ask for, or [`Case::any`] draws what the op does not take.
pub fn check_op<C: Case>(settings: &Settings) -> OpReport {
    check_subjects(settings, &Subjects::of(&Listed::of::<C>(), Some(own::<C>)))
}

/// [`check_op`] for an op whose type is forgotten.
pub(crate) fn check_subjects(settings: &Settings, op: &Subjects) -> OpReport {
    let samples = &op.samples;
    let mut findings = Findings::default();
    // Those drawn at random first, since what fails is made small.
    let mut drawn = 0;
    if !samples.is_empty() {
        findings.join(drawn::check(settings, &op.any));
        drawn = drawn::count(settings);
    }
    for (index, subject) in samples.iter().enumerate() {
        (0..settings.draws).for_each(|draw| check_sample(settings, index, draw, subject, &mut findings));
    }
    if let Some((claim, ruling)) = broadcast::check(settings.seed, settings.key(0, 0), samples) {
        findings.structure.enter(broadcast::LAW, &claim, ruling);
    }
    let duals = duals::check(settings, op);
    let of_edges: Vec<Vec<Failure>> = op.edges.iter().enumerate().map(|(i, edge)| edges::check(i, edge)).collect();
    OpReport {
        card: op.card,
        samples: samples.len() * settings.draws as usize + drawn,
        worst_ulps: duals.worst,
        worst_difference: findings.differences.worst,
        worst_forward: findings.forward.worst,
        worst_second: findings.second.worst,
        edges_passed: of_edges.iter().filter(|failures| failures.is_empty()).count(),
        edges: of_edges.len(),
        structure_passed: findings.structure.passed(),
        structure: findings.structure.tried(),
        curves: duals.curves,
        failures: [duals.failures, findings.failures(), of_edges.into_iter().flatten().collect()].concat(),
    }
}

/// Shows one draw of one sample to the witnesses; the laws of structure, which do not depend on values, the first alone.
fn check_sample(settings: &Settings, index: usize, draw: u32, subject: &Subject, findings: &mut Findings) {
    let key = settings.key(draw, index as u32);
    let place = Place::Sample { seed: settings.seed, index, draw, op: subject.op.clone(), shapes: subject.shapes() };
    let point = Point::new(subject, key, place, subject.draw(key));
    for witness in [Witness::FiniteDifferences, Witness::ForwardMode, Witness::SecondOrder] {
        point.ask(witness, settings.elements, findings);
    }
    if draw == 0 {
        point.ask(Witness::Structure, settings.elements, findings);
    }
}
