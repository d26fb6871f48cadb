//! What a check needs to know of an op: samples, edges, and a visit to each op of the registry.

use std::fmt::Debug;

use diabolo_kernels::Scalar;

use crate::op::Card;
use crate::var::Var;

/// An op as a check sees it.
pub trait Case: Clone + Debug + Sized + 'static {
    /// The card of the op.
    fn card() -> &'static Card;

    /// Records the op, in any scalar type.
    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S>;

    /// Attributes and inputs to check at.
    fn samples() -> Vec<Sample<Self>>;

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
}

/// Where an input is drawn from, so that finite differences do not step over a kink or out of the domain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// Evenly between two numbers.
    Between(f64, f64),
    /// Evenly between −3 and 3, but at least this far from 0.
    AwayFromZero(f64),
}

impl Domain {
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
        let inputs = x.map(|x| (vec![], vec![x])).to_vec();
        Self { op, inputs, value: vec![y], gradients: slopes.map(|s| vec![s]).to_vec(), why }
    }
}
