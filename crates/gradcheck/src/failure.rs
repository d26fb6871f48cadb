//! What is said of a gradient that a witness contradicts.

use std::fmt;
use std::panic::Location;

use diabolo_autodiff::{Card, Shape};

use crate::ulps::ulps_apart;

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// The textbook formula on dual numbers of higher precision.
    Duals,
    /// Extrapolated central differences of the forward rule; with step 1 where the op is linear.
    FiniteDifferences,
    /// The forward rule on dual numbers, at large shapes.
    ForwardMode,
    /// Forward over reverse against differences of gradients, and the symmetry of the Hessian.
    SecondOrder,
    /// The table of edges in the op's file.
    EdgeTable,
    /// What must hold however an op is used: sharing, broadcasting, strides, repetition, zero cotangents.
    Structure,
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duals => "duals of higher precision",
            Self::FiniteDifferences => "finite differences",
            Self::ForwardMode => "forward mode",
            Self::SecondOrder => "second order",
            Self::EdgeTable => "the edge table",
            Self::Structure => "structure",
        })
    }
}

/// Where it was seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A sample of an op.
    Sample {
        /// The seed of the check.
        seed: u64,
        /// Its place in the op's list, from 0.
        index: usize,
        /// Which draw of its inputs, from 0.
        draw: u32,
        /// The op with its attributes.
        op: String,
        /// The shape of each input.
        shapes: Vec<Shape>,
    },
    /// A sample drawn at random.
    Random {
        /// The seed of the check.
        seed: u64,
        /// Which draw, from 0.
        draw: u32,
        /// The op with its attributes.
        op: String,
        /// The shape of each input, and its elements if they are few.
        inputs: Vec<String>,
        /// Whether this is the smallest sample found that fails as the one that was drawn.
        shrunk: bool,
    },
    /// An edge of an op.
    Edge {
        /// Its place in the op's table, from 0.
        index: usize,
        /// The reason given there.
        why: &'static str,
        /// The op with its attributes.
        op: String,
    },
    /// An op as a function of the caller recorded it.
    Recorded {
        /// The op with its attributes.
        op: String,
        /// The part of the model, as `encoder.0`; empty outside of any.
        scope: String,
        /// The line that recorded it.
        at: &'static Location<'static>,
    },
    /// A point of the whole domain of a rule of single numbers.
    Point {
        /// The op with its attributes.
        op: String,
        /// All inputs at this point.
        inputs: Vec<f64>,
        /// Whether the rule was run in single precision.
        single: bool,
    },
    /// A sample of an op, with shapes and attributes of its file or drawn ones.
    Drawn {
        /// The op with its attributes.
        op: String,
        /// The shape of each input.
        shapes: Vec<Vec<usize>>,
        /// Which draw it is, from 0: those of the file come first.
        draw: u32,
        /// Whether the rule was run in single precision.
        single: bool,
    },
    /// A function and inputs given by the caller.
    Given {
        /// The line that asked for the check.
        at: &'static Location<'static>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sample { seed, index, draw, op, shapes } => {
                let shapes: Vec<String> = shapes.iter().map(ToString::to_string).collect();
                write!(f, "sample {index}, draw {draw} of seed {seed}: {op} of {}", shapes.join(" and "))
            }
            Self::Random { seed, draw, op, inputs, shrunk } => {
                let shrunk = if *shrunk { " shrunk" } else { "" };
                write!(f, "random sample {draw} of seed {seed}{shrunk}: {op} of {}", inputs.join(" and "))
            }
            Self::Edge { index, why, op } => write!(f, "edge {index} ({why}) of {op}"),
            Self::Recorded { op, scope, at } if scope.is_empty() => write!(f, "{op} (recorded at {at})"),
            Self::Recorded { op, scope, at } => write!(f, "{op} in {scope} (recorded at {at})"),
            Self::Given { at } => write!(f, "the inputs given (checked at {at})"),
            Self::Point { op, inputs, single } => {
                let inputs: Vec<String> = inputs.iter().map(|x| exact(*x)).collect();
                write!(f, "({}) of {op} in {}", inputs.join(", "), if *single { "f32" } else { "f64" })
            }
            Self::Drawn { op, shapes, draw, single } => {
                let shapes: Vec<String> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
                write!(f, "draw {draw} of {op} in {}", if *single { "f32" } else { "f64" })?;
                write!(f, ", inputs of shape {}", shapes.join(" and "))
            }
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// The output.
    Value,
    /// The gradient with respect to the input of this name.
    Gradient(String),
    /// The input of this name.
    Input(String),
    /// The derivative of the gradient with respect to the input of this name, while all inputs move along one direction.
    Curvature(String),
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("value"),
            Self::Gradient(input) => write!(f, "gradient of {input}"),
            Self::Input(input) => write!(f, "value of {input}"),
            Self::Curvature(input) => write!(f, "change of the gradient of {input}"),
        }
    }
}

/// A disagreement: of all elements of one tensor that disagree with one witness at one place, the worst.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The card of the op; `None` for a function of the caller.
    pub card: Option<&'static Card>,
    /// The sample or edge.
    pub place: Place,
    /// Who says so.
    pub witness: Witness,
    /// The tensor.
    pub quantity: Quantity,
    /// The element; `None` where all elements moved together along a direction.
    pub element: Option<Vec<usize>>,
    /// That element of the input.
    pub x: Option<f64>,
    /// The cotangent ȳ of the output, row-major.
    pub cotangent: Vec<f64>,
    /// What the rule gives.
    pub ours: f64,
    /// What the witness finds.
    pub theirs: f64,
    /// How far apart they are, relative as the tolerance of the witness says; from duals, in units in the last place.
    pub difference: f64,
    /// How far apart they may be.
    pub allowed: f64,
    /// How many of the elements disagree, and how many were looked at.
    pub wrong: (usize, usize),
    /// What the numbers say about the cause.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(card) = self.card {
            write!(f, "{}: ", card.name)?;
        }
        write!(f, "{}", self.quantity)?;
        match &self.element {
            Some(element) => write!(f, " at {element:?}")?,
            None => f.write_str(" along a random direction")?,
        }
        match self.witness {
            Witness::Structure => writeln!(f, ": {:?} where {:?} must come out", self.ours, self.theirs)?,
            witness => writeln!(f, ": ours {:?}, {witness} {:?}", self.ours, self.theirs)?,
        }
        match self.witness {
            Witness::Duals => write!(f, "  {} ulp apart, allowed {}", in_ulps(self.difference), self.allowed)?,
            _ => {
                write!(f, "  relative difference {:.1e}, allowed {:.0e}", self.difference, self.allowed)?;
                write!(f, ", {} ulps apart", ulps_apart(self.ours, self.theirs))?;
            }
        }
        writeln!(f, "; {} of {} elements disagree", self.wrong.0, self.wrong.1)?;
        writeln!(f, "  {}", self.reason)?;
        write!(f, "  at {}", self.place)?;
        if let Some(x) = self.x {
            write!(f, ", x = {x:?}")?;
        }
        match self.cotangent[..] {
            [gy] => write!(f, ", ȳ = {gy:?}")?,
            _ => write!(f, ", ȳ = {}", abridged(&self.cotangent))?,
        }
        if let (Some(card), Place::Random { seed, .. }) = (self.card, &self.place) {
            write!(f, "\n  to see it again: diabolo gradcheck --op {} --seed {seed}", card.name)?;
        }
        if let Some(card) = self.card {
            write!(f, "\n  {}", card.forward)?;
            card.backward.iter().try_for_each(|rule| write!(f, "\n  {rule}"))?;
        }
        Ok(())
    }
}

/// All digits that matter, and the bits.
fn exact(x: f64) -> String {
    format!("{x:?} = 0x{:016x}", x.to_bits())
}

fn in_ulps(distance: f64) -> String {
    if distance < 1e4 { format!("{distance:.1}") } else { format!("{distance:.1e}") }
}

/// The first few of many numbers.
fn abridged(numbers: &[f64]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> = numbers.iter().take(SHOWN).map(|x| format!("{x:.4}")).collect();
    let rest = if numbers.len() > SHOWN { format!(", … {} in all", numbers.len()) } else { String::new() };
    format!("[{}{rest}]", shown.join(", "))
}

/// Writes what each witness says first, and more if there is room, a blank line between.
pub(crate) fn write_failures(f: &mut fmt::Formatter<'_>, failures: &[Failure]) -> fmt::Result {
    const SHOWN: usize = 3;
    let is_first = |at: usize| failures[..at].iter().all(|before| before.witness != failures[at].witness);
    let (first, others): (Vec<usize>, Vec<usize>) = (0..failures.len()).partition(|&at| is_first(at));
    let room = SHOWN.saturating_sub(first.len());
    let shown: Vec<usize> = first.into_iter().chain(others.into_iter().take(room)).collect();
    for &at in &shown {
        write!(f, "\n{}\n", failures[at])?;
    }
    match failures.len() - shown.len() {
        0 => Ok(()),
        more => write!(f, "\nand {more} more"),
    }
}
