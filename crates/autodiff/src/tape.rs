//! The tape: a vector of slots that the same program fills again, step after step, without new memory.

use std::cell::RefCell;
use std::panic::Location;
use std::sync::Arc;

use diabolo_kernels::{Buffer, Scalar};
use ndarray::{ArrayBase, ArrayViewD, Data, Dimension};

use crate::gradients::Gradients;
use crate::op::Op;
use crate::shape::Shape;
use crate::var::Var;

mod non_finite;
mod poison;
mod recorded;
mod slots;

pub use non_finite::NonFinite;
pub(crate) use non_finite::{Worst, worst};
pub(crate) use recorded::Alone;
pub use recorded::Recorded;
pub(crate) use slots::Node;
use slots::{Leaf, Slots};

/// More than any op has; concatenation and stacking of many tensors take the most.
pub(crate) const MAX_INPUTS: usize = 64;

/// A record of what was computed, in order.
///
/// A [`Var`] borrows the tape, so none can outlive [`reset`](Self::reset).
#[derive(Debug)]
pub struct Tape<S>(RefCell<Slots<S>>);

impl<S: Scalar> Default for Tape<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> Tape<S> {
    /// An empty tape.
    pub fn new() -> Self {
        Self(RefCell::new(Slots::new()))
    }

    /// Forgets what was recorded and keeps the memory. Values that joined are let go of, so that their owner can change them.
    pub fn reset(&mut self) {
        let slots = self.0.get_mut();
        slots.nodes[..slots.used].iter_mut().for_each(|node| node.joined = None);
        slots.shared.clear();
        (slots.used, slots.scope) = (0, 0);
    }

    /// The number of nodes recorded since the last reset.
    pub fn len(&self) -> usize {
        self.0.borrow().used
    }

    /// Whether nothing has been recorded since the last reset.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of `value` for which no gradient is asked.
    #[track_caller]
    pub fn constant<D: Data<Elem = S>, I: Dimension>(&self, value: &ArrayBase<D, I>) -> Var<'_, S> {
        self.copy(value, false)
    }

    /// A copy of `value` for which a gradient is asked.
    #[track_caller]
    pub fn variable<D: Data<Elem = S>, I: Dimension>(&self, value: &ArrayBase<D, I>) -> Var<'_, S> {
        self.copy(value, true)
    }

    /// A constant that `fill` writes straight into the tape's memory (its old contents mean nothing): a batch of data.
    #[track_caller]
    pub fn constant_with(&self, shape: &[usize], fill: impl FnOnce(&mut [S])) -> Var<'_, S> {
        self.leaf(Shape::new(shape), false, fill)
    }

    /// A copy of `x` that `change` alters, for which no gradient is asked: data with noise.
    #[track_caller]
    pub fn constant_from(&self, x: Var<'_, S>, change: impl FnOnce(&mut [S])) -> Var<'_, S> {
        let copy = self.leaf(x.shape(), false, |_| {});
        let slots = &mut *self.0.borrow_mut();
        let (before, this) = slots.nodes.split_at_mut(copy.id);
        this[0].own.copy_from_slice(before[x.id].value());
        change(&mut this[0].own);
        copy
    }

    /// A number that takes part in tensor arithmetic.
    #[track_caller]
    pub fn scalar(&self, value: f64) -> Var<'_, S> {
        self.leaf(Shape::new(&[]), false, |out| out[0] = S::of(value))
    }

    /// A value that is shared and not copied: a parameter. The same value joins once a step, whatever the number of calls.
    ///
    /// # Panics
    /// If `shape` does not have the size of `value`.
    #[track_caller]
    pub fn join(&self, value: &Arc<Buffer<S>>, shape: Shape, wanted: bool) -> Var<'_, S> {
        assert_eq!(value.len(), shape.size(), "a value of shape {shape} has {} elements", shape.size());
        let address = Arc::as_ptr(value).addr();
        if let Some((_, id)) = self.0.borrow().shared.iter().find(|(a, _)| *a == address) {
            let known = Var { tape: self, id: *id };
            assert_eq!(self.shape_of(*id), shape, "a value that joined before has another shape now");
            return known;
        }
        let slots = &mut *self.0.borrow_mut();
        let id = slots.next(Leaf, &[], Location::caller());
        let node = &mut slots.nodes[id];
        (node.joined, node.shape, node.wanted) = (Some(Arc::clone(value)), shape, wanted);
        slots.shared.push((address, id));
        Var { tape: self, id }
    }

    /// Records `op` on `inputs` and computes its output.
    ///
    /// # Panics
    /// If the op does not take inputs of these shapes, an input lives on another tape, or the op makes a NaN or an infinity
    /// where the tape [stops at one](Self::stop_at_non_finite). The message names op, shapes or ranges, scope and the
    /// caller's line.
    #[inline(never)]
    #[track_caller]
    pub fn record<O: Op<S>>(&self, op: O, inputs: &[Var<'_, S>]) -> Var<'_, S> {
        let ids = self.ids(op.card().name, inputs);
        let slots = &mut *self.0.borrow_mut();
        let id = slots.next(op, &ids[..inputs.len()], Location::caller());
        slots.compute(id);
        Var { tape: self, id }
    }

    /// As [`record`](Self::record) for an op that owns memory, such as indices: `set` changes the op that the same program
    /// recorded here last, so that a step needs no new memory. It must set every field, and may not use the tape.
    ///
    /// # Panics
    /// As [`record`](Self::record).
    #[track_caller]
    pub fn record_set<O: Op<S> + Default>(&self, inputs: &[Var<'_, S>], set: impl FnOnce(&mut O)) -> Var<'_, S> {
        let ids = self.ids(O::default().card().name, inputs);
        let slots = &mut *self.0.borrow_mut();
        let id = slots.next_set(set, &ids[..inputs.len()], Location::caller());
        slots.compute(id);
        Var { tape: self, id }
    }

    /// The nodes of the inputs of an op.
    #[track_caller]
    fn ids(&self, op: &str, inputs: &[Var<'_, S>]) -> [usize; MAX_INPUTS] {
        let mut ids = [0; MAX_INPUTS];
        assert!(inputs.len() <= MAX_INPUTS, "an op has at most {MAX_INPUTS} inputs, here {}", inputs.len());
        for (id, var) in ids.iter_mut().zip(inputs) {
            assert!(std::ptr::eq(var.tape, self), "{op}: an input lives on another tape");
            *id = var.id;
        }
        ids
    }

    /// Runs `part` with `name` added to the scope, so that errors and reports can say where in the model a node was made.
    pub fn scope<R>(&self, name: &str, part: impl FnOnce() -> R) -> R {
        let outer = {
            let slots = &mut *self.0.borrow_mut();
            let outer = slots.scope;
            slots.scope = slots.enter(outer, name);
            outer
        };
        let _leave = Leave { tape: self, outer };
        part()
    }

    /// Overwrites with `value` everything that backward rules declare not to read, for checks: gradients must not change.
    pub fn poison_unread(&self, value: S) {
        let slots = &mut *self.0.borrow_mut();
        let (mut read, used) = (vec![false; slots.used], slots.used);
        for (id, node) in slots.nodes[..used].iter().enumerate() {
            let reads = node.op.card().reads;
            read[id] |= reads.output();
            node.inputs.iter().for_each(|&input| read[input] |= reads.inputs());
        }
        for (node, _) in slots.nodes[..used].iter_mut().zip(read).filter(|(_, read)| !read) {
            node.own.fill(value);
            if let Some(shared) = &mut node.joined {
                Arc::make_mut(shared).fill(value);
            }
        }
    }

    #[track_caller]
    fn copy<D: Data<Elem = S>, I: Dimension>(&self, value: &ArrayBase<D, I>, wanted: bool) -> Var<'_, S> {
        self.leaf(Shape::new(value.shape()), wanted, |out| match value.as_slice() {
            Some(contiguous) => out.copy_from_slice(contiguous),
            None => out.iter_mut().zip(value.iter()).for_each(|(to, from)| *to = *from),
        })
    }

    #[track_caller]
    fn leaf(&self, shape: Shape, wanted: bool, fill: impl FnOnce(&mut [S])) -> Var<'_, S> {
        let slots = &mut *self.0.borrow_mut();
        let id = slots.next(Leaf, &[], Location::caller());
        let node = &mut slots.nodes[id];
        (node.shape, node.wanted) = (shape, wanted);
        node.own.resize(shape.size());
        fill(&mut node.own);
        Var { tape: self, id }
    }

    pub(crate) fn shape_of(&self, id: usize) -> Shape {
        self.0.borrow().nodes[id].shape
    }

    pub(crate) fn read<R>(&self, id: usize, look: impl FnOnce(ArrayViewD<'_, S>) -> R) -> R {
        let node = &self.0.borrow().nodes[id];
        look(ArrayViewD::from_shape(&*node.shape, node.value()).expect("a value has the shape of its node"))
    }

    #[inline(never)]
    #[track_caller]
    pub(crate) fn backward(&self, from: usize, seed: &[S], gradients: &mut Gradients<S>) {
        let slots = self.0.borrow();
        let stopped = gradients.run(&slots.nodes[..slots.used], &slots.shared, from, seed, slots.stop);
        if let Some((id, cotangent)) = stopped {
            panic!("{}", slots.describe_rule(id, cotangent));
        }
    }
}

/// Goes back to the outer scope, also when a panic passes through.
struct Leave<'t, S: Scalar> {
    tape: &'t Tape<S>,
    outer: usize,
}

impl<S: Scalar> Drop for Leave<'_, S> {
    fn drop(&mut self) {
        self.tape.0.borrow_mut().scope = self.outer;
    }
}

#[cfg(test)]
mod tests;
