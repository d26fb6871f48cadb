//! Whether a pass stayed among the numbers; if not, the op where it left them.
//!
//! Usually loss and gradients alone are looked at: what they show ends a run. A thorough look is at every number on the tape.

use diabolo_autodiff::{Gradients, NonFinite, Tape, Var};
use diabolo_kernels::Scalar;

type Finite = Result<(), Option<NonFinite>>;

pub(super) fn forward<S: Scalar>(tape: &Tape<S>, loss: Var<'_, S>, thorough: bool) -> Finite {
    if !loss.item().is_finite() {
        return Err(tape.first_non_finite());
    }
    refuse(thorough.then(|| tape.first_made_non_finite()).flatten())
}

pub(super) fn backward<S: Scalar>(tape: &Tape<S>, gradients: &Gradients<S>, thorough: bool) -> Finite {
    if !gradients.are_finite() {
        let made = tape.first_made_non_finite_gradient(gradients);
        return Err(made.or_else(|| tape.first_non_finite_gradient(gradients)));
    }
    refuse(thorough.then(|| tape.first_made_non_finite_gradient(gradients)).flatten())
}

fn refuse(made: Option<NonFinite>) -> Finite {
    made.map_or(Ok(()), |made| Err(Some(made)))
}
