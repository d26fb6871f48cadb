//! The slots of a tape, and how one is filled.

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;

use diabolo_kernels::{Buffer, Scalar};

use crate::gradients::Cotangents;
use crate::op::{Card, Inputs, Linearity, Op, Reads, Ulps};
use crate::shape::Shape;

/// The nodes of this step and the memory of earlier ones.
#[derive(Debug)]
pub(super) struct Slots<S> {
    pub(super) nodes: Vec<Node<S>>,
    /// How many slots this step has used.
    pub(super) used: usize,
    /// Address of each value that joined, and its node.
    pub(super) shared: Vec<(usize, usize)>,
    scopes: Vec<Scope>,
    pub(super) scope: usize,
    /// Whether to stop at an op that makes a NaN or an infinity.
    pub(super) stop: bool,
}

/// One recorded operation.
#[derive(Debug)]
pub(crate) struct Node<S> {
    pub(crate) op: Box<dyn Op<S>>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) shape: Shape,
    pub(super) own: Buffer<S>,
    pub(super) joined: Option<Arc<Buffer<S>>>,
    pub(crate) kept: Buffer<S>,
    /// Whether a gradient is asked for here or further up.
    pub(crate) wanted: bool,
    pub(super) place: &'static Location<'static>,
    scope: usize,
}

impl<S: Scalar> Node<S> {
    /// A value for which a cotangent is wanted, off any tape.
    #[track_caller]
    pub(super) fn leaf(shape: Shape, own: Buffer<S>) -> Self {
        let (op, inputs, kept, place) = (Box::new(Leaf), vec![], Buffer::default(), Location::caller());
        Self { op, inputs, shape, own, joined: None, kept, wanted: true, place, scope: 0 }
    }
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

impl<S: Scalar> Slots<S> {
    pub(super) fn new() -> Self {
        let root = Scope { parent: 0, path: String::new() };
        Self { nodes: vec![], used: 0, shared: vec![], scopes: vec![root], scope: 0, stop: false }
    }

    /// The next slot, set to this operation. A slot that held an op of the same type keeps its box.
    pub(super) fn next<O: Op<S>>(&mut self, op: O, ids: &[usize], place: &'static Location<'static>) -> usize {
        let held = self.nodes.get_mut(self.used).map(|node| &mut *node.op as &mut dyn Any);
        match held.and_then(|held| held.downcast_mut::<O>()) {
            Some(same) => {
                *same = op;
                self.take(None, ids, place)
            }
            None => self.take(Some(Box::new(op)), ids, place),
        }
    }

    /// Takes the next slot for what it holds or for another op: what is the same for all types of ops.
    fn take(&mut self, other: Option<Box<dyn Op<S>>>, ids: &[usize], place: &'static Location<'static>) -> usize {
        let (id, scope) = (self.used, self.scope);
        self.used += 1;
        if id == self.nodes.len() {
            let op = other.expect("a new slot holds nothing");
            let wanted = self.is_wanted(&*op, ids);
            let (own, kept) = (Buffer::default(), Buffer::default());
            let (shape, inputs) = (Shape::new(&[]), ids.to_vec());
            self.nodes.push(Node { op, inputs, shape, own, joined: None, kept, wanted, place, scope });
            return id;
        }
        if let Some(op) = other {
            self.nodes[id].op = op;
        }
        let wanted = self.is_wanted(&*self.nodes[id].op, ids);
        let node = &mut self.nodes[id];
        node.inputs.clear();
        node.inputs.extend_from_slice(ids);
        (node.wanted, node.place, node.scope) = (wanted, place, scope);
        id
    }

    /// Whether a gradient is asked for an input, and the op lets it flow there.
    fn is_wanted(&self, op: &dyn Op<S>, ids: &[usize]) -> bool {
        !op.card().backward.is_empty() && ids.iter().any(|&input| self.nodes[input].wanted)
    }

    /// As [`next`](Self::next) for an op that owns memory: `set` changes the op that the slot held last, if it is of the type.
    pub(super) fn next_set<O: Op<S> + Default>(
        &mut self,
        set: impl FnOnce(&mut O),
        ids: &[usize],
        place: &'static Location<'static>,
    ) -> usize {
        let held = self.nodes.get_mut(self.used).map(|node| &mut *node.op as &mut dyn Any);
        let mut op = held.and_then(|op| op.downcast_mut::<O>()).map(std::mem::take).unwrap_or_default();
        set(&mut op);
        self.next(op, ids, place)
    }

    /// Shapes and computes slot `id`.
    ///
    /// # Panics
    /// If the op does not take its inputs, or makes a NaN or an infinity where that is not allowed.
    #[track_caller]
    pub(super) fn compute(&mut self, id: usize) {
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
        if self.stop && self.makes_non_finite(id) {
            self.used = id;
            panic!("{}", self.describe(id, "value"));
        }
    }

    /// The path of the scope of node `id`.
    pub(super) fn scope_of(&self, id: usize) -> &str {
        &self.scopes[self.nodes[id].scope].path
    }

    /// `matmul in encoder.0: inner sizes 3 and 4 differ, shapes (2, 3) and (4, 5),`
    fn complaint(&self, id: usize, reason: &str) -> String {
        let node = &self.nodes[id];
        let shapes: Vec<String> = node.inputs.iter().map(|&i| self.nodes[i].shape.to_string()).collect();
        let name = node.op.card().name;
        match self.scope_of(id) {
            "" => format!("{name}: {reason}, shapes {},", shapes.join(" and ")),
            path => format!("{name} in {path}: {reason}, shapes {},", shapes.join(" and ")),
        }
    }

    pub(super) fn enter(&mut self, parent: usize, name: &str) -> usize {
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
}

/// A value that was not computed on the tape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf;

impl<S: Scalar> Op<S> for Leaf {
    fn card(&self) -> &'static Card {
        &Card {
            name: "leaf",
            forward: "y",
            backward: &[],
            latex: "y",
            reads: Reads::Nothing,
            kinks: "none",
            linear: Linearity::Nowhere,
            ulps: Ulps { f64: 0, f32: 0 },
        }
    }
    fn shape(&self, _: Inputs<'_, S>) -> Result<Shape, String> {
        unreachable!("a leaf gets its shape from whoever makes it")
    }
    fn forward(&self, _: Inputs<'_, S>, _: &mut [S], _: &mut Buffer<S>) {}
    fn vjp(&self, _: Inputs<'_, S>, _: &[S], _: &[S], _: &[S], _: &mut Cotangents<'_, S>) {}
}
