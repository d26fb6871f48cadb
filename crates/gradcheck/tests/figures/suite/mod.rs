//! The figures, and the comparison of an op with them, in `f64` and in `f32`.

use std::sync::OnceLock;

use diabolo_autodiff::{Gradients, Tape};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, ArrayViewD};

mod apply;
mod distance;
mod figure;

use distance::{Precision, Row};
pub(crate) use figure::Figure;

/// All figures, in the order of the fixture.
pub(crate) fn figures() -> &'static [Figure] {
    static FIGURES: OnceLock<Vec<Figure>> = OnceLock::new();
    FIGURES.get_or_init(|| figure::read(include_str!("../../fixtures/figures.json")))
}

/// Compares an op with all its figures.
///
/// # Errors
/// What is apart: a line for each case, with the worst element.
pub(crate) fn check(op: &str) -> Result<(), String> {
    let wrong: Vec<String> =
        figures().iter().filter(|figure| figure.op == op).filter_map(|figure| compare(figure).err()).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Compares one figure, in `f64`, and in `f32` where its inputs are numbers of that.
///
/// # Errors
/// The worst element of what is apart.
pub(crate) fn compare(figure: &Figure) -> Result<(), String> {
    compare_in::<f64>(figure, Precision::F64)?;
    if figure.f32.is_none() { compare_in::<f32>(figure, Precision::F32) } else { Ok(()) }
}

fn compare_in<S: Scalar>(figure: &Figure, precision: Precision) -> Result<(), String> {
    let tape = Tape::<S>::new();
    let to_s = |x: &ArrayD<f64>| x.mapv(S::of);
    let x: Vec<_> = figure.inputs.iter().map(|x| tape.variable(&to_s(x))).collect();
    let y = apply::apply(figure, &x);
    let place = format!("{}, {} ({precision:?})", figure.op, figure.name);
    if *y.shape() != *figure.shape {
        return Err(format!("{place}: the shape is {}, theirs is {:?}", y.shape(), figure.shape));
    }
    let cotangent = ArrayD::from_shape_vec(&*figure.shape, figure.cotangent.iter().copied().map(S::of).collect());
    let mut gradients = Gradients::new();
    y.backward_from(&cotangent.expect("a cotangent has the shape of the output").view(), &mut gradients);

    let row = |what: &str, ours: &ArrayViewD<'_, S>, theirs: &[f64], sizes: &Option<Vec<f64>>| {
        let ours: Vec<f64> = ours.iter().map(|x| x.to_f64()).collect();
        let sizes = sizes.as_deref().unwrap_or(theirs);
        Row { ours: &ours, theirs, sizes }.compare(precision).map_err(|far| format!("{place}: {what}, {far}"))
    };
    row("value", &y.value().view(), &figure.value, &figure.value_size)?;
    for (i, x) in x.iter().enumerate() {
        let zeros = ArrayD::from_elem(&*x.shape(), S::zero());
        let gradient = gradients.of(*x).unwrap_or(zeros.view());
        row(&format!("gradient of input {i}"), &gradient, &figure.gradients[i], &figure.gradient_sizes[i])?;
    }
    Ok(())
}
