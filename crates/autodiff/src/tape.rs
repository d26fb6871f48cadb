//! The tape: a vector of slots that the same program fills again, step after step, without new memory.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use diabolo_kernels::{Buffer, Scalar};
use ndarray::{ArrayBase, ArrayViewD, Data, Dimension};

use crate::gradients::{Cotangents, Gradients};
use crate::op::{Card, Inputs, Op, Reads};
use crate::shape::Shape;
use crate::var::Var;

/// A record of what was computed, in order.
///
/// A [`Var`] borrows the tape, so none can outlive [`reset`](Self::reset).
#[derive(Debug)]
pub struct Tape<S>(RefCell<Slots<S>>);

#[derive(Debug)]
pub(crate) struct Slots<S> {
    nodes: Vec<Node<S>>,
    /// How many slots this step has used.
    used: usize,
    /// Address of each value that joined, and its node.
    shared: Vec<(usize, usize)>,
    scopes: Vec<Scope>,
    scope: usize,
}

/// One recorded operation.
#[derive(Debug)]
pub(crate) struct Node<S> {
    pub(crate) op: Box<dyn Op<S>>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) shape: Shape,
    own: Buffer<S>,
    joined: Option<Arc<Buffer<S>>>,
    pub(crate) kept: Buffer<S>,
    /// Whether a gradient is asked for here or further up.
    pub(crate) wanted: bool,
    place: &'static Location<'static>,
    scope: usize,
}

impl<S> Node<S> {
    pub(crate) fn value(&self) -> &[S] {
        self.joined.as_ref().map_or(&self.own, |shared| shared)
    }
}

/// A part of the model, as `encoder.0`: a name inside another scope.
#[derive(Debug)]
struct Scope {
    parent: usize,
    path: String,
}

impl<S: Scalar> Default for Tape<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> Tape<S> {
    /// An empty tape.
    pub fn new() -> Self {
        let root = Scope { parent: 0, path: String::new() };
        Self(RefCell::new(Slots { nodes: vec![], used: 0, shared: vec![], scopes: vec![root], scope: 0 }))
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
            return Var { tape: self, id: *id };
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
    /// If the op does not take inputs of these shapes, or an input lives on another tape. The message names op, shapes,
    /// scope and the caller's line.
    #[track_caller]
    pub fn record<O: Op<S>>(&self, op: O, inputs: &[Var<'_, S>]) -> Var<'_, S> {
        let mut ids = [0; MAX_INPUTS];
        assert!(inputs.len() <= MAX_INPUTS, "an op has at most {MAX_INPUTS} inputs, here {}", inputs.len());
        for (id, var) in ids.iter_mut().zip(inputs) {
            assert!(std::ptr::eq(var.tape, self), "{}: an input lives on another tape", op.card().name);
            *id = var.id;
        }
        let slots = &mut *self.0.borrow_mut();
        let id = slots.next(op, &ids[..inputs.len()], Location::caller());
        slots.compute(id);
        Var { tape: self, id }
    }

    /// Runs `part` with `name` added to the scope, so that errors and reports can say where in the model a node was made.
    pub fn scope<R>(&self, name: &str, part: impl FnOnce() -> R) -> R {
        let outer = {
            let slots = &mut *self.0.borrow_mut();
            let outer = slots.scope;
            slots.scope = slots.enter(outer, name);
            outer
        };
        let result = part();
        self.0.borrow_mut().scope = outer;
        result
    }

    /// The first node, in order of computation, whose value has a NaN or an infinity.
    pub fn first_non_finite(&self) -> Option<NonFinite> {
        let slots = &*self.0.borrow();
        let id = slots.nodes[..slots.used].iter().position(|n| n.value().iter().any(|x| !x.is_finite()))?;
        Some(slots.describe(id, "value"))
    }

    /// The first node, in order of the backward pass, whose gradient has a NaN or an infinity.
    pub fn first_non_finite_gradient(&self, gradients: &Gradients<S>) -> Option<NonFinite> {
        Some(self.0.borrow().describe(gradients.first_non_finite()?, "gradient"))
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

    pub(crate) fn backward(&self, from: usize, seed: &[S], gradients: &mut Gradients<S>) {
        let slots = self.0.borrow();
        gradients.run(&slots.nodes[..slots.used], &slots.shared, from, seed);
    }
}

/// More than any op has; concatenation and stacking of many tensors take the most.
pub(crate) const MAX_INPUTS: usize = 64;

impl<S: Scalar> Slots<S> {
    /// The next slot, set to this operation. A slot that held an op of the same type keeps its box.
    fn next<O: Op<S>>(&mut self, op: O, ids: &[usize], place: &'static Location<'static>) -> usize {
        let (id, scope) = (self.used, self.scope);
        self.used += 1;
        let wanted = ids.iter().any(|&input| self.nodes[input].wanted);
        if id == self.nodes.len() {
            let (own, kept) = (Buffer::default(), Buffer::default());
            let (shape, inputs) = (Shape::new(&[]), ids.to_vec());
            self.nodes.push(Node { op: Box::new(op), inputs, shape, own, joined: None, kept, wanted, place, scope });
            return id;
        }
        let node = &mut self.nodes[id];
        match (&mut *node.op as &mut dyn Any).downcast_mut::<O>() {
            Some(same) => *same = op,
            None => node.op = Box::new(op),
        }
        node.inputs.clear();
        node.inputs.extend_from_slice(ids);
        (node.wanted, node.place, node.scope) = (wanted, place, scope);
        id
    }

    fn compute(&mut self, id: usize) {
        let (before, this) = self.nodes.split_at_mut(id);
        let node = &mut this[0];
        let inputs = Inputs::new(before, &node.inputs);
        node.shape = match node.op.shape(inputs) {
            Ok(shape) => shape,
            Err(reason) => {
                let place = node.place;
                self.used = id; // the tape stays usable when the panic is caught
                panic!("{} at {place}", self.complaint(id, &reason));
            }
        };
        node.own.resize(node.shape.size());
        node.op.forward(inputs, &mut node.own, &mut node.kept);
    }

    /// `matmul in encoder.0: inner sizes 3 and 4 differ, shapes (2, 3) and (4, 5),`
    fn complaint(&self, id: usize, reason: &str) -> String {
        let node = &self.nodes[id];
        let shapes: Vec<String> = node.inputs.iter().map(|&i| self.nodes[i].shape.to_string()).collect();
        let name = node.op.card().name;
        match self.scopes[node.scope].path.as_str() {
            "" => format!("{name}: {reason}, shapes {},", shapes.join(" and ")),
            path => format!("{name} in {path}: {reason}, shapes {},", shapes.join(" and ")),
        }
    }

    fn enter(&mut self, parent: usize, name: &str) -> usize {
        let outer = &self.scopes[parent].path;
        let start = if outer.is_empty() { 0 } else { outer.len() + 1 };
        let known = self.scopes.iter().skip(1).position(|s| s.parent == parent && &s.path[start..] == name);
        if let Some(at) = known {
            return at + 1;
        }
        let path = if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
        self.scopes.push(Scope { parent, path });
        self.scopes.len() - 1
    }

    fn describe(&self, id: usize, what: &'static str) -> NonFinite {
        let node = &self.nodes[id];
        let inputs = node.inputs.iter().map(|&i| range(self.nodes[i].value())).collect();
        let scope = self.scopes[node.scope].path.clone();
        NonFinite { what, op: node.op.card().name, scope, place: node.place, inputs }
    }
}

/// The smallest and the largest value, NaN if there is one.
fn range<S: Scalar>(values: &[S]) -> (f64, f64) {
    values.iter().map(|x| x.to_f64()).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        if x.is_nan() || low.is_nan() { (f64::NAN, f64::NAN) } else { (low.min(x), high.max(x)) }
    })
}

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
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} of {}", self.what, self.op)?;
        if !self.scope.is_empty() {
            write!(f, " in {}", self.scope)?;
        }
        write!(f, " (recorded at {}) is not finite", self.place)?;
        for (i, (low, high)) in self.inputs.iter().enumerate() {
            let lead = if i == 0 { "; its inputs range over" } else { "," };
            write!(f, "{lead} [{low:.3e}, {high:.3e}]")?;
        }
        Ok(())
    }
}

/// A value that was not computed on the tape.
#[derive(Clone, Copy, Debug)]
struct Leaf;

impl<S: Scalar> Op<S> for Leaf {
    fn card(&self) -> &'static Card {
        &Card { name: "leaf", forward: "y", backward: &[], latex: "y", reads: Reads::Nothing, kinks: "none" }
    }
    fn shape(&self, _: Inputs<'_, S>) -> Result<Shape, String> {
        unreachable!("a leaf gets its shape from whoever makes it")
    }
    fn forward(&self, _: Inputs<'_, S>, _: &mut [S], _: &mut Buffer<S>) {}
    fn vjp(&self, _: Inputs<'_, S>, _: &[S], _: &[S], _: &[S], _: &mut Cotangents<'_, S>) {}
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use ndarray::{Array1, Array2, Axis, Slice, arr0, array};

    use super::*;

    fn message(f: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("it must panic");
        panic.downcast_ref::<String>().expect("with a written message").clone()
    }

    #[test]
    fn a_chain_of_100_000_nodes_runs_goes_backward_and_drops() {
        let tape = Tape::<f64>::new();
        let x = tape.variable(&arr0(0.1));
        let y = (0..100_000).fold(x, |y, _| y + x);
        let mut gradients = Gradients::new();
        y.backward(&mut gradients);
        assert_eq!(gradients.of(x).unwrap()[[]], 100_001.0);
    }

    #[test]
    fn a_shape_error_names_op_shapes_layer_and_line() {
        let tape = Tape::<f64>::new();
        let (a, b) = (tape.variable(&Array2::zeros((2, 3))), tape.variable(&Array2::zeros((4, 5))));
        let line = line!() + 1;
        let text = message(|| _ = tape.scope("encoder", || tape.scope("0", || a.matmul(b))));
        for part in
            ["matmul", "encoder.0", "(2, 3)", "(4, 5)", "inner sizes 3 and 4 differ", &format!("tape.rs:{line}:")]
        {
            assert!(text.contains(part), "{text} lacks {part}");
        }
        assert_eq!(tape.len(), 2, "the failed op left nothing behind");
    }

    #[test]
    fn the_same_program_gives_the_same_bits_in_reused_slots_full_of_nan() {
        let mut tape = Tape::<f64>::new();
        let mut gradients = Gradients::new();
        let mut results = vec![];
        for _ in 0..3 {
            let x = tape.variable(&array![[0.3, -1.2], [2.0, 0.7]]);
            let loss = (x.tanh().matmul(x) * x).sum_all();
            loss.backward(&mut gradients);
            results.push((loss.item(), gradients.of(x).unwrap().to_owned()));
            let slots = tape.0.get_mut();
            slots.nodes.iter_mut().for_each(|node| {
                node.own.fill(f64::NAN);
                node.kept.fill(f64::NAN);
            });
            tape.reset();
        }
        assert_eq!(results[0], results[1]);
        assert_eq!(results[0], results[2]);
    }

    #[test]
    fn a_joined_value_is_shared_and_let_go_of_at_reset() {
        let mut value = Arc::new(Buffer::<f64>::zeros(2));
        let mut tape = Tape::new();
        let mut gradients = Gradients::new();
        let (a, b) = (tape.join(&value, Shape::new(&[2]), true), tape.join(&value, Shape::new(&[2]), true));
        assert_eq!(a.id, b.id);
        (a + b).sum_all().backward(&mut gradients);
        assert!(Arc::get_mut(&mut value).is_none());
        tape.reset();
        assert_eq!(gradients.of_shared(&value), Some(&[2.0, 2.0][..]));
        assert!(Arc::get_mut(&mut value).is_some());
    }

    #[test]
    fn views_of_any_stride_join_as_they_read() {
        let tape = Tape::<f64>::new();
        let whole = Array2::from_shape_fn((3, 4), |(i, j)| (10 * i + j) as f64);
        let mut view = whole.slice_axis(Axis(1), Slice::new(0, None, 2));
        view.invert_axis(Axis(0));
        assert_eq!(tape.constant(&view).value(), view.to_owned().into_dyn());
        assert_eq!(tape.constant(&whole.t()).value(), whole.t().to_owned().into_dyn());
    }

    #[test]
    fn the_first_op_that_is_not_finite_is_named() {
        let tape = Tape::<f64>::new();
        let x = tape.variable(&Array1::from(vec![1.0, 1e200]));
        let _ = tape.scope("decoder", || (x * x).tanh());
        let found = tape.first_non_finite().unwrap();
        assert_eq!((found.op, found.scope.as_str()), ("mul", "decoder"));
        assert!(found.to_string().contains("[1.000e0, 1.000e200]"), "{found}");
    }

    #[test]
    fn backward_twice_on_one_tape_gives_the_same() {
        let tape = Tape::<f64>::new();
        let x = tape.variable(&array![0.5, 2.0]);
        let loss = (x * x).sum_all();
        let (mut first, mut second) = (Gradients::new(), Gradients::new());
        loss.backward(&mut first);
        loss.backward(&mut second);
        loss.backward(&mut first);
        assert_eq!(first.of(x), second.of(x));
        assert_eq!(first.of(x).unwrap().as_slice(), Some(&[1.0, 4.0][..]));
    }
}
