//! The ops of the registry, one by one.

use diabolo_autodiff::ops::listed;
use diabolo_autodiff::{Card, Edge, Listed};

use crate::op::{OpReport, check_subjects};
use crate::settings::Settings;
use crate::subject::Subjects;

/// An op of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// What the op says of itself.
    pub card: &'static Card,
    listed: Listed,
}

impl Registered {
    /// [`check_op`](crate::check_op) of this op.
    pub fn check(&self, settings: &Settings) -> OpReport {
        check_subjects(settings, &Subjects::of(&self.listed, None))
    }

    /// The table of edges of this op.
    pub fn edges(&self) -> Vec<Edge<()>> {
        let forget =
            |Edge { inputs, value, gradients, why, .. }: Edge<_>| Edge { op: (), inputs, value, gradients, why };
        (self.listed.edges)().into_iter().map(forget).collect()
    }
}

/// All ops of the registry, in its order.
///
/// ```
/// use diabolo_gradcheck::{Settings, registered};
///
/// let tanh = registered().into_iter().find(|op| op.card.name == "tanh").expect("it is an op");
/// assert_eq!(tanh.edges()[0].why, "slope 1 at the origin");
/// assert!(tanh.check(&Settings::default()).passed());
/// ```
pub fn registered() -> Vec<Registered> {
    listed().into_iter().map(|listed| Registered { card: listed.card, listed }).collect()
}
