//! What each op computes, as a textbook has it: the naive formula, one line an op, in double-double and forward mode.
//!
//! The files of the ops use forms that survive rounding: shifted, scaled, by cases. With twice the digits and no overflow the plain
//! formula does, and so a wrong constant in the form that a rule and its derivative share is seen here.

use std::any::Any;

use ndarray::ArrayD;

use crate::precise::Jet;

mod elementwise;
mod losses;
mod noise;
mod products;
mod reductions;
mod rows;
mod shapes;
mod slices;

/// From the inputs of an op to its output.
pub(crate) type Formula<'a> = Box<dyn Fn(&[ArrayD<Jet>]) -> ArrayD<Jet> + 'a>;

/// The textbook formula of an op of the registry, if this is one.
pub(crate) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    let families = [
        elementwise::formula,
        losses::formula,
        noise::formula,
        products::formula,
        reductions::formula,
        rows::formula,
        shapes::formula,
    ];
    families.into_iter().find_map(|family| family(op))
}

/// The formula of an op, if it is one of type `O`.
fn of<'a, O: 'static>(op: &'a dyn Any, y: impl Fn(&'a O, &[ArrayD<Jet>]) -> ArrayD<Jet> + 'a) -> Option<Formula<'a>> {
    let op = op.downcast_ref::<O>()?;
    Some(Box::new(move |x| y(op, x)))
}

/// Whether the op is a rule of single numbers.
pub(crate) fn is_of_numbers(op: &dyn Any) -> bool {
    elementwise::formula(op).is_some()
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::ops::each_op;
    use diabolo_autodiff::{Case, Visitor};

    struct Unknown(Vec<&'static str>);

    impl Visitor for Unknown {
        fn op<C: Case>(&mut self) {
            if C::samples().iter().any(|sample| super::formula(&sample.op).is_none()) {
                self.0.push(C::card().name);
            }
        }
    }

    #[test]
    fn every_op_of_the_registry_has_a_formula() {
        let mut unknown = Unknown(vec![]);
        each_op(&mut unknown);
        assert_eq!(unknown.0, [""; 0]);
    }
}
