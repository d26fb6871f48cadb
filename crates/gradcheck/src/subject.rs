//! An op as the witnesses see it: functions on tapes, whatever its type.

use std::fmt;

use diabolo_autodiff::{Card, Case, Domain, Dual, Sample, Shape, Tape, Var};
use diabolo_kernels::random::Key;
use ndarray::ArrayD;

use crate::draw::draw;
use crate::run::OnTape;

/// A function that owns what it needs.
type Owned<S> = Box<dyn for<'t> Fn(&'t Tape<S>, &[Var<'t, S>]) -> Var<'t, S>>;

/// A sample of an op. The witnesses call it through pointers, so that they are compiled once and not for each op.
pub(crate) struct Subject {
    pub(crate) card: &'static Card,
    /// The op with its attributes.
    pub(crate) op: String,
    /// Shape and domain of each input.
    pub(crate) inputs: Vec<(Vec<usize>, Domain)>,
    real: Owned<f64>,
    dual: Owned<Dual<f64>>,
}

impl Subject {
    pub(crate) fn new<C: Case>(sample: &Sample<C>) -> Self {
        let (for_real, for_dual) = (sample.op.clone(), sample.op.clone());
        Self {
            card: C::card(),
            op: format!("{:?}", sample.op),
            inputs: sample.inputs.clone(),
            real: Box::new(move |_, x| for_real.apply(x)),
            dual: Box::new(move |_, x| for_dual.apply(x)),
        }
    }

    pub(crate) fn real(&self) -> OnTape<'_, f64> {
        &*self.real
    }

    pub(crate) fn dual(&self) -> OnTape<'_, Dual<f64>> {
        &*self.dual
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
