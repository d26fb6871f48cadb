//! Gradients at a point, held against finite differences.

use diabolo_autodiff::Card;
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::diagnosis::{Pair, diagnose};
use crate::differences::{Slope, slope};
use crate::draw::{choose, signed};
use crate::failure::{Failure, Place, Quantity, Witness};
use crate::settings::{CHOICE, DIRECTION};
use crate::tolerance::{DIFFERENCES, relative};

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
        /// How many times the rounding of the outputs may have grown inside the function.
        const GROWTH: f64 = 32.0;
        let theirs = slope.value;
        let unresolved = GROWTH * slope.rounding / DIFFERENCES;
        let scale = ours.abs().max(theirs.abs()).max(unresolved).max(size);
        Self { element, pair: Pair { ours, theirs }, slope, difference: relative(ours, theirs, scale) }
    }
}

impl Claim {
    /// Asks finite differences of `y` about at most `elements` elements of each input.
    pub(crate) fn check(
        &self,
        key: Key,
        elements: usize,
        mut y: impl FnMut(&[ArrayD<f64>]) -> ArrayD<f64>,
    ) -> Verdict {
        let mut point = self.inputs.clone();
        let mut verdict = Verdict::default();
        for input in 0..point.len() {
            let size = point[input].len();
            let site = input as u32;
            let chosen = choose(key.site(CHOICE + site), size, elements);
            let mut compared: Vec<Comparison> =
                chosen.into_iter().map(|element| self.element(input, element, &mut point, &mut y)).collect();
            if size > elements {
                compared.push(self.direction(input, key.site(DIRECTION + site), &mut point, &mut y));
            }
            verdict.worst = compared.iter().map(|c| c.difference).fold(verdict.worst, f64::max);
            verdict.failures.extend(self.failure(input, &compared));
        }
        verdict
    }

    fn element(
        &self,
        input: usize,
        element: usize,
        point: &mut [ArrayD<f64>],
        y: &mut impl FnMut(&[ArrayD<f64>]) -> ArrayD<f64>,
    ) -> Comparison {
        let x = elements(&self.inputs[input])[element];
        let slope = slope(&self.cotangent, x.abs(), |step| {
            point[input].as_slice_mut().expect("inputs are in standard layout")[element] = x + step;
            y(point)
        });
        point[input].as_slice_mut().expect("inputs are in standard layout")[element] = x;
        Comparison::new(Some(element), elements(&self.gradients[input])[element], slope, 0.0)
    }

    /// All elements together, along a random direction of length 1.
    fn direction(
        &self,
        input: usize,
        key: Key,
        point: &mut [ArrayD<f64>],
        y: &mut impl FnMut(&[ArrayD<f64>]) -> ArrayD<f64>,
    ) -> Comparison {
        let (x, gradient) = (&self.inputs[input], &self.gradients[input]);
        let mut v = signed(key, x.shape());
        v /= length(&v);
        let slope = slope(&self.cotangent, 1.0, |step| {
            point[input].assign(x);
            point[input].scaled_add(step, &v);
            y(point)
        });
        point[input].assign(x);
        // ⟨g, v⟩ may be near 0 by accident; this is its usual size.
        let usual = length(gradient) / (x.len() as f64).sqrt();
        Comparison::new(None, (gradient * &v).sum(), slope, usual)
    }

    /// The worst of those that disagree.
    fn failure(&self, input: usize, compared: &[Comparison]) -> Option<Failure> {
        let wrong: Vec<&Comparison> = compared.iter().filter(|c| c.difference > DIFFERENCES).collect();
        let worst = *wrong.iter().max_by(|a, b| a.difference.total_cmp(&b.difference))?;
        let pairs: Vec<Pair> = wrong.iter().map(|c| c.pair).collect();
        let Pair { ours, theirs } = worst.pair;
        Some(Failure {
            card: self.card,
            place: self.place.clone(),
            witness: Witness::FiniteDifferences,
            quantity: Quantity::Gradient(self.names[input].clone()),
            element: worst.element.map(|element| position(self.inputs[input].shape(), element)),
            x: worst.element.map(|element| elements(&self.inputs[input])[element]),
            cotangent: self.cotangent.iter().copied().collect(),
            ours,
            theirs,
            difference: worst.difference,
            allowed: DIFFERENCES,
            wrong: (wrong.len(), compared.len()),
            reason: reason(worst, &pairs),
        })
    }
}

fn reason(worst: &Comparison, pairs: &[Pair]) -> String {
    let Slope { value, unsettled, .. } = worst.slope;
    if !value.is_finite() {
        return "the function is not finite next to this point".to_owned();
    }
    // A witness that is this unsure of itself contradicts nobody; it is the function that is not smooth.
    if unsettled >= 0.1 * (worst.pair.ours - value).abs() {
        return "finite differences do not settle: is there a kink or a jump next to this point?".to_owned();
    }
    diagnose(pairs)
}

/// The elements, row-major.
pub(crate) fn elements(array: &ArrayD<f64>) -> &[f64] {
    array.as_slice().expect("inputs and gradients are in standard layout")
}

/// The indices of element number `at`, row-major.
pub(crate) fn position(shape: &[usize], mut at: usize) -> Vec<usize> {
    let mut indices = vec![0; shape.len()];
    for (index, extent) in indices.iter_mut().zip(shape).rev() {
        (*index, at) = (at % extent, at / extent);
    }
    indices
}

fn length(x: &ArrayD<f64>) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    #[test]
    fn positions_are_row_major() {
        assert_eq!(super::position(&[2, 3, 4], 23), [1, 2, 3]);
        assert_eq!(super::position(&[2, 3, 4], 5), [0, 1, 1]);
        assert_eq!(super::position(&[], 0), [] as [usize; 0]);
    }
}
