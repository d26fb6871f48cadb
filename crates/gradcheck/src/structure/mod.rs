//! What must hold of an op however it is used, whatever it computes: laws that need no other witness than the op itself.

use std::collections::BTreeMap;

use ndarray::ArrayD;

use crate::claim::Claim;
use crate::failure::{Failure, Quantity, Witness};
use crate::probe::{elements, position};
use crate::run::OnTape;
use crate::tolerance::relative;

pub(crate) mod broadcast;
mod flow;
mod memory;
mod sharing;
mod strides;

/// A law and its check at a point.
type Law = (&'static str, fn(&Scene<'_>) -> Ruling);

/// Whether a law has something to say at this point, or how it is broken.
pub(crate) type Ruling = Result<Applies, Box<Broken>>;

/// Whether there was something to check.
pub(crate) type Applies = bool;

/// The laws of one op at one point. Those of [`broadcast`] need shapes of their own.
const LAWS: [Law; 16] = [
    ("one variable for two inputs receives the sum of both gradients", sharing::two_inputs),
    ("an op used twice on the same inputs gives exactly twice its gradients", sharing::used_twice),
    ("a shared intermediate result passes on what both of its uses give it", sharing::through_an_intermediate),
    ("a fresh tape gives the same bits", memory::fresh_tape),
    ("a second backward pass gives the same bits", memory::backward_again),
    ("a tape that was reset and is filled again gives the same bits", memory::refilled_tape),
    ("memory that is used again is overwritten, not added to", memory::poisoned_memory),
    ("a backward rule reads nothing but what its card declares", memory::declared_reads),
    ("inputs are as they were after forward and backward", memory::inputs_unchanged),
    ("values that are shared with the tape give the same bits as copies", memory::joined_values),
    ("axes that lie in another order in memory give the same bits", strides::other_order),
    ("strides that are negative or leave gaps give the same bits", strides::reversed_with_gaps),
    ("a zero cotangent gives zero gradients", flow::zero_cotangent),
    ("an input that is a constant gets no gradient, and the others the same bits", flow::constant_input),
    ("nothing passes a detached input, and the others get the same bits", flow::detached_input),
    ("nothing passes a detached output, and what follows it is right", flow::detached_output),
];

/// A function at a point, with the value and the gradients that it gives there on a fresh tape.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) function: OnTape<'a, f64>,
    pub(crate) claim: &'a Claim,
    pub(crate) y: &'a ArrayD<f64>,
}

/// Where a law is broken.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    quantity: Quantity,
    element: Vec<usize>,
    x: Option<f64>,
    ours: f64,
    wanted: f64,
    difference: f64,
    allowed: f64,
    wrong: (usize, usize),
    how: String,
}

/// Which laws were tried, and which hold wherever they were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Laws {
    holds: BTreeMap<&'static str, bool>,
    /// At most one a law.
    pub(crate) failures: Vec<Failure>,
}

impl Laws {
    /// All laws at one point.
    pub(crate) fn check(scene: &Scene<'_>) -> Self {
        let mut laws = Self::default();
        for (law, check) in LAWS {
            laws.enter(law, scene.claim, check(scene));
        }
        laws
    }

    /// What came of a law.
    pub(crate) fn enter(&mut self, law: &'static str, claim: &Claim, ruling: Ruling) {
        match ruling {
            Ok(false) => {}
            Ok(true) => {
                self.holds.entry(law).or_insert(true);
            }
            Err(broken) => {
                self.holds.insert(law, false);
                self.failures.push(broken.failure(law, claim));
            }
        }
    }

    /// Both together, with the first failure of each law.
    pub(crate) fn join(&mut self, other: Self) {
        let is_new = |failure: &Failure| law_of(failure).is_none_or(|law| self.holds.get(law) != Some(&false));
        let new = other.failures.into_iter().filter(is_new);
        self.failures.extend(new.collect::<Vec<_>>());
        for (law, holds) in other.holds {
            *self.holds.entry(law).or_insert(true) &= holds;
        }
    }

    pub(crate) fn tried(&self) -> usize {
        self.holds.len()
    }

    pub(crate) fn passed(&self) -> usize {
        self.holds.values().filter(|holds| **holds).count()
    }
}

/// The law that a failure tells of, if it is one of structure: its reason starts with it.
pub(crate) fn law_of(failure: &Failure) -> Option<&str> {
    let (law, _) = failure.reason.split_once(": ").filter(|_| failure.witness == Witness::Structure)?;
    Some(law)
}

impl Broken {
    fn failure(self, law: &str, claim: &Claim) -> Failure {
        Failure {
            card: claim.card,
            place: claim.place.clone(),
            witness: Witness::Structure,
            quantity: self.quantity,
            element: Some(self.element),
            x: self.x,
            cotangent: claim.cotangent.iter().copied().collect(),
            ours: self.ours,
            theirs: self.wanted,
            difference: self.difference,
            allowed: self.allowed,
            wrong: self.wrong,
            reason: format!("{law}: {}", self.how),
        }
    }

    /// An error unless each element of `ours` is within `allowed` of the wanted one, relative to `size`; with 0, unless they
    /// have the same bits. NaN is as good as NaN. `how` says in a few words what was tried.
    fn unless_close(
        quantity: Quantity,
        x: Option<&ArrayD<f64>>,
        [ours, wanted, size]: [&ArrayD<f64>; 3],
        allowed: f64,
        how: &dyn Fn() -> String,
    ) -> Result<(), Box<Self>> {
        assert_eq!(ours.shape(), wanted.shape(), "the shape does not depend on how an op is used");
        let distance = |((&ours, &wanted), &size): ((&f64, &f64), &f64)| {
            let same = ours.to_bits() == wanted.to_bits() || ours.is_nan() && wanted.is_nan();
            match relative(ours, wanted, size.abs()) {
                _ if same => 0.0,
                distance if allowed > 0.0 => distance,
                distance => distance.max(f64::MIN_POSITIVE), // zeros of different signs
            }
        };
        let distances: Vec<f64> = ours.iter().zip(wanted).zip(size).map(distance).collect();
        let wrong = distances.iter().filter(|&&distance| distance > allowed).count();
        let Some((at, &difference)) = distances.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else {
            return Ok(());
        };
        if wrong == 0 {
            return Ok(());
        }
        let element = position(ours.shape(), at);
        Err(Box::new(Self {
            x: x.map(|x| x[&*element]),
            ours: ours[&*element],
            wanted: wanted[&*element],
            quantity,
            element,
            difference,
            allowed,
            wrong: (wrong, distances.len()),
            how: how(),
        }))
    }
}

impl Scene<'_> {
    fn inputs(&self) -> &[ArrayD<f64>] {
        &self.claim.inputs
    }

    /// An error unless the value has these bits.
    fn same_value(&self, ours: &ArrayD<f64>, how: &dyn Fn() -> String) -> Result<(), Box<Broken>> {
        Broken::unless_close(Quantity::Value, None, [ours, self.y, self.y], 0.0, how)
    }

    /// An error unless the gradient of input `i` has the bits of the wanted one.
    fn same_gradient(
        &self,
        i: usize,
        ours: &ArrayD<f64>,
        wanted: &ArrayD<f64>,
        how: &dyn Fn() -> String,
    ) -> Result<(), Box<Broken>> {
        let quantity = Quantity::Gradient(self.claim.names[i].clone());
        Broken::unless_close(quantity, Some(&self.inputs()[i]), [ours, wanted, wanted], 0.0, how)
    }

    /// An error unless value and gradients have the bits that a fresh tape gives.
    fn same(&self, (y, gradients): &Outcome, how: &dyn Fn() -> String) -> Result<(), Box<Broken>> {
        self.same_value(y, how)?;
        let pairs = gradients.iter().zip(&self.claim.gradients).enumerate();
        pairs.into_iter().try_for_each(|(i, (ours, wanted))| self.same_gradient(i, ours, wanted, how))
    }

    /// An error if an input that must get no gradient got one.
    fn nothing(&self, i: usize, gradient: Option<ArrayD<f64>>, how: &dyn Fn() -> String) -> Result<(), Box<Broken>> {
        let Some(ours) = gradient else { return Ok(()) };
        let at = ours.iter().position(|g| *g != 0.0).unwrap_or(0);
        Err(Box::new(Broken {
            quantity: Quantity::Gradient(self.claim.names[i].clone()),
            element: position(ours.shape(), at),
            x: elements(&self.inputs()[i]).get(at).copied(),
            ours: elements(&ours).get(at).copied().unwrap_or(0.0),
            wanted: 0.0,
            difference: f64::INFINITY,
            allowed: 0.0,
            wrong: (ours.len(), ours.len()),
            how: format!("{}, and yet it has a gradient", how()),
        }))
    }
}

/// Value and gradients.
type Outcome = (ArrayD<f64>, Vec<ArrayD<f64>>);
