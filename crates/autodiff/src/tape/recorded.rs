//! What was recorded, for whoever wants to read it; and each op alone, at its own inputs or at others.

use std::fmt;
use std::panic::Location;

use diabolo_kernels::{Buffer, Scalar};
use ndarray::{ArrayD, ArrayView};

use super::non_finite::range;
use super::{Node, Tape};
use crate::gradients::pull_back;
use crate::op::{Card, Inputs, Op};
use crate::shape::Shape;
use crate::var::Var;

/// A node of a tape: an op with its inputs and output, the line that recorded it, and the part of the model it belongs to.
///
/// Its rules can be run again, with other numbers too, and the tape stays as it is:
///
/// ```
/// use diabolo_autodiff::Tape;
/// use ndarray::{arr0, array};
///
/// let tape = Tape::<f64>::new();
/// let x = tape.variable(&array![1.0, 2.0, 3.0]);
/// let loss = tape.scope("loss", || (x * x).sum_all());
///
/// let names: Vec<&str> = tape.recorded().map(|node| node.card().name).collect();
/// assert_eq!(names, ["leaf", "mul", "sum"]);
///
/// let product = tape.recorded().nth(1).unwrap();
/// assert_eq!((product.scope().as_str(), product.range()), ("loss", (1.0, 9.0)));
/// let numbers = [arr0(3.0).into_dyn(), arr0(5.0).into_dyn()];
/// assert_eq!(product.forward(&numbers), arr0(15.0).into_dyn());
/// assert_eq!(product.vjp(&numbers, &arr0(1.0).into_dyn()), [arr0(5.0).into_dyn(), arr0(3.0).into_dyn()]);
/// assert_eq!(loss.item(), 14.0);
/// ```
pub struct Recorded<'t, S> {
    tape: &'t Tape<S>,
    id: usize,
}

impl<S> Clone for Recorded<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Recorded<'_, S> {}

impl<S: Scalar> fmt::Debug for Recorded<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of shape {}, recorded at {}", self.op(), self.output().shape(), self.place())
    }
}

impl<S: Scalar> Tape<S> {
    /// The nodes recorded since the last reset, in order.
    pub fn recorded(&self) -> impl DoubleEndedIterator<Item = Recorded<'_, S>> + ExactSizeIterator {
        (0..self.len()).map(|id| Recorded { tape: self, id })
    }
}

impl<'t, S: Scalar> Var<'t, S> {
    /// The node whose output this is.
    pub fn recorded(self) -> Recorded<'t, S> {
        Recorded { tape: self.tape, id: self.id }
    }
}

impl<'t, S: Scalar> Recorded<'t, S> {
    /// The card of the op.
    pub fn card(self) -> &'static Card {
        self.node(|node| node.op.card())
    }

    /// The op with its attributes.
    pub fn op(self) -> String {
        self.node(|node| format!("{:?}", node.op))
    }

    /// Whether the value was put on the tape and not computed there: it has no rules to run.
    pub fn is_leaf(self) -> bool {
        self.node(|node| node.inputs.is_empty())
    }

    /// Whether a gradient is asked for, here or further up.
    pub fn is_wanted(self) -> bool {
        self.node(|node| node.wanted)
    }

    /// The line that recorded it.
    pub fn place(self) -> &'static Location<'static> {
        self.node(|node| node.place)
    }

    /// The part of the model, as `encoder.0`; empty outside of any.
    pub fn scope(self) -> String {
        self.tape.0.borrow().scope_of(self.id).to_owned()
    }

    /// What the op was applied to.
    pub fn inputs(self) -> Vec<Var<'t, S>> {
        self.node(|node| node.inputs.iter().map(|&id| Var { tape: self.tape, id }).collect())
    }

    /// What came out.
    pub fn output(self) -> Var<'t, S> {
        Var { tape: self.tape, id: self.id }
    }

    /// The smallest and the largest number of the output, NaN if there is one; ∞ and −∞ if it is empty.
    pub fn range(self) -> (f64, f64) {
        self.node(|node| range(node.value()))
    }

    /// The output of the op for these inputs.
    ///
    /// # Panics
    /// If the op does not take them, or the node is a leaf.
    #[track_caller]
    pub fn forward(self, inputs: &[ArrayD<S>]) -> ArrayD<S> {
        self.node(|node| {
            let alone = Alone::new(&*node.op, inputs);
            array(alone.shape, &alone.output)
        })
    }

    /// The cotangents that the backward rule of the op gives these inputs, for a cotangent of the output; zeros where it
    /// gives none.
    ///
    /// # Panics
    /// If the op does not take the inputs, the cotangent does not have the shape of its output, or the node is a leaf.
    #[track_caller]
    pub fn vjp(self, inputs: &[ArrayD<S>], cotangent: &ArrayD<S>) -> Vec<ArrayD<S>> {
        self.node(|node| {
            let alone = Alone::new(&*node.op, inputs);
            assert_eq!(cotangent.shape(), &*alone.shape, "the cotangent must have the shape of the output");
            let given = alone.vjp(&row_major(cotangent));
            given.iter().zip(&alone.inputs).map(|(given, input)| array(input.shape, given)).collect()
        })
    }

    fn node<R>(self, look: impl FnOnce(&Node<S>) -> R) -> R {
        look(&self.tape.0.borrow().nodes[self.id])
    }
}

/// An op with inputs of its own, off any tape.
pub(crate) struct Alone<'a, S> {
    op: &'a dyn Op<S>,
    inputs: Vec<Node<S>>,
    ids: Vec<usize>,
    shape: Shape,
    output: Buffer<S>,
    kept: Buffer<S>,
}

impl<'a, S: Scalar> Alone<'a, S> {
    #[track_caller]
    fn new(op: &'a dyn Op<S>, inputs: &[ArrayD<S>]) -> Self {
        Self::on(op, inputs.iter().map(|x| Node::leaf(Shape::new(x.shape()), row_major(x))).collect())
    }

    /// The op of a node, at the inputs that it has.
    pub(crate) fn of(node: &'a Node<S>, nodes: &[Node<S>]) -> Self {
        let copy = |&id: &usize| Node::leaf(nodes[id].shape, Buffer::from(nodes[id].value()));
        Self::on(&*node.op, node.inputs.iter().map(copy).collect())
    }

    #[track_caller]
    fn on(op: &'a dyn Op<S>, inputs: Vec<Node<S>>) -> Self {
        let name = op.card().name;
        assert!(!inputs.is_empty(), "{name}: there are no inputs to run the op at");
        let ids: Vec<usize> = (0..inputs.len()).collect();
        let x = Inputs::new(&inputs, &ids);
        let shape = op.shape(x).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        let (mut output, mut kept) = (Buffer::zeros(shape.size()), Buffer::default());
        op.forward(x, &mut output, &mut kept);
        Self { op, inputs, ids, shape, output, kept }
    }

    /// What the backward rule gives each input; zeros where it gives nothing.
    pub(crate) fn vjp(&self, cotangent: &[S]) -> Vec<Buffer<S>> {
        let x = Inputs::new(&self.inputs, &self.ids);
        pull_back(x, self.shape, |gx| self.op.vjp(x, &self.output, &self.kept, cotangent, gx))
    }
}

fn row_major<S: Scalar>(x: &ArrayD<S>) -> Buffer<S> {
    let mut copy = Buffer::zeros(x.len());
    copy.iter_mut().zip(x).for_each(|(to, from)| *to = *from);
    copy
}

fn array<S: Scalar>(shape: Shape, data: &[S]) -> ArrayD<S> {
    ArrayView::from_shape(&*shape, data).expect("a value has the shape of its node").to_owned()
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, arr0, array};

    use crate::ops::each_op;
    use crate::{Case, Domain, Gradients, Tape, Visitor};

    struct Replayed(usize);

    impl Visitor for Replayed {
        fn op<C: Case>(&mut self) {
            for sample in C::samples() {
                let tape = Tape::<f64>::new();
                let tensor = |(shape, domain): &(Vec<usize>, Domain)| {
                    let mut place = 0.0;
                    tape.variable(&ArrayD::from_shape_simple_fn(shape.as_slice(), || {
                        place += 0.618;
                        domain.at(f64::fract(place))
                    }))
                };
                let x: Vec<_> = sample.inputs.iter().map(tensor).collect();
                let y = sample.op.apply(&x);
                let cotangent = y.value().mapv(|y| 1.0 + y.sin());
                let mut gradients = Gradients::new();
                y.backward_from(&cotangent.view(), &mut gradients);

                let node = y.recorded();
                let inputs: Vec<_> = node.inputs().iter().map(|x| x.value()).collect();
                assert_eq!(node.card().name, C::card().name, "{sample:?}: a case records its own op last");
                assert_eq!(node.forward(&inputs), y.value(), "{sample:?}");
                let alone = node.vjp(&inputs, &cotangent);
                for (input, alone) in node.inputs().iter().zip(alone) {
                    let on_tape = gradients.of(*input).map_or_else(|| ArrayD::zeros(&*input.shape()), |g| g.to_owned());
                    assert_eq!(on_tape, alone, "{sample:?}");
                }
                self.0 += 1;
            }
        }
    }

    #[test]
    fn every_op_gives_the_same_alone_as_on_the_tape() {
        let mut replayed = Replayed(0);
        each_op(&mut replayed);
        assert!(replayed.0 > 100);
    }

    #[test]
    fn a_node_tells_where_it_was_recorded_and_of_what() {
        let tape = Tape::<f64>::new();
        let (x, c) = (tape.variable(&array![1.0, -4.0]), tape.constant(&array![2.0]));
        let line = line!() + 1;
        let y = tape.scope("decoder", || tape.scope("1", || x * c));
        let node = y.recorded();
        assert_eq!((node.scope().as_str(), node.place().line()), ("decoder.1", line));
        assert_eq!((node.op().as_str(), node.range()), ("Map(Mul)", (-8.0, 2.0)));
        assert_eq!(node.inputs().iter().map(|x| x.recorded().is_wanted()).collect::<Vec<_>>(), [true, false]);
        assert!(!node.is_leaf() && x.recorded().is_leaf() && tape.recorded().len() == 3);
        assert!(format!("{node:?}").starts_with("Map(Mul) of shape (2), recorded at"), "{node:?}");
    }

    #[test]
    #[should_panic(expected = "mul: (2) and (3) cannot be repeated to a common shape")]
    fn inputs_that_do_not_fit_are_refused() {
        let tape = Tape::<f64>::new();
        let x = tape.variable(&arr0(1.0));
        _ = (x * x).recorded().forward(&[array![1.0, 2.0].into_dyn(), array![1.0, 2.0, 3.0].into_dyn()]);
    }
}
