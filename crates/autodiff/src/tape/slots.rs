//! The slots of a tape, and how one is filled.

use std::any::Any;
use std::panic::Location;
use std::sync::Arc;

use diabolo_kernels::{Buffer, Scalar};

use super::non_finite::{NonFinite, range};
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

impl<S: Scalar> Slots<S> {
    pub(super) fn new() -> Self {
        let root = Scope { parent: 0, path: String::new() };
        Self { nodes: vec![], used: 0, shared: vec![], scopes: vec![root], scope: 0 }
    }

    /// The next slot, set to this operation. A slot that held an op of the same type keeps its box.
    pub(super) fn next<O: Op<S>>(&mut self, op: O, ids: &[usize], place: &'static Location<'static>) -> usize {
        let (id, scope) = (self.used, self.scope);
        self.used += 1;
        let flows_back = !op.card().backward.is_empty();
        let wanted = flows_back && ids.iter().any(|&input| self.nodes[input].wanted);
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
    /// If the op does not take its inputs.
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

    pub(super) fn describe(&self, id: usize, what: &'static str) -> NonFinite {
        let node = &self.nodes[id];
        let inputs = node.inputs.iter().map(|&i| range(self.nodes[i].value())).collect();
        let scope = self.scopes[node.scope].path.clone();
        NonFinite { what, op: node.op.card().name, scope, place: node.place, inputs }
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
