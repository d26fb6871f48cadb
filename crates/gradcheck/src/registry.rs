//! The ops of the registry, one by one.

use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Card, Case, Edge, Visitor};

use crate::op::{OpReport, check_subjects};
use crate::settings::Settings;
use crate::subject::{Subject, Subjects};

/// An op of the registry whose type is forgotten, so that its check is compiled once, in this crate.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// What the op says of itself.
    pub card: &'static Card,
    /// [`check_op`](crate::check_op) of this op.
    pub check: fn(&Settings) -> OpReport,
    /// The table of edges of this op.
    pub edges: fn() -> Vec<Edge<()>>,
}

/// All ops of the registry, in its order.
///
/// ```
/// use diabolo_gradcheck::{Settings, registered};
///
/// let tanh = registered().into_iter().find(|op| op.card.name == "tanh").expect("it is an op");
/// assert_eq!((tanh.edges)()[0].why, "slope 1 at the origin");
/// assert!((tanh.check)(&Settings::default()).passed());
/// ```
pub fn registered() -> Vec<Registered> {
    let mut all = All(vec![]);
    each_op(&mut all);
    all.0
}

struct All(Vec<Registered>);

impl Visitor for All {
    fn op<C: Case>(&mut self) {
        let check = |settings: &Settings| check_subjects(settings, &Subjects::of(Subject::new::<C>));
        let edges = || without_op(Subjects::of(Subject::new::<C>).edges);
        self.0.push(Registered { card: C::card(), check, edges });
    }
}

fn without_op(edges: Vec<Edge<Subject>>) -> Vec<Edge<()>> {
    let forget = |Edge { inputs, value, gradients, why, .. }: Edge<_>| Edge { op: (), inputs, value, gradients, why };
    edges.into_iter().map(forget).collect()
}
