//! What a check needs to know of an op: samples, edges, and a visit to each op of the registry.

use std::fmt::Debug;

use diabolo_kernels::Scalar;

use crate::op::Card;
use crate::var::Var;

mod dice;
mod listed;

pub use dice::Dice;
pub use listed::{Listed, OnTapes};

/// An op as a check sees it.
pub trait Case: Clone + Debug + Sized + 'static {
    /// The card of the op.
    fn card() -> &'static Card;

    /// Records the op, in any scalar type.
    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S>;

    /// Attributes and inputs to check at.
    fn samples() -> Vec<Sample<Self>>;

    /// A sample drawn at random, whose extents reach up to [`Dice::size`]. By default one of [`samples`](Self::samples) with
    /// other extents; an op whose attributes depend on extents (indices, ranges, a target shape) draws them together.
    fn any(dice: &mut Dice) -> Sample<Self> {
        let samples = Self::samples();
        samples[dice.below(samples.len())].resized(dice)
    }

    /// The whole domain of each input, on which the rules must keep to the [`ulps`](Card::ulps) of the card: for rules of
    /// single numbers up to the tails and the ends of the exponent range. The last one holds for all further inputs.
    /// Without any, the domains of the samples are taken. An op from outside of the registry that lists domains says that it is a
    /// rule of single numbers, and is checked as one.
    fn whole_domain() -> Vec<Domain> {
        vec![]
    }

    /// Points where rules go wrong, with what must come out.
    fn edges() -> Vec<Edge<Self>>;
}

/// Visits ops of different types; see [`each_op`](crate::ops::each_op).
pub trait Visitor {
    /// Called once for each op.
    fn op<C: Case>(&mut self);
}

/// An op with shapes and domains to draw its inputs from.
#[derive(Clone, Debug)]
pub struct Sample<C> {
    /// The op, with its attributes.
    pub op: C,
    /// Shape and domain of each input.
    pub inputs: Vec<(Vec<usize>, Domain)>,
}

impl<C> Sample<C> {
    /// A sample without inputs as yet.
    pub fn new(op: C) -> Self {
        Self { op, inputs: vec![] }
    }

    /// Adds an input.
    #[must_use]
    pub fn input(mut self, shape: &[usize], domain: Domain) -> Self {
        self.inputs.push((shape.to_vec(), domain));
        self
    }

    /// The same with other extents. Extents are taken for names: those that were equal stay equal, so that shapes go on
    /// fitting together. An extent of 1 stays, since it may be there to be repeated.
    #[must_use]
    pub fn resized(&self, dice: &mut Dice) -> Self
    where
        C: Clone,
    {
        let mut resized = self.clone();
        resize(&mut resized.inputs, dice);
        resized
    }
}

fn resize(inputs: &mut [(Vec<usize>, Domain)], dice: &mut Dice) {
    let mut names: Vec<(usize, usize)> = vec![];
    for extent in inputs.iter_mut().flat_map(|(shape, _)| shape).filter(|extent| **extent > 1) {
        let known = names.iter().find(|(name, _)| name == extent).map(|(_, new)| *new);
        let new = known.unwrap_or_else(|| dice.extent());
        names.push((*extent, new));
        *extent = new;
    }
}

/// Where an input is drawn from, so that finite differences do not step over a kink or out of the domain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// Evenly between two numbers.
    Between(f64, f64),
    /// Evenly between −3 and 3, but at least this far from 0.
    AwayFromZero(f64),
    /// Of either sign, with a magnitude between 2ᵃ and 2ᵇ, all exponents alike.
    Powers(f64, f64),
    /// The same, above 0.
    PositivePowers(f64, f64),
    /// A probability p whose log-odds ln p/(1 − p) lie evenly between −a and a: near 0 as often as near 1.
    Odds(f64),
}

impl Domain {
    /// Every finite number but 0, all exponents alike, subnormal numbers included.
    pub const ALL: Self = Self::Powers(-1074.0, 1024.0);
    /// Between −3 and 3.
    pub const REAL: Self = Self::Between(-3.0, 3.0);
    /// Between 0.1 and 3.
    pub const POSITIVE: Self = Self::Between(0.1, 3.0);
    /// Between 0 and 1, as pixels and probabilities.
    pub const UNIT: Self = Self::Between(0.0, 1.0);

    /// The point of the domain for a number `u` drawn evenly from [0, 1).
    pub fn at(self, u: f64) -> f64 {
        match self {
            Self::Between(low, high) => low + (high - low) * u,
            Self::AwayFromZero(gap) => {
                let distance = (2.0 * u - 1.0) * (3.0 - gap);
                distance + gap.copysign(distance)
            }
            Self::Powers(low, high) => {
                let (sign, u) = if u < 0.5 { (-1.0, 2.0 * u) } else { (1.0, 2.0 * u - 1.0) };
                sign * Self::PositivePowers(low, high).at(u)
            }
            // In two steps, since 2ᵃ alone may be subnormal or infinite where the number is not.
            Self::PositivePowers(low, high) => {
                let exponent = low + (high - low) * u;
                let whole = exponent.floor().clamp(-1022.0, 1023.0);
                (exponent - whole).exp2() * whole.exp2()
            }
            Self::Odds(largest) => 1.0 / (1.0 + (largest * (1.0 - 2.0 * u)).exp()),
        }
    }
}

/// Inputs, the output they must give, and the gradients of the sum of the output.
#[derive(Clone, Debug)]
pub struct Edge<C> {
    /// The op, with its attributes.
    pub op: C,
    /// Shape and elements of each input.
    pub inputs: Vec<(Vec<usize>, Vec<f64>)>,
    /// The elements of the output.
    pub value: Vec<f64>,
    /// The elements of the gradient of each input, for a cotangent of ones.
    pub gradients: Vec<Vec<f64>>,
    /// Why this must come out.
    pub why: &'static str,
}

impl<C> Edge<C> {
    /// An edge of a rule of single numbers: `y` and its slopes at the point `x`.
    pub fn point<const N: usize>(op: C, x: [f64; N], y: f64, slopes: [f64; N], why: &'static str) -> Self {
        Self { op, inputs: points(&x), value: vec![y], gradients: one_each(&slopes), why }
    }

    /// An edge whose inputs, of these shapes, have no elements.
    pub fn no_elements<const N: usize>(op: C, shapes: [&[usize]; N], value: &[f64], why: &'static str) -> Self {
        let inputs = shapes.map(|shape| (shape.to_vec(), vec![])).to_vec();
        Self { op, inputs, value: value.to_vec(), gradients: vec![vec![]; N], why }
    }

    /// The edge of a rule of single numbers without any: tensors that have no elements.
    pub fn empty(op: C, inputs: usize) -> Self {
        let nothing = vec![vec![]; inputs];
        Self {
            op,
            inputs: vec![(vec![0], vec![]); inputs],
            value: vec![],
            gradients: nothing,
            why: "nothing in, nothing out",
        }
    }
}

fn points(x: &[f64]) -> Vec<(Vec<usize>, Vec<f64>)> {
    x.iter().map(|x| (vec![], vec![*x])).collect()
}

fn one_each(numbers: &[f64]) -> Vec<Vec<f64>> {
    numbers.iter().map(|x| vec![*x]).collect()
}
