//! Checks of functions and gradients of the caller's own.

use std::panic::Location;

use diabolo_autodiff::{Gradients, Tape, Var};
use ndarray::{ArrayD, arr0};

use crate::blame::Blame;
use crate::claim::Claim;
use crate::draw::signed;
use crate::failure::{Failure, Place};
use crate::probe;
use crate::recording::{Record, Recording, Runner, nearby};
use crate::report::{GradientReport, InputReport};
use crate::settings::{COTANGENT, Settings};
use crate::{steadiness, symmetry};

/// Checks the gradients of any function of named tensors with respect to each of them, at these inputs.
///
/// The function may return a tensor of any shape; its cotangent is drawn. It must give the same output for the same inputs:
/// noise must come from a fixed key. Keep inputs away from kinks: there the check fails and names the slopes on both sides,
/// unless the gradient is their mean.
///
/// Finite differences, the symmetry of the Hessian and runs under other conditions are the witnesses. If one disagrees,
/// every op that the function recorded is looked at alone, and the rule that is wrong is named with its card and the line
/// that recorded it; or, if all of them are right, the value that was taken off the tape:
///
/// ```
/// use diabolo_gradcheck::check_gradient;
/// use ndarray::array;
///
/// // The mistake: the scale was meant to take part, and is put back as a constant.
/// let inputs = [("weight", array![0.5, -0.25].into_dyn()), ("x", array![2.0, 3.0].into_dyn())];
/// let report = check_gradient(|tape, v| (tape.constant(&v[0].value()) * v[1]).square(), &inputs);
/// assert!(!report.passed());
/// let told = report.to_string();
/// assert!(told.contains("gradient of weight at [1]"), "{told}");
/// assert!(told.contains("no gradient arrives"), "{told}");
/// assert!(told.contains("No gradient flows back from a constant (recorded at"), "{told}");
/// ```
#[track_caller]
pub fn check_gradient(
    function: impl for<'t> Fn(&'t Tape<f64>, &[Var<'t, f64>]) -> Var<'t, f64>,
    inputs: &[(&str, ArrayD<f64>)],
) -> GradientReport {
    check_gradient_with(&Settings::default(), function, inputs)
}

/// As [`check_gradient`], with settings: the seed of the cotangent, and how many elements of a tensor are moved.
#[track_caller]
pub fn check_gradient_with(
    settings: &Settings,
    function: impl for<'t> Fn(&'t Tape<f64>, &[Var<'t, f64>]) -> Var<'t, f64>,
    inputs: &[(&str, ArrayD<f64>)],
) -> GradientReport {
    check_recording(settings, inputs, |tape, x| {
        let inputs: Vec<_> = x.iter().map(|x| tape.variable(x)).collect();
        Recording { output: function(tape, &inputs), inputs }
    })
}

/// As [`check_gradient_with`] for whatever can be recorded with other values of its inputs: a model, whose inputs are its
/// parameters and join the tape on its own ways.
///
/// `record` is called some 30 times an element that is moved.
///
/// ```
/// use std::sync::Arc;
///
/// use diabolo_autodiff::Shape;
/// use diabolo_gradcheck::{Recording, Settings, check_recording};
/// use diabolo_kernels::Buffer;
/// use ndarray::array;
///
/// let weight = [("weight", array![0.5, -0.25].into_dyn())];
/// let report = check_recording(&Settings::default(), &weight, |tape, values| {
///     let shared = Arc::new(Buffer::from(values[0].as_slice().unwrap()));
///     let weight = tape.join(&shared, Shape::new(&[2]), true);
///     Recording { inputs: vec![weight], output: (weight * weight.exp()).sum_all() }
/// });
/// assert!(report.passed(), "{report}");
/// ```
///
/// # Panics
/// If the recording does not have as many inputs.
#[track_caller]
pub fn check_recording(
    settings: &Settings,
    inputs: &[(&str, ArrayD<f64>)],
    mut record: impl for<'t> FnMut(&'t Tape<f64>, &[ArrayD<f64>]) -> Recording<'t>,
) -> GradientReport {
    examine(settings, Location::caller(), inputs, &mut |tape, values| {
        let values: Vec<_> = values.iter().map(standard).collect(); // `record` need not know of strides
        record(tape, &values)
    })
    .report
}

/// What came out, and of which claim.
pub(crate) struct Examined {
    pub(crate) claim: Claim,
    pub(crate) report: GradientReport,
    /// How many nodes the function recorded.
    pub(crate) nodes: usize,
}

#[track_caller]
pub(crate) fn examine(
    settings: &Settings,
    at: &'static Location<'static>,
    inputs: &[(&str, ArrayD<f64>)],
    record: Record<'_>,
) -> Examined {
    let key = settings.key(0, 0);
    let (names, inputs) = split(inputs);
    let (tape, mut gradients) = (Tape::new(), Gradients::new());
    let recording = record(&tape, &inputs);
    assert_eq!(recording.inputs.len(), inputs.len(), "a recording must have all inputs");
    let y = recording.output.value();
    let cotangent = signed(key.site(COTANGENT), y.shape());
    let slopes = recording.gradients(&cotangent, &mut gradients);
    let claim = Claim { card: None, place: Place::Given { at }, names, inputs, gradients: slopes, cotangent };

    let unsteady = steadiness::check(&claim, &y, key, record);
    let mut runner = Runner::new(record);
    let (reports, wrong) = by_input(settings, &claim, &mut |x| runner.output(x));
    let symmetry = symmetry::check(&claim, key, &mut runner);
    let failures = [wrong, symmetry.failures, unsteady].concat();
    let blame = (!failures.is_empty()).then(|| {
        let moved = Tape::new();
        record(&moved, &nearby(key, &claim.inputs));
        Blame::find(key, settings.elements, &tape, &moved, &gradients)
    });
    let report =
        GradientReport { worst_symmetry: Some(symmetry.worst), failures, blame, ..GradientReport::of(reports) };
    Examined { claim, report, nodes: tape.len() }
}

/// Asks finite differences about each input.
fn by_input(settings: &Settings, claim: &Claim, y: probe::Function<'_>) -> (Vec<InputReport>, Vec<Failure>) {
    let (mut reports, mut failures) = (vec![], vec![]);
    let mut point = claim.inputs.clone();
    for (i, name) in claim.names.iter().enumerate() {
        let alone = Claim {
            card: claim.card,
            place: claim.place.clone(),
            names: vec![name.clone()],
            inputs: vec![claim.inputs[i].clone()],
            gradients: vec![claim.gradients[i].clone()],
            cotangent: claim.cotangent.clone(),
        };
        let verdict = alone.check(settings.key(0, i as u32), settings.elements, &mut |moved| {
            point[i].assign(&moved[0]);
            y(&point)
        });
        point[i].assign(&claim.inputs[i]);
        let (name, shape) = (name.clone(), claim.inputs[i].shape().to_vec());
        let largest = claim.gradients[i].iter().map(|g| g.abs()).fold(0.0, f64::max);
        reports.push(InputReport { name, shape, largest, worst_difference: verdict.worst });
        failures.extend(verdict.failures);
    }
    (reports, failures)
}

/// Holds gradients that were made by any means against finite differences of the function that they are said to belong to.
///
/// `loss` is called with other values of the same tensors, some 30 times an element that is moved. Gradients that come
/// from a tape are better checked by [`check_recording`], which asks more witnesses and finds the op that is at fault.
///
/// ```
/// use diabolo_gradcheck::{Settings, compare_gradients};
/// use ndarray::array;
///
/// let x = [("x", array![1.0, 2.0].into_dyn())];
/// let report = compare_gradients(&Settings::default(), &x, &[array![2.0, 4.0].into_dyn()], |x| x[0].pow2().sum());
/// assert!(report.passed(), "{report}");
/// let report = compare_gradients(&Settings::default(), &x, &[array![1.0, 2.0].into_dyn()], |x| x[0].pow2().sum());
/// assert!(report.to_string().contains("a factor of 2.000000 is missing"), "{report}");
/// ```
///
/// # Panics
/// If there are not as many gradients as inputs, or one does not have the shape of its input.
#[track_caller]
pub fn compare_gradients(
    settings: &Settings,
    inputs: &[(&str, ArrayD<f64>)],
    gradients: &[ArrayD<f64>],
    mut loss: impl FnMut(&[ArrayD<f64>]) -> f64,
) -> GradientReport {
    assert_eq!(inputs.len(), gradients.len(), "there must be one gradient for each input");
    for ((name, x), gradient) in inputs.iter().zip(gradients) {
        assert_eq!(x.shape(), gradient.shape(), "the gradient of {name} must have the shape of {name}");
    }
    let (names, inputs) = split(inputs);
    let gradients = gradients.iter().map(standard).collect();
    let cotangent = arr0(1.0).into_dyn();
    let place = Place::Given { at: Location::caller() };
    let claim = Claim { card: None, place, names, inputs, gradients, cotangent };
    let (reports, failures) = by_input(settings, &claim, &mut |x| arr0(loss(x)).into_dyn());
    GradientReport { failures, ..GradientReport::of(reports) }
}

fn split(inputs: &[(&str, ArrayD<f64>)]) -> (Vec<String>, Vec<ArrayD<f64>>) {
    inputs.iter().map(|(name, x)| ((*name).to_owned(), standard(x))).unzip()
}

fn standard(x: &ArrayD<f64>) -> ArrayD<f64> {
    x.as_standard_layout().into_owned()
}
