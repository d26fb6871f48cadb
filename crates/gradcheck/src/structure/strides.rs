//! How the numbers of an array lie in memory changes nothing.

use diabolo_autodiff::{Gradients, Tape};
use ndarray::{ArrayD, ArrayViewD, Axis, Slice};

use super::{Ruling, Scene};
use crate::run::gradient;

/// The last axis outermost in memory.
pub(super) fn other_order(scene: &Scene<'_>) -> Ruling {
    let reorder = |x: &ArrayD<f64>| x.t().as_standard_layout().into_owned();
    check(scene, &reorder, transposed, "axes of inputs and cotangent in reverse order")
}

fn transposed(x: ArrayViewD<'_, f64>) -> ArrayViewD<'_, f64> {
    x.reversed_axes()
}

/// Every axis backward, with a number between any two.
pub(super) fn reversed_with_gaps(scene: &Scene<'_>) -> Ruling {
    let spread = |x: &ArrayD<f64>| {
        let extents: Vec<usize> = x.shape().iter().map(|extent| 2 * extent).collect();
        let mut stored = ArrayD::from_elem(extents, f64::NAN);
        stored.slice_each_axis_mut(|_| EVERY_OTHER).assign(&backward(x.view()));
        stored
    };
    check(
        scene,
        &spread,
        |stored| backward(every_other(stored)),
        "every axis of inputs and cotangent backward and with gaps",
    )
}

const EVERY_OTHER: Slice = Slice { start: 0, end: None, step: 2 };

fn every_other(mut x: ArrayViewD<'_, f64>) -> ArrayViewD<'_, f64> {
    x.slice_each_axis_inplace(|_| EVERY_OTHER);
    x
}

fn backward(mut x: ArrayViewD<'_, f64>) -> ArrayViewD<'_, f64> {
    (0..x.ndim()).for_each(|axis| x.invert_axis(Axis(axis)));
    x
}

/// `store` lays the numbers out in another way, and `look` shows them in the order that they had.
fn check(
    scene: &Scene<'_>,
    store: &dyn Fn(&ArrayD<f64>) -> ArrayD<f64>,
    look: for<'a> fn(ArrayViewD<'a, f64>) -> ArrayViewD<'a, f64>,
    how: &str,
) -> Ruling {
    let tape = Tape::new();
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(&look(store(x).view()))).collect();
    let y = (scene.function)(&tape, &x);
    let mut gradients = Gradients::new();
    y.backward_from(&look(store(&scene.claim.cotangent).view()), &mut gradients);
    let outcome = (y.value(), x.iter().map(|x| gradient(&gradients, *x)).collect());
    scene.same(&outcome, &|| how.to_owned())?;
    Ok(true)
}
