//! Running a function on a tape, forward and backward.

use diabolo_autodiff::{Gradients, Tape, Var};
use diabolo_kernels::Scalar;
use ndarray::ArrayD;

/// A function of tensors on a tape. Called through a pointer, so that the witnesses are compiled once and not for each op.
pub(crate) type OnTape<'a, S> = &'a dyn for<'t> Fn(&'t Tape<S>, &[Var<'t, S>]) -> Var<'t, S>;

/// The output of a function of tensors.
pub(crate) fn forward<S: Scalar>(function: OnTape<'_, S>, inputs: &[ArrayD<S>]) -> ArrayD<S> {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|x| tape.constant(x)).collect();
    function(&tape, &x).value()
}

/// What a forward and a backward pass give.
#[derive(Clone, Debug)]
pub(crate) struct Passes<S = f64> {
    /// The output.
    pub(crate) y: ArrayD<S>,
    /// Its cotangent.
    pub(crate) cotangent: ArrayD<S>,
    /// The gradient of each input; zeros where the output does not depend on it.
    pub(crate) gradients: Vec<ArrayD<S>>,
}

/// The output of a function of tensors and the gradients for the cotangent that `cotangent` makes for the output's shape.
pub(crate) fn backward<S: Scalar>(
    function: OnTape<'_, S>,
    inputs: &[ArrayD<S>],
    cotangent: &dyn Fn(&[usize]) -> ArrayD<S>,
) -> Passes<S> {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|x| tape.variable(x)).collect();
    let y = function(&tape, &x);
    let cotangent = cotangent(&y.shape());
    let mut gradients = Gradients::new();
    y.backward_from(&cotangent.view(), &mut gradients);
    Passes { y: y.value(), cotangent, gradients: x.iter().map(|x| gradient(&gradients, *x)).collect() }
}

/// The gradient with respect to `x`; zeros where nothing flowed.
pub(crate) fn gradient<S: Scalar>(gradients: &Gradients<S>, x: Var<'_, S>) -> ArrayD<S> {
    gradients.of(x).map_or_else(|| ArrayD::from_elem(&*x.shape(), S::zero()), |g| g.to_owned())
}
