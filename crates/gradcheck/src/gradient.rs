//! Checks of functions and gradients of the caller's own.

use std::fmt;

use diabolo_autodiff::{Tape, Var};
use ndarray::{ArrayD, arr0};

use crate::claim::{Claim, Verdict};
use crate::draw::signed;
use crate::failure::{Failure, Place, write_failures};
use crate::run::{Passes, backward, forward};
use crate::settings::{COTANGENT, Settings};

/// What finite differences say of the gradients of one function at one point.
#[derive(Clone, Debug)]
pub struct GradientReport {
    /// The worst relative difference; infinite if something was not a number.
    pub worst_difference: f64,
    /// At most one failure an input.
    pub failures: Vec<Failure>,
}

impl GradientReport {
    /// Whether nothing disagreed.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for GradientReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gradients and finite differences are at most {:.1e} apart", self.worst_difference)?;
        write_failures(f, &self.failures)
    }
}

impl From<Verdict> for GradientReport {
    fn from(Verdict { worst, failures }: Verdict) -> Self {
        Self { worst_difference: worst, failures }
    }
}

/// Checks the gradients of any function of named tensors with respect to each of them, at these inputs.
///
/// The function may return a tensor of any shape; its cotangent is drawn. It must give the same output for the same inputs:
/// noise must come from a fixed key. Keep inputs away from kinks: there the check fails and names the slopes on both sides,
/// unless the gradient is their mean.
///
/// ```
/// use diabolo_gradcheck::check_gradient;
/// use ndarray::array;
///
/// // The mistake: the target was meant to be a constant, and the weight was not.
/// let inputs = [("weight", array![0.5, -0.25].into_dyn()), ("x", array![2.0, 3.0].into_dyn())];
/// let report = check_gradient(|tape, v| (tape.constant(&v[0].value()) * v[1]).square(), &inputs);
/// assert!(!report.passed());
/// assert!(report.to_string().contains("gradient of weight at [1]"), "{report}");
/// assert!(report.to_string().contains("no gradient arrives"), "{report}");
/// ```
pub fn check_gradient(
    function: impl for<'t> Fn(&'t Tape<f64>, &[Var<'t, f64>]) -> Var<'t, f64>,
    inputs: &[(&str, ArrayD<f64>)],
) -> GradientReport {
    check_gradient_with(&Settings::default(), function, inputs)
}

/// As [`check_gradient`], with settings: the seed of the cotangent, and how many elements of a tensor are moved.
pub fn check_gradient_with(
    settings: &Settings,
    function: impl for<'t> Fn(&'t Tape<f64>, &[Var<'t, f64>]) -> Var<'t, f64>,
    inputs: &[(&str, ArrayD<f64>)],
) -> GradientReport {
    let key = settings.key(0, 0);
    let (names, inputs) = split(inputs);
    let Passes { cotangent, gradients, .. } = backward(&function, &inputs, &|shape| signed(key.site(COTANGENT), shape));
    let claim = Claim { card: None, place: Place::Given, names, inputs, gradients, cotangent };
    claim.check(key, settings.elements, &mut |x| forward(&function, x)).into()
}

/// Holds gradients that were made by any means against finite differences of the function that they are said to belong to.
///
/// `loss` is called with other values of the same tensors, some 30 times an element that is moved. This is how a whole
/// model is checked: `inputs` are its parameters, and `loss` puts their values in place and runs it.
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
    let claim = Claim { card: None, place: Place::Given, names, inputs, gradients, cotangent };
    claim.check(settings.key(0, 0), settings.elements, &mut |x| arr0(loss(x)).into_dyn()).into()
}

fn split(inputs: &[(&str, ArrayD<f64>)]) -> (Vec<String>, Vec<ArrayD<f64>>) {
    inputs.iter().map(|(name, x)| ((*name).to_owned(), standard(x))).unzip()
}

fn standard(x: &ArrayD<f64>) -> ArrayD<f64> {
    x.as_standard_layout().into_owned()
}
