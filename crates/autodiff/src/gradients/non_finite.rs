//! Which rule made the first NaN or infinity of a backward pass: while it runs, or after it.

use diabolo_kernels::Scalar;
use diabolo_kernels::product::Known;

use super::{Gradients, Sum};
use crate::tape::{Alone, Node, Worst, worst};

/// What is bad before a rule runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    known: Worst,
}

impl Watch {
    /// What the rule of `node` is shown, and what its inputs were given by others.
    pub(super) fn before<S: Scalar>(node: &Node<S>, nodes: &[Node<S>], sums: &[Sum<S>], cotangent: &[S]) -> Self {
        Self { known: node.worst_given(sums).max(node.worst_read(nodes, cotangent)) }
    }

    /// Whether an input now has something worse.
    pub(super) fn sees_worse<S: Scalar>(self, node: &Node<S>, sums: &[Sum<S>]) -> bool {
        node.worst_given(sums) > self.known
    }
}

impl<S: Scalar> Sum<S> {
    fn worst(&self) -> Worst {
        if self.present() && self.known != Known::Finite { worst(&self.data) } else { Worst::Finite }
    }
}

impl<S: Scalar> Node<S> {
    /// The worst kind of number that the backward rule is shown.
    fn worst_read(&self, nodes: &[Self], cotangent: &[S]) -> Worst {
        let inputs = self.inputs.iter().map(|&input| worst(nodes[input].value()));
        inputs.fold(worst(cotangent).max(worst(self.value())), Worst::max)
    }

    /// The worst kind of number in what the inputs have been given.
    fn worst_given(&self, sums: &[Sum<S>]) -> Worst {
        self.inputs.iter().map(|&input| sums[input].worst()).fold(Worst::Finite, Worst::max)
    }
}

impl<S: Scalar> Gradients<S> {
    /// Whether the gradient of every value that joined the tape is finite.
    pub fn are_finite(&self) -> bool {
        let joined = self.shared.iter().filter_map(|(_, id)| self.sums.get(*id));
        joined.into_iter().all(|sum| sum.worst() == Worst::Finite)
    }

    /// The id of the first node, in the order of the backward pass, whose cotangent has a NaN or an infinity.
    pub(crate) fn first_non_finite(&self) -> Option<usize> {
        self.sums.iter().rposition(|sum| sum.worst() > Worst::Finite)
    }

    /// The first node, in the order of the backward pass, whose rule makes a NaN or an infinity, and its cotangent.
    pub(crate) fn first_made_non_finite(&self, nodes: &[Node<S>]) -> Option<(usize, &[S])> {
        let recorded = nodes.iter().zip(&self.sums).enumerate().rev();
        let mut flowed = recorded.filter(|(_, (node, sum))| node.wanted && sum.present());
        let (id, (_, sum)) = flowed.find(|(_, (node, sum))| self.makes_non_finite(node, nodes, &sum.data))?;
        Some((id, &sum.data))
    }

    /// Whether the rule of `node` gives an input something worse than all that it was given. It is run again only if that
    /// input has something bad at all.
    fn makes_non_finite(&self, node: &Node<S>, nodes: &[Node<S>], cotangent: &[S]) -> bool {
        let suspects = || node.inputs.iter().enumerate().filter(|&(_, &id)| nodes[id].wanted);
        if suspects().all(|(_, &id)| self.sums[id].worst() == Worst::Finite) {
            return false;
        }
        let given = node.worst_read(nodes, cotangent);
        given < Worst::Nan && {
            let made = Alone::of(node, nodes).vjp(cotangent);
            suspects().any(|(i, _)| worst(&made[i]) > given)
        }
    }
}
