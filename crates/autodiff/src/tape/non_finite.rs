//! Where a NaN or an infinity first appeared, and who made it.

use std::fmt;
use std::panic::Location;

use diabolo_kernels::{Scalar, all_finite};

use super::Tape;
use super::slots::Slots;
use crate::gradients::Gradients;

/// Where a NaN or an infinity first appeared.
#[derive(Clone, Debug, PartialEq)]
pub struct NonFinite {
    /// `"value"` or `"gradient"`.
    pub what: &'static str,
    /// The name of the op.
    pub op: &'static str,
    /// The part of the model, as `encoder.0`; empty outside of any.
    pub scope: String,
    /// The line that recorded the op.
    pub place: &'static Location<'static>,
    /// Smallest and largest value of each input.
    pub inputs: Vec<(f64, f64)>,
    /// Smallest and largest value of the cotangent, if it was the op's backward rule that made it.
    pub cotangent: Option<(f64, f64)>,
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = if self.cotangent.is_some() { " that the rule" } else { "" };
        write!(f, "the {}{made} of {}", self.what, self.op)?;
        if !self.scope.is_empty() {
            write!(f, " in {}", self.scope)?;
        }
        let gives = if self.cotangent.is_some() { " gives" } else { "" };
        write!(f, " (recorded at {}){gives} is not finite", self.place)?;
        for (i, (low, high)) in self.inputs.iter().enumerate() {
            let lead = if i == 0 { "; its inputs range over" } else { "," };
            write!(f, "{lead} [{low:.3e}, {high:.3e}]")?;
        }
        if let Some((low, high)) = self.cotangent {
            write!(f, "; its cotangent over [{low:.3e}, {high:.3e}]")?;
        }
        Ok(())
    }
}

impl<S: Scalar> Tape<S> {
    /// From now on, also after a reset, stops at the first op that makes a NaN or an infinity: recording at one that makes
    /// it of finite inputs (or NaN of infinite ones), and [`backward`](crate::Var::backward) at one whose rule makes it
    /// while its cotangent, its inputs and its output are finite. What comes in from outside, in a leaf, stops nothing.
    ///
    /// The panic names op, scope, line and the ranges of what went in, and the tape can be used after it. A loss hides much
    /// of this: a mask can keep a NaN out of the value, and an infinity out of the gradients that are asked for.
    ///
    /// ```should_panic
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// tape.stop_at_non_finite(true);
    /// let x = tape.variable(&array![4.0, -1.0]);
    /// let root = x.sqrt(); // stops here, although the NaN is not chosen below
    /// let loss = x.select(root, x).sum_all();
    /// ```
    pub fn stop_at_non_finite(&self, stop: bool) {
        self.0.borrow_mut().stop = stop;
    }

    /// The first node, in order of computation, whose value has a NaN or an infinity.
    pub fn first_non_finite(&self) -> Option<NonFinite> {
        let slots = &*self.0.borrow();
        let id = slots.nodes[..slots.used].iter().position(|node| worst(node.value()) > Worst::Finite)?;
        Some(slots.describe(id, "value"))
    }

    /// The first node, in order of the backward pass, whose gradient has a NaN or an infinity.
    pub fn first_non_finite_gradient(&self, gradients: &Gradients<S>) -> Option<NonFinite> {
        Some(self.0.borrow().describe(gradients.first_non_finite()?, "gradient"))
    }

    /// The first op, in order of computation, that made a NaN or an infinity of finite inputs, or a NaN of infinite ones:
    /// where [`stop_at_non_finite`](Self::stop_at_non_finite) would have stopped the forward pass.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![4.0, -1.0]);
    /// let loss = x.select(x.sqrt(), x).sum_all();
    /// assert_eq!(loss.item(), 1.0); // nothing to be seen here
    /// assert_eq!(tape.first_made_non_finite().unwrap().op, "sqrt");
    /// ```
    pub fn first_made_non_finite(&self) -> Option<NonFinite> {
        let slots = &*self.0.borrow();
        Some(slots.describe((0..slots.used).find(|&id| slots.makes_non_finite(id))?, "value"))
    }

    /// The first op, in order of the backward pass that filled `gradients`, whose rule made a NaN or an infinity where
    /// cotangent, inputs and output are finite: where [`stop_at_non_finite`](Self::stop_at_non_finite) would have stopped
    /// that pass. Nothing is asked of the pass itself: the rules that may have done it are run again.
    pub fn first_made_non_finite_gradient(&self, gradients: &Gradients<S>) -> Option<NonFinite> {
        let slots = &*self.0.borrow();
        let (id, cotangent) = gradients.first_made_non_finite(&slots.nodes[..slots.used])?;
        Some(slots.describe_rule(id, cotangent))
    }
}

impl<S: Scalar> Slots<S> {
    /// Whether the output of node `id` is worse than its inputs. A leaf makes nothing.
    pub(super) fn makes_non_finite(&self, id: usize) -> bool {
        let node = &self.nodes[id];
        if node.inputs.is_empty() {
            return false;
        }
        let made = worst(node.value());
        made > Worst::Finite && node.inputs.iter().all(|&input| worst(self.nodes[input].value()) < made)
    }

    pub(super) fn describe(&self, id: usize, what: &'static str) -> NonFinite {
        let node = &self.nodes[id];
        let inputs = node.inputs.iter().map(|&i| range(self.nodes[i].value())).collect();
        let (op, scope) = (node.op.card().name, self.scope_of(id).to_owned());
        NonFinite { what, op, scope, place: node.place, inputs, cotangent: None }
    }

    /// As [`describe`](Self::describe) for the backward rule.
    pub(super) fn describe_rule(&self, id: usize, cotangent: &[S]) -> NonFinite {
        NonFinite { cotangent: Some(range(cotangent)), ..self.describe(id, "gradient") }
    }
}

/// The worst kind of number in a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worst {
    Finite,
    Infinite,
    Nan,
}

pub(crate) fn worst<S: Scalar>(data: &[S]) -> Worst {
    if all_finite(data) {
        return Worst::Finite;
    }
    let kind = |x: &S| match x {
        x if x.is_nan() => Worst::Nan,
        x if x.is_finite() => Worst::Finite,
        _ => Worst::Infinite,
    };
    data.iter().map(kind).max().unwrap_or(Worst::Finite)
}

/// The smallest and the largest value, NaN if there is one.
pub(super) fn range<S: Scalar>(values: &[S]) -> (f64, f64) {
    values.iter().map(|x| x.to_f64()).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        if x.is_nan() || low.is_nan() { (f64::NAN, f64::NAN) } else { (low.min(x), high.max(x)) }
    })
}
