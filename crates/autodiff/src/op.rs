//! What an op is: a card that says what it computes, a forward rule, and a backward rule.

use std::any::Any;
use std::fmt::Debug;

use diabolo_kernels::{Buffer, Scalar};

use crate::gradients::Cotangents;
use crate::shape::Shape;
use crate::tape::Node;

/// What an op says of itself. API docs, the table of ops, gradient checks and error messages are made from it.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// The name of the op, and of its file.
    pub name: &'static str,
    /// The forward formula.
    pub forward: &'static str,
    /// The backward formula of each input, where x̄ is the gradient of the loss with respect to x. Without any, nothing flows
    /// back: what the op gives is a constant to whoever uses it.
    pub backward: &'static [&'static str],
    /// Both formulas in LaTeX.
    pub latex: &'static str,
    /// What the backward rule reads beside the cotangent ȳ and what the forward rule kept.
    pub reads: Reads,
    /// Where the derivative is not unique, and what is taken there.
    pub kinks: &'static str,
    /// The inputs in which the op is linear, all others held: there a finite difference with step 1 is exact.
    pub linear: Linearity,
    /// How far from the exact result value and gradients may be.
    pub ulps: Ulps,
}

/// The inputs in which an op is linear while all others are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linearity {
    /// None.
    Nowhere,
    /// Each of them.
    Everywhere,
    /// Those with these numbers.
    In(&'static [usize]),
}

impl Linearity {
    /// Whether the op is linear in input `i`.
    pub fn holds(self, i: usize) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Everywhere => true,
            Self::In(inputs) => inputs.contains(&i),
        }
    }
}

/// The largest distance from the exact result, in units in the last place of the larger of the result and the largest term
/// of the sum that it is: near a zero of a slope that is a difference no rule can do better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ulps {
    /// In double precision.
    pub f64: u32,
    /// In single precision.
    pub f32: u32,
}

impl Ulps {
    /// Four in both: what is asked of a rule of single numbers.
    pub const FOUR: Self = Self { f64: 4, f32: 4 };
}

/// The values that a backward rule reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Neither inputs nor output.
    Nothing,
    /// The inputs.
    X,
    /// The output.
    Y,
    /// Both.
    XY,
}

impl Reads {
    /// Whether the inputs are read.
    pub fn inputs(self) -> bool {
        matches!(self, Self::X | Self::XY)
    }
    /// Whether the output is read.
    pub fn output(self) -> bool {
        matches!(self, Self::Y | Self::XY)
    }
}

/// A differentiable operation on tensors of `S`. What it needs beyond its inputs (axes, a key, an activation) are its fields.
///
/// Rules of a single number implement [`Elementwise`](crate::Elementwise) and become ops through [`Map`](crate::Map).
pub trait Op<S: Scalar>: Any + Debug + Send + Sync {
    /// What the op says of itself.
    fn card(&self) -> &'static Card;

    /// The shape of the output, or in a few words why these inputs do not fit.
    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String>;

    /// Fills `y`, whose old contents mean nothing. Whatever the backward rule wants beside inputs and output goes into `kept`.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>);

    /// Gives each input its cotangent, from that of the output.
    fn vjp(&self, x: Inputs<'_, S>, y: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>);
}

/// The inputs of an op: values and shapes.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a, S> {
    nodes: &'a [Node<S>],
    ids: &'a [usize],
}

impl<'a, S: Scalar> Inputs<'a, S> {
    pub(crate) fn new(nodes: &'a [Node<S>], ids: &'a [usize]) -> Self {
        Self { nodes, ids }
    }

    /// The number of inputs.
    #[expect(clippy::len_without_is_empty, reason = "an op without inputs is a leaf and has no rule to ask")]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The elements of input `i`, row-major.
    pub fn value(&self, i: usize) -> &'a [S] {
        self.node(i).value()
    }

    /// The shape of input `i`.
    pub fn shape(&self, i: usize) -> Shape {
        self.node(i).shape
    }

    pub(crate) fn id(&self, i: usize) -> usize {
        self.ids[i]
    }

    pub(crate) fn node(&self, i: usize) -> &'a Node<S> {
        &self.nodes[self.ids[i]]
    }
}
