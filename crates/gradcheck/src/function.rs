//! Functions written for any scalar, which more witnesses can run.

use std::panic::Location;

use diabolo_autodiff::{Dual, Tape, Var};
use diabolo_kernels::Scalar;
use ndarray::ArrayD;

use crate::claim::Claim;
use crate::failure::{Failure, Quantity, Witness};
use crate::forward_mode::{self, dot, tangent};
use crate::gradient::{Examined, examine};
use crate::recording::Recording;
use crate::report::GradientReport;
use crate::run::OnTape;
use crate::second_order;
use crate::settings::Settings;

/// A function of tensors that can be computed in any scalar: in `f64`, and on dual numbers.
pub trait Function {
    /// Records the function on `tape`.
    fn call<'t, S: Scalar>(&self, tape: &'t Tape<S>, x: &[Var<'t, S>]) -> Var<'t, S>;
}

/// As [`check_gradient`](crate::check_gradient) with two more witnesses, on dual numbers: forward mode, and second derivatives,
/// forward over reverse.
///
/// ```
/// use diabolo_autodiff::{Tape, Var};
/// use diabolo_gradcheck::{Function, check_function};
/// use diabolo_kernels::Scalar;
/// use ndarray::array;
///
/// struct Neuron;
///
/// impl Function for Neuron {
///     fn call<'t, S: Scalar>(&self, _: &'t Tape<S>, x: &[Var<'t, S>]) -> Var<'t, S> {
///         (x[0].matmul(x[1]) + x[2]).tanh()
///     }
/// }
///
/// let x = array![[0.3, -1.2], [2.0, 0.7]].into_dyn();
/// let inputs = [("x", x), ("weight", array![[0.5], [1.5]].into_dyn()), ("bias", array![0.1].into_dyn())];
/// let report = check_function(&Neuron, &inputs);
/// assert!(report.passed(), "{report}");
/// assert!(report.worst_forward.unwrap() < 1e-14);
/// assert!(report.worst_second.unwrap() < 1e-9);
/// ```
#[track_caller]
pub fn check_function(function: &impl Function, inputs: &[(&str, ArrayD<f64>)]) -> GradientReport {
    check_function_with(&Settings::default(), function, inputs)
}

/// As [`check_function`], with settings: the seed of the cotangent, and how many elements of a tensor are moved.
#[track_caller]
pub fn check_function_with(
    settings: &Settings,
    function: &impl Function,
    inputs: &[(&str, ArrayD<f64>)],
) -> GradientReport {
    let Examined { claim, mut report, nodes } = examine(settings, Location::caller(), inputs, &mut |tape, x| {
        let inputs: Vec<_> = x.iter().map(|x| tape.variable(x)).collect();
        Recording { output: function.call(tape, &inputs), inputs }
    });
    let (key, limit) = (settings.key(0, 0), settings.elements);
    let on_duals: OnTape<'_, Dual<f64>> = &|tape, x| function.call(tape, x);
    let forward = forward_mode::check(on_duals, &claim, key);
    let second = second_order::check(&|tape, x| function.call(tape, x), on_duals, &claim, key, limit);
    report.failures.iter_mut().for_each(|failure| add_slope(failure, &claim, on_duals));
    report.failures.extend(unless_rounding(forward.failures, nodes));
    report.failures.extend(unless_rounding(second.failures, nodes));
    GradientReport { worst_forward: Some(forward.worst), worst_second: Some(second.worst), ..report }
}

/// Without what may be rounding: dot products are allowed as much for one op, and each of `nodes` rounds.
fn unless_rounding(mut failures: Vec<Failure>, nodes: usize) -> Vec<Failure> {
    for failure in failures.iter_mut().filter(|failure| failure.element.is_none()) {
        failure.allowed *= nodes as f64;
    }
    failures.retain(|failure| failure.difference > failure.allowed);
    failures
}

/// Adds to a failure of one element what forward mode finds there.
fn add_slope(failure: &mut Failure, claim: &Claim, on_duals: OnTape<'_, Dual<f64>>) {
    let (Quantity::Gradient(name), Some(element)) = (&failure.quantity, &failure.element) else { return };
    let Some(input) = claim.names.iter().position(|known| known == name) else { return };
    let mut direction = ArrayD::zeros(claim.inputs[input].shape());
    direction[element.as_slice()] = 1.0;
    let (slope, _) = dot(&claim.cotangent, &tangent(on_duals, &claim.inputs, input, &direction));
    failure.reason.push_str(&format!("; {} finds {slope:?} here", Witness::ForwardMode));
}
