//! The backward pass: gradients as a value, and the driver that alone skips, accumulates and undoes broadcasting.

use std::sync::Arc;

use diabolo_kernels::product::Known;
use diabolo_kernels::{Buffer, Scalar, sum_axes};
use ndarray::ArrayViewD;

use crate::op::Inputs;
use crate::shape::{Axes, Shape};
use crate::tape::Node;
use crate::var::Var;

mod alone;
mod non_finite;

pub(crate) use alone::pull_back;
use non_finite::Watch;

/// The gradients of one backward pass, kept by the caller and refilled each step without new memory.
#[derive(Debug, Default)]
pub struct Gradients<S> {
    sums: Vec<Sum<S>>,
    shared: Vec<(usize, usize)>,
    spare: Vec<Buffer<S>>,
}

/// The cotangent of a node as far as it has been added up.
#[derive(Debug, Default)]
struct Sum<S> {
    shape: Option<Shape>,
    data: Buffer<S>,
    /// What the rule that made it knows.
    known: Known,
}

impl<S: Scalar> Sum<S> {
    fn present(&self) -> bool {
        self.shape.is_some()
    }
}

impl<S: Scalar> Gradients<S> {
    /// No gradients yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The gradient with respect to `x`; `None` if the loss does not depend on it or it was not asked for.
    pub fn of(&self, x: Var<'_, S>) -> Option<ArrayViewD<'_, S>> {
        let sum = self.sums.get(x.id)?;
        let shape = sum.shape?;
        Some(ArrayViewD::from_shape(&*shape, &sum.data).expect("a gradient has the shape of its node"))
    }

    /// The gradient with respect to a value that joined the tape by [`Tape::join`](crate::Tape::join), row-major.
    pub fn of_shared(&self, value: &Arc<Buffer<S>>) -> Option<&[S]> {
        let (_, id) = self.shared.iter().find(|(address, _)| *address == Arc::as_ptr(value).addr())?;
        let sum = self.sums.get(*id)?;
        sum.present().then_some(&*sum.data)
    }

    /// As [`of_shared`](Self::of_shared), to change it in place: clipping.
    pub fn of_shared_mut(&mut self, value: &Arc<Buffer<S>>) -> Option<&mut [S]> {
        let (_, id) = self.shared.iter().find(|(address, _)| *address == Arc::as_ptr(value).addr())?;
        let sum = self.sums.get_mut(*id)?;
        sum.known = Known::Nothing;
        sum.present().then_some(&mut *sum.data)
    }

    /// Forgets the gradients and overwrites the memory that is kept with `value`, for checks: rules that fill what they are
    /// given to fill give the same as before.
    pub fn poison_memory(&mut self, value: S) {
        for sum in &mut self.sums {
            sum.shape = None;
            sum.data.fill(value);
        }
        self.spare.iter_mut().for_each(|buffer| buffer.fill(value));
    }

    /// Walks the tape once, from node `from` back to the first. If it must stop where a rule makes a NaN or an infinity, the
    /// node where it did, and the cotangent there.
    pub(crate) fn run(
        &mut self,
        nodes: &[Node<S>],
        shared: &[(usize, usize)],
        from: usize,
        seed: &[S],
        stop: bool,
    ) -> Option<(usize, &[S])> {
        self.shared.clear();
        self.shared.extend_from_slice(shared);
        self.sums.iter_mut().for_each(|sum| (sum.shape, sum.known) = (None, Known::Nothing));
        if self.sums.len() < nodes.len() {
            self.sums.resize_with(nodes.len(), Sum::default);
        }
        let first = &mut self.sums[from];
        first.shape = Some(nodes[from].shape);
        first.data.resize(seed.len());
        first.data.copy_from_slice(seed);

        for (id, node) in nodes.iter().enumerate().take(from + 1).rev() {
            let (before, this) = self.sums.split_at_mut(id);
            if !node.wanted || !this[0].present() {
                continue;
            }
            let cotangent = &this[0].data;
            let watch = stop.then(|| Watch::before(node, nodes, before, cotangent));
            let inputs = Inputs::new(nodes, &node.inputs);
            let mut cotangents = Cotangents { inputs, shape: node.shape, sums: before, spare: &mut self.spare };
            node.op.vjp(inputs, node.value(), &node.kept, cotangent, &mut cotangents);
            if watch.is_some_and(|watch| watch.sees_worse(node, before)) {
                return Some((id, &self.sums[id].data));
            }
        }
        None
    }
}

/// Where a backward rule puts the cotangents of its inputs.
#[derive(Debug)]
pub struct Cotangents<'a, S> {
    inputs: Inputs<'a, S>,
    shape: Shape,
    sums: &'a mut [Sum<S>],
    spare: &'a mut Vec<Buffer<S>>,
}

impl<S: Scalar> Cotangents<'_, S> {
    /// Whether anyone asks for the cotangent of input `i`.
    pub fn wants(&self, i: usize) -> bool {
        self.inputs.node(i).wanted
    }

    /// Gives input `i` its cotangent: `rule` fills a slice of the size of that input, unless nobody wants it. It may say what it
    /// knows of it, which need not be looked at again: usually nothing, `()`.
    pub fn give<K: Into<Known>>(&mut self, i: usize, rule: impl FnOnce(&mut [S]) -> K) {
        let mut rule = Some(rule);
        self.fill(i, &mut |g| rule.take().expect("a rule is asked once")(g).into());
    }

    /// As [`give`](Self::give), for a rule behind a pointer: compiled once and not for each.
    fn fill(&mut self, i: usize, rule: &mut dyn FnMut(&mut [S]) -> Known) {
        if !self.wants(i) {
            return;
        }
        let shape = self.inputs.shape(i);
        let sum = &mut self.sums[self.inputs.id(i)];
        if !sum.present() {
            sum.shape = Some(shape);
            sum.data.resize(shape.size());
            sum.known = rule(&mut sum.data);
            return;
        }
        let mut term = self.spare.pop().unwrap_or_default();
        term.resize(shape.size());
        rule(&mut term);
        let sum = &mut self.sums[self.inputs.id(i)];
        sum.known = Known::Nothing;
        diabolo_kernels::update(Accumulate, [&mut *sum.data], [&*term]);
        self.spare.push(term);
    }

    /// As [`give`](Self::give) for an input that was repeated to the shape of the output: `rule` fills a slice of the
    /// size of the *output*, and what was repeated is added up.
    pub fn give_repeated(&mut self, i: usize, rule: impl FnOnce(&mut [S])) {
        let mut rule = Some(rule);
        self.fill_repeated(i, &mut |g| {
            rule.take().expect("a rule is asked once")(g);
            Known::Nothing
        });
    }

    fn fill_repeated(&mut self, i: usize, rule: &mut dyn FnMut(&mut [S]) -> Known) {
        let (part, whole) = (self.inputs.shape(i), self.shape);
        if part.size() == whole.size() {
            return self.fill(i, rule);
        }
        if !self.wants(i) {
            return;
        }
        let mut terms = self.scratch(whole.size());
        rule(&mut terms);
        let lead = whole.len() - part.len();
        let repeated = Axes::where_true(|axis| axis < whole.len() && (axis < lead || part[axis - lead] != whole[axis]));
        self.give(i, |g| sum_axes(&terms, &whole, &repeated, g));
        self.recycle(terms);
    }

    /// Memory for a rule's intermediate results, with unspecified contents; hand it back to [`recycle`](Self::recycle).
    pub fn scratch(&mut self, len: usize) -> Buffer<S> {
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.resize(len);
        buffer
    }

    /// Takes memory back for the next rule.
    pub fn recycle(&mut self, buffer: Buffer<S>) {
        self.spare.push(buffer);
    }
}

#[derive(Clone, Copy)]
struct Accumulate;

impl<S: Scalar> diabolo_kernels::UpdateRule<S, 1, 1> for Accumulate {
    #[inline(always)]
    fn apply(self, [sum]: [S; 1], [term]: [S; 1]) -> [S; 1] {
        [sum + term]
    }
}
