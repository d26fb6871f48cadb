//! Checks of ops.

use std::fmt;

use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Card, Case, Sample, Ulps, Visitor};

use crate::claim::{Claim, Verdict};
use crate::draw::{draw, signed};
use crate::failure::{Failure, Place, write_failures};
use crate::run::{Passes, backward, forward};
use crate::settings::{COTANGENT, Settings};
use crate::{duals, edges, forward_mode};

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
             {} of {} edges",
            self.card.name,
            self.samples,
            self.worst_ulps.f64,
            self.worst_ulps.f32,
            self.worst_difference,
            self.worst_forward,
            self.edges_passed,
            self.edges
        )?;
        write_failures(f, &self.failures)
    }
}

/// Checks every op of the registry.
pub fn check_all(settings: &Settings) -> Vec<OpReport> {
    check_ops(settings, |_| true)
}

/// Checks the ops of the registry that `select` takes.
///
/// ```
/// use diabolo_gradcheck::{Settings, check_ops};
///
/// let reports = check_ops(&Settings::default(), |card| card.name == "tanh");
/// assert!(reports[0].passed(), "{}", reports[0]);
/// ```
pub fn check_ops(settings: &Settings, select: impl Fn(&Card) -> bool) -> Vec<OpReport> {
    check_selected(settings, &select)
}

/// Behind a pointer, so that the checks of all ops are compiled here and not again for each caller.
fn check_selected(settings: &Settings, select: &dyn Fn(&Card) -> bool) -> Vec<OpReport> {
    let mut checks = Checks { settings, select, reports: vec![] };
    each_op(&mut checks);
    checks.reports
}

struct Checks<'a> {
    settings: &'a Settings,
    select: &'a dyn Fn(&Card) -> bool,
    reports: Vec<OpReport>,
}

impl Visitor for Checks<'_> {
    fn op<C: Case>(&mut self) {
        if (self.select)(C::card()) {
            self.reports.push(check_op::<C>(self.settings));
        }
    }
}

/// Checks one op, at every sample and edge that it lists. One whose card has no backward formula claims no slope: its samples
/// are shown to forward mode alone, which must see a constant.
///
/// # Panics
/// If an edge does not list as many numbers as its shapes ask for.
pub fn check_op<C: Case>(settings: &Settings) -> OpReport {
    let samples = C::samples();
    let (mut differences, mut forward) = (Verdict::default(), Verdict::default());
    for (index, sample) in samples.iter().enumerate() {
        for draw in 0..settings.draws {
            let [by_differences, by_forward] = check_sample(settings, index, draw, sample);
            differences.join(by_differences);
            forward.join(by_forward);
        }
    }
    let duals = duals::check::<C>(settings);
    let of_edges: Vec<Vec<Failure>> = C::edges().iter().enumerate().map(|(i, edge)| edges::check(i, edge)).collect();
    OpReport {
        card: C::card(),
        samples: samples.len() * settings.draws as usize,
        worst_ulps: duals.worst,
        worst_difference: differences.worst,
        worst_forward: forward.worst,
        worst_second: 0.0,
        edges_passed: of_edges.iter().filter(|failures| failures.is_empty()).count(),
        edges: of_edges.len(),
        structure_passed: 0,
        structure: 0,
        curves: duals.curves,
        failures: [duals.failures, differences.failures, forward.failures, of_edges.into_iter().flatten().collect()]
            .concat(),
    }
}

/// What finite differences and what forward mode say of one draw of one sample.
fn check_sample<C: Case>(settings: &Settings, index: usize, at: u32, sample: &Sample<C>) -> [Verdict; 2] {
    let key = settings.key(at, index as u32);
    let inputs: Vec<_> =
        (0..).zip(&sample.inputs).map(|(site, (shape, domain))| draw(key.site(site), shape, *domain)).collect();
    let function = &sample.op;
    let Passes { cotangent, gradients, .. } =
        backward(&|_, x| function.apply(x), &inputs, &|shape| signed(key.site(COTANGENT), shape));
    let claim = Claim {
        card: Some(C::card()),
        place: Place::Sample { index, draw: at, op: format!("{:?}", sample.op) },
        names: (0..inputs.len()).map(|i| format!("input {i}")).collect(),
        inputs,
        gradients,
        cotangent,
    };
    let differences = match C::card().backward {
        [] => Verdict::default(), // nothing flows back on purpose, where differences would see that the value moves
        _ => claim.check(key, settings.elements, &mut |x| forward(&|_, x| function.apply(x), x)),
    };
    [differences, forward_mode::check(&|_, x| function.apply(x), &claim, key)]
}
