//! An op as the witnesses see it: functions on tapes, whatever its type.
//!
//! The witnesses call it through pointers, so that they are compiled once and not for each op.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use diabolo_autodiff::{Card, Case, Dice, Domain, Dual, Edge, Listed, OnTapes, Sample, Shape, Tape, Var};
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::draw::draw;
use crate::precise::Jet;
use crate::run::{OnTape, forward};
use crate::textbook;

/// A function that owns what it needs.
type Owned<S> = Box<dyn for<'t> Fn(&'t Tape<S>, &[Var<'t, S>]) -> Var<'t, S>>;

/// The forward rule of an op of one type, for one that the textbook may not know.
pub(crate) type Own = for<'t> fn(&dyn Any, &[Var<'t, Jet>]) -> Var<'t, Jet>;

/// The rule of ops of type `C`.
pub(crate) fn own<'t, C: Case>(op: &dyn Any, x: &[Var<'t, Jet>]) -> Var<'t, Jet> {
    op.downcast_ref::<C>().expect("an op of this type").apply(x)
}

/// A sample of an op.
pub(crate) struct Subject {
    pub(crate) card: &'static Card,
    /// The op with its attributes.
    pub(crate) op: String,
    /// Shape and domain of each input.
    pub(crate) inputs: Vec<(Vec<usize>, Domain)>,
    real: Owned<f64>,
    single: Owned<f32>,
    dual: Owned<Dual<f64>>,
    itself: Rc<dyn OnTapes>,
    own: Option<Own>,
}

impl Subject {
    fn new(card: &'static Card, own: Option<Own>, Sample { op, inputs }: Sample<Rc<dyn OnTapes>>) -> Self {
        let [for_real, for_single, for_dual] = [Rc::clone(&op), Rc::clone(&op), Rc::clone(&op)];
        Self {
            card,
            op: format!("{op:?}"),
            inputs,
            real: Box::new(move |_, x| for_real.double(x)),
            single: Box::new(move |_, x| for_single.single(x)),
            dual: Box::new(move |_, x| for_dual.dual(x)),
            itself: op,
            own,
        }
    }

    pub(crate) fn real(&self) -> OnTape<'_, f64> {
        &*self.real
    }

    pub(crate) fn single(&self) -> OnTape<'_, f32> {
        &*self.single
    }

    pub(crate) fn dual(&self) -> OnTape<'_, Dual<f64>> {
        &*self.dual
    }

    /// Whether the textbook knows it.
    pub(crate) fn is_in_textbook(&self) -> bool {
        textbook::formula(self.itself.as_any()).is_some()
    }

    /// Whether it is a rule of single numbers that the textbook knows.
    pub(crate) fn is_of_numbers(&self) -> bool {
        textbook::is_of_numbers(self.itself.as_any())
    }

    /// What it computes, as the textbook has it, or by its own forward rule.
    pub(crate) fn formula(&self) -> textbook::Formula<'_> {
        let op = self.itself.as_any();
        textbook::formula(op).unwrap_or_else(|| {
            let own = self.own.expect("the textbook knows every op of the registry");
            Box::new(move |x| forward(&|_, x| own(op, x), x))
        })
    }

    /// Inputs drawn from their domains, at sites from 0 on.
    pub(crate) fn draw(&self, key: Key) -> Vec<ArrayD<f64>> {
        (0..).zip(&self.inputs).map(|(site, (shape, domain))| draw(key.site(site), shape, *domain)).collect()
    }

    pub(crate) fn shapes(&self) -> Vec<Shape> {
        self.inputs.iter().map(|(shape, _)| Shape::new(shape)).collect()
    }

    /// The number of elements of the largest input.
    pub(crate) fn largest(&self) -> usize {
        self.inputs.iter().map(|(shape, _)| shape.iter().product()).max().unwrap_or(0)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?}", self.op, self.shapes())
    }
}

/// All that the file of an op lists for checks.
pub(crate) struct Subjects {
    pub(crate) card: &'static Card,
    pub(crate) samples: Vec<Subject>,
    /// [`Case::any`]
    pub(crate) any: Box<dyn Fn(&mut Dice) -> Subject>,
    pub(crate) whole_domain: Vec<Domain>,
    pub(crate) edges: Vec<Edge<Subject>>,
}

impl Subjects {
    /// Those of an op, with its own forward rule unless it is of the registry, and so in the textbook.
    pub(crate) fn of(listed: &Listed, own: Option<Own>) -> Self {
        let &Listed { card, samples, any, whole_domain, edges } = listed;
        let subject = move |sample| Subject::new(card, own, sample);
        let edge = |Edge { op, inputs, value, gradients, why }| {
            let op = subject(Sample::new(op));
            Edge { op, inputs, value, gradients, why }
        };
        Self {
            card,
            samples: samples().into_iter().map(subject).collect(),
            any: Box::new(move |dice| subject(any(dice))),
            whole_domain: whole_domain(),
            edges: edges().into_iter().map(edge).collect(),
        }
    }
}
