//! Ops whose types are forgotten.
//!
//! What a check runs of an op lies behind pointers here. So a check is compiled once and not for each op; and the ops are compiled in this
//! crate, for `f32`, `f64` and duals of it. Crates below take them from here, to the last instruction: those that train with an op
//! as those that check it.

use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;

use super::{Case, Dice, Domain, Edge, Sample};
use crate::dual::Dual;
use crate::op::Card;
use crate::var::Var;

/// An op that can be recorded on tapes of these numbers, whatever its type.
pub trait OnTapes: Debug {
    /// [`Case::apply`] in `f32`.
    fn single<'t>(&self, x: &[Var<'t, f32>]) -> Var<'t, f32>;
    /// [`Case::apply`] in `f64`.
    fn double<'t>(&self, x: &[Var<'t, f64>]) -> Var<'t, f64>;
    /// [`Case::apply`] in dual numbers.
    fn dual<'t>(&self, x: &[Var<'t, Dual<f64>>]) -> Var<'t, Dual<f64>>;
    /// The op itself.
    fn as_any(&self) -> &dyn Any;
}

impl<C: Case> OnTapes for C {
    fn single<'t>(&self, x: &[Var<'t, f32>]) -> Var<'t, f32> {
        self.apply(x)
    }

    fn double<'t>(&self, x: &[Var<'t, f64>]) -> Var<'t, f64> {
        self.apply(x)
    }

    fn dual<'t>(&self, x: &[Var<'t, Dual<f64>>]) -> Var<'t, Dual<f64>> {
        self.apply(x)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What the file of an op lists for checks.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// [`Case::card`]
    pub card: &'static Card,
    /// [`Case::samples`]
    pub samples: fn() -> Vec<Sample<Rc<dyn OnTapes>>>,
    /// [`Case::any`]
    pub any: fn(&mut Dice) -> Sample<Rc<dyn OnTapes>>,
    /// [`Case::whole_domain`]
    pub whole_domain: fn() -> Vec<Domain>,
    /// [`Case::edges`]
    pub edges: fn() -> Vec<Edge<Rc<dyn OnTapes>>>,
}

impl Listed {
    /// That of an op.
    pub fn of<C: Case>() -> Self {
        Self {
            card: C::card(),
            samples: || each(C::samples, Sample::forget),
            any: |dice| C::any(dice).forget(),
            whole_domain: C::whole_domain,
            edges: || each(C::edges, Edge::forget),
        }
    }
}

impl<C: Case> Sample<C> {
    fn forget(self) -> Sample<Rc<dyn OnTapes>> {
        let Self { op, inputs } = self;
        Sample { op: Rc::new(op), inputs }
    }
}

impl<C: Case> Edge<C> {
    fn forget(self) -> Edge<Rc<dyn OnTapes>> {
        let Self { op, inputs, value, gradients, why } = self;
        Edge { op: Rc::new(op), inputs, value, gradients, why }
    }
}

/// From behind, since what walks a vector from the front, or maps it, is more code than all else here, for each op.
#[inline(never)]
fn each<A, B>(list: fn() -> Vec<A>, forget: fn(A) -> B) -> Vec<B> {
    let (mut list, mut all) = (list(), vec![]);
    while let Some(one) = list.pop() {
        all.push(forget(one));
    }
    all.reverse();
    all
}
