//! Gradients at a point, held against finite differences.

use diabolo_autodiff::Card;
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::diagnosis::{Pair, diagnose};
use crate::differences::{Slope, kink, slope};
use crate::draw::{choose, signed};
use crate::failure::{Failure, Place, Quantity, Witness};
use crate::probe::{Function, Probe, elements, position};
use crate::settings::{CHOICE, DIRECTION};
use crate::tolerance::DIFFERENCES;

/// The claim that `gradients` are those of ⟨`cotangent`, y⟩ at `inputs`.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) card: Option<&'static Card>,
    pub(crate) place: Place,
    pub(crate) names: Vec<String>,
    /// In standard layout.
    pub(crate) inputs: Vec<ArrayD<f64>>,
    /// In standard layout.
    pub(crate) gradients: Vec<ArrayD<f64>>,
    pub(crate) cotangent: ArrayD<f64>,
}

/// What came out of a comparison.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// The worst relative difference.
    pub(crate) worst: f64,
    pub(crate) failures: Vec<Failure>,
}

impl Verdict {
    /// Both together.
    pub(crate) fn join(&mut self, other: Self) {
        self.worst = self.worst.max(other.worst);
        self.failures.extend(other.failures);
    }
}

/// One element, or one direction, as rule and witness see it.
#[derive(Clone, Copy, Debug)]
struct Comparison {
    /// `None` for a direction.
    element: Option<usize>,
    pair: Pair,
    slope: Slope,
    difference: f64,
}

impl Comparison {
    /// `size` is a magnitude below which a difference does not count as large, beside those of the two numbers.
    fn new(element: Option<usize>, ours: f64, slope: Slope, size: f64) -> Self {
        let difference = slope.distance(ours, size, DIFFERENCES);
        Self { element, pair: Pair { ours, theirs: slope.value }, slope, difference }
    }
}

impl Claim {
    /// Asks finite differences of `y` about at most `limit` elements of each input, and of a larger one about a direction.
    pub(crate) fn check(&self, key: Key, limit: usize, y: Function<'_>) -> Verdict {
        let mut probe = Probe::new(&self.inputs, y);
        let mut verdict = Verdict::default();
        for (input, x) in self.inputs.iter().enumerate() {
            let site = input as u32;
            let chosen = choose(key.site(CHOICE + site), x.len(), limit);
            let mut compared: Vec<Comparison> =
                chosen.into_iter().map(|element| self.element(input, element, &mut probe)).collect();
            if x.len() > limit {
                compared.push(self.direction(input, key.site(DIRECTION + site), &mut probe));
            }
            verdict.worst = compared.iter().map(|c| c.difference).fold(verdict.worst, f64::max);
            verdict.failures.extend(self.failure(input, &compared, &mut probe));
        }
        verdict
    }

    fn element(&self, input: usize, element: usize, probe: &mut Probe<'_>) -> Comparison {
        let magnitude = elements(&self.inputs[input])[element].abs();
        let slope = slope(&self.cotangent, magnitude, &mut |step| probe.at_element(input, element, step));
        Comparison::new(Some(element), elements(&self.gradients[input])[element], slope, 0.0)
    }

    /// All elements together, along a random direction of length 1.
    fn direction(&self, input: usize, key: Key, probe: &mut Probe<'_>) -> Comparison {
        let gradient = &self.gradients[input];
        let mut v = signed(key, gradient.shape());
        v /= length(&v);
        let slope = slope(&self.cotangent, 1.0, &mut |step| probe.along(input, &v, step));
        // ⟨g, v⟩ may be near 0 by accident; this is its usual size.
        let usual = length(gradient) / (v.len() as f64).sqrt();
        Comparison::new(None, (gradient * &v).sum(), slope, usual)
    }

    /// The worst of those that disagree.
    fn failure(&self, input: usize, compared: &[Comparison], probe: &mut Probe<'_>) -> Option<Failure> {
        let wrong: Vec<&Comparison> = compared.iter().filter(|c| c.difference > DIFFERENCES).collect();
        let worst = *wrong.iter().max_by(|a, b| a.difference.total_cmp(&b.difference))?;
        let pairs: Vec<Pair> = wrong.iter().map(|c| c.pair).collect();
        let x = &self.inputs[input];
        let kink = worst.element.and_then(|element| {
            let magnitude = elements(x)[element].abs();
            kink(&self.cotangent, magnitude, &mut |step| probe.at_element(input, element, step))
        });
        let Pair { ours, theirs } = worst.pair;
        Some(Failure {
            card: self.card,
            place: self.place.clone(),
            witness: Witness::FiniteDifferences,
            quantity: Quantity::Gradient(self.names[input].clone()),
            element: worst.element.map(|element| position(x.shape(), element)),
            x: worst.element.map(|element| elements(x)[element]),
            cotangent: self.cotangent.iter().copied().collect(),
            ours,
            theirs,
            difference: worst.difference,
            allowed: DIFFERENCES,
            wrong: (wrong.len(), compared.len()),
            reason: reason(worst, kink, &pairs),
        })
    }
}

fn reason(worst: &Comparison, kink: Option<(f64, f64)>, pairs: &[Pair]) -> String {
    let Slope { value, unsettled, .. } = worst.slope;
    if !value.is_finite() {
        return "the function is not finite next to this point".to_owned();
    }
    if let Some((left, right)) = kink {
        return format!("the function has a kink at this point: slope {left:.6} to the left, {right:.6} to the right");
    }
    // A witness that is this unsure of itself contradicts nobody; it is the function that is not smooth.
    if unsettled >= 0.1 * (worst.pair.ours - value).abs() {
        return "finite differences do not settle: is there a kink or a jump next to this point?".to_owned();
    }
    diagnose(pairs)
}

fn length(x: &ArrayD<f64>) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}
