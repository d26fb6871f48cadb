//! What is said of the gradients of a function.

use std::fmt;

use crate::blame::Blame;
use crate::failure::{Failure, write_failures};

/// What the witnesses say of the gradients of one function at one point.
#[derive(Clone, Debug, Default)]
pub struct GradientReport {
    /// Each input, in the order given.
    pub inputs: Vec<InputReport>,
    /// The worst relative difference from finite differences; infinite if something was not a number.
    pub worst_difference: f64,
    /// The relative difference of the two sides of the symmetry of the Hessian, if the function could be recorded.
    pub worst_symmetry: Option<f64>,
    /// The worst relative difference of reverse from forward mode, if the function runs on dual numbers.
    pub worst_forward: Option<f64>,
    /// The worst relative difference of second derivatives, likewise.
    pub worst_second: Option<f64>,
    /// Everything that disagreed.
    pub failures: Vec<Failure>,
    /// What was found out about the cause, if something disagreed and the function could be recorded.
    pub blame: Option<Blame>,
}

/// What finite differences say of the gradient of one input.
#[derive(Clone, Debug, PartialEq)]
pub struct InputReport {
    /// Its name.
    pub name: String,
    /// Its extents.
    pub shape: Vec<usize>,
    /// The largest size of a number in its gradient: 0 if the output does not depend on it, or no gradient arrives.
    pub largest: f64,
    /// The worst relative difference; infinite if something was not a number.
    pub worst_difference: f64,
}

impl GradientReport {
    /// A report without failures.
    pub(crate) fn of(inputs: Vec<InputReport>) -> Self {
        let worst_difference = inputs.iter().map(|input| input.worst_difference).fold(0.0, f64::max);
        Self { inputs, worst_difference, ..Self::default() }
    }

    /// Whether nothing disagreed.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for GradientReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gradients and finite differences are at most {:.1e} apart", self.worst_difference)?;
        if let Some(worst) = self.worst_forward {
            write!(f, ", reverse and forward mode {worst:.1e}")?;
        }
        if let Some(worst) = self.worst_second {
            write!(f, ", second derivatives {worst:.1e}")?;
        }
        if let Some(worst) = self.worst_symmetry {
            write!(f, ", the sides of the Hessian {worst:.1e}")?;
        }
        write_failures(f, &self.failures)?;
        self.blame.as_ref().map_or(Ok(()), |blame| write!(f, "\n{blame}"))
    }
}
