//! Whose fault it is: each op that a function recorded, alone, at the inputs and the cotangent that it met there.
//!
//! A gradient is a product of the slopes of single ops, so if it is wrong although every one of them is right, part of the
//! value did not come through the tape: it was read from it and put back as a constant, or cut off on purpose.

use std::fmt;

use diabolo_autodiff::{Gradients, NonFinite, Recorded, Tape};
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::claim::Claim;
use crate::failure::{Failure, Place};

/// What was found out about the ops of a function whose gradients are wrong.
#[derive(Clone, Debug, Default)]
pub struct Blame {
    /// How many ops were looked at.
    pub ops: usize,
    /// Rules that disagree with finite differences of their own op, in the order of the backward pass: the line that
    /// recorded the op, its scope and its card are in each.
    pub rules: Vec<Failure>,
    /// Values that move with the inputs while no gradient flows back from them: constants that were made of values taken
    /// off the tape, and ops such as `detach`.
    pub cuts: Vec<Place>,
    /// The first op that made a NaN or an infinity.
    pub non_finite: Option<NonFinite>,
}

/// No more ops are accused than anyone reads.
const ACCUSED: usize = 3;

impl Blame {
    /// Looks at every op on `tape` through which `gradients` flowed. `moved` holds the same function at other inputs.
    pub(crate) fn find(
        key: Key,
        limit: usize,
        tape: &Tape<f64>,
        moved: &Tape<f64>,
        gradients: &Gradients<f64>,
    ) -> Self {
        let mut blame = Self {
            non_finite: tape.first_made_non_finite().or_else(|| tape.first_made_non_finite_gradient(gradients)),
            ..Self::default()
        };
        for node in tape.recorded().rev().filter(|node| node.is_wanted() && !node.is_leaf()) {
            let Some(cotangent) = gradients.of(node.output()) else { continue };
            if blame.rules.len() < ACCUSED && cotangent.iter().all(|g| g.is_finite()) {
                blame.rules.extend(accuse(key, limit, node, cotangent.to_owned()));
            }
            blame.ops += 1;
        }
        if tape.recorded().len() == moved.recorded().len() {
            let pairs = tape.recorded().zip(moved.recorded());
            blame.cuts = pairs.filter(|(node, other)| is_cut(*node, *other)).map(|(node, _)| place(node)).collect();
        }
        blame
    }
}

/// Whether a value depends on the inputs but lets nothing flow back to them.
fn is_cut(node: Recorded<'_, f64>, moved: Recorded<'_, f64>) -> bool {
    let depends = || node.output().value() != moved.output().value();
    let begins = node.is_leaf() || node.inputs().iter().any(|x| x.recorded().is_wanted());
    !node.is_wanted() && begins && depends()
}

fn place(node: Recorded<'_, f64>) -> Place {
    let op = if node.is_leaf() { "a constant".to_owned() } else { node.op() };
    Place::Recorded { op, scope: node.scope(), at: node.place() }
}

/// Asks finite differences of one op about its own rule, for those inputs that anyone wants a gradient of.
fn accuse(key: Key, limit: usize, node: Recorded<'_, f64>, cotangent: ArrayD<f64>) -> Vec<Failure> {
    let inputs: Vec<ArrayD<f64>> = node.inputs().iter().map(|x| x.value()).collect();
    let wanted: Vec<usize> = (0..inputs.len()).filter(|&i| node.inputs()[i].recorded().is_wanted()).collect();
    let mut given = node.vjp(&inputs, &cotangent);
    let claim = Claim {
        card: Some(node.card()),
        place: place(node),
        names: wanted.iter().map(|i| format!("input {i}")).collect(),
        inputs: wanted.iter().map(|&i| inputs[i].clone()).collect(),
        gradients: wanted.iter().map(|&i| std::mem::take(&mut given[i])).collect(),
        cotangent,
    };
    let mut point = inputs;
    let mut output = |moved: &[ArrayD<f64>]| {
        wanted.iter().zip(moved).for_each(|(&i, x)| point[i].assign(x));
        node.forward(&point)
    };
    claim.check(key, limit, &mut output).failures
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(found) = &self.non_finite {
            writeln!(f, "The first number that is not finite is {found}.")?;
        }
        for rule in &self.rules {
            let name = rule.card.map_or("an op", |card| card.name);
            writeln!(f, "The backward rule of {name} is wrong:\n{rule}")?;
        }
        if !self.rules.is_empty() {
            return Ok(());
        }
        match self.ops {
            0 => writeln!(f, "No gradient flowed through any op.")?,
            1 => writeln!(f, "The one op that gradients flowed through is right by itself.")?,
            ops => writeln!(f, "Each of the {ops} ops that gradients flowed through is right by itself.")?,
        }
        for cut in &self.cuts {
            writeln!(
                f,
                "No gradient flows back from {cut}, though its value moves with the inputs: taken off the tape?"
            )?;
        }
        if self.cuts.is_empty() && self.ops > 0 {
            f.write_str("No constant moves with the inputs: is there a kink or a jump near the inputs?\n")?;
        }
        Ok(())
    }
}
