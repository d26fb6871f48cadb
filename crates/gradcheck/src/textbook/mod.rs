//! What each op computes, as a textbook has it: the naive formula, one line an op, in double-double and forward mode.
//!
//! The files of the ops use forms that survive rounding: shifted, scaled, by cases. With twice the digits and no overflow the plain
//! formula does, and so a wrong constant in the form that a rule and its derivative share is seen here.

use std::any::Any;

use ndarray::ArrayD;

use crate::precise::Jet;

mod elementwise;

/// From the inputs of an op to its output.
pub(crate) type Formula<'a> = Box<dyn Fn(&[ArrayD<Jet>]) -> ArrayD<Jet> + 'a>;

/// The textbook formula of an op of the registry, if this is one.
pub(crate) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    elementwise::formula(op)
}

/// Whether the op is a rule of single numbers.
pub(crate) fn is_of_numbers(op: &dyn Any) -> bool {
    elementwise::formula(op).is_some()
}
