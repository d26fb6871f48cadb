//! Where nothing is asked for or nothing comes in, nothing flows.

use diabolo_autodiff::{Gradients, Tape, Var};
use ndarray::ArrayD;

use super::{Broken, Ruling, Scene};
use crate::failure::Quantity;
use crate::run::{backward, gradient};

/// At finite inputs of the domain every slope is finite, and 0 times it is 0, of either sign.
pub(super) fn zero_cotangent(scene: &Scene<'_>) -> Ruling {
    let zeros = backward(scene.function, scene.inputs(), &|shape| ArrayD::zeros(shape)).gradients;
    for (i, ours) in zeros.iter().enumerate() {
        let quantity = Quantity::Gradient(scene.claim.names[i].clone());
        let wanted = ArrayD::zeros(ours.shape());
        let unsigned = ours.mapv(f64::abs);
        let how = || "the cotangent is 0, and not the one shown below".to_owned();
        Broken::unless_close(quantity, Some(&scene.inputs()[i]), [&unsigned, &wanted, &wanted], 0.0, &how)?;
    }
    Ok(true)
}

/// Each input in turn, and at last all of them.
pub(super) fn constant_input(scene: &Scene<'_>) -> Ruling {
    let inputs = scene.inputs();
    for i in 0..inputs.len() {
        let how = || format!("input {i} is a constant");
        let make = |tape: &Tape<f64>| {
            let leaf = |(j, x): (usize, &ArrayD<f64>)| if i == j { tape.constant(x) } else { tape.variable(x) };
            let x: Vec<Var<'_, f64>> = inputs.iter().enumerate().map(leaf).collect();
            gradients(scene, tape, &x, &x)
        };
        one_without(scene, i, make(&Tape::new()), &how)?;
    }
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|x| tape.constant(x)).collect();
    let of_constants = gradients(scene, &tape, &x, &x);
    for (i, gradient) in of_constants.into_iter().enumerate() {
        scene.nothing(i, gradient, &|| "all inputs are constants".to_owned())?;
    }
    Ok(true)
}

pub(super) fn detached_input(scene: &Scene<'_>) -> Ruling {
    let inputs = scene.inputs();
    for i in 0..inputs.len() {
        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|x| tape.variable(x)).collect();
        let mut used = x.clone();
        used[i] = x[i].detach();
        one_without(scene, i, gradients(scene, &tape, &x, &used), &|| format!("input {i} is detached"))?;
    }
    Ok(true)
}

/// d · w for the detached output d: w̄ = ȳ · d, and nothing goes further.
pub(super) fn detached_output(scene: &Scene<'_>) -> Ruling {
    let tape = Tape::new();
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(x)).collect();
    let weight = tape.variable(&scene.claim.cotangent);
    let y = (scene.function)(&tape, &x).detach() * weight;
    let mut gradients = Gradients::new();
    y.backward_from(&scene.claim.cotangent.view(), &mut gradients);
    for (i, x) in x.iter().enumerate() {
        scene.nothing(i, gradients.of(*x).map(|g| g.to_owned()), &|| "the output is detached".to_owned())?;
    }
    let wanted = &scene.claim.cotangent * scene.y;
    let how = || "the gradient of w in w times the detached output".to_owned();
    Broken::unless_close(Quantity::Value, None, [&gradient(&gradients, weight), &wanted, &wanted], 0.0, &how)?;
    Ok(true)
}

/// The gradients of `x` where the op takes `used`. The output is negated and its cotangent too, so that an op that hands an
/// input on is not asked for the gradient of the very node where the pass starts, which is always there.
fn gradients<'t>(
    scene: &Scene<'_>,
    tape: &'t Tape<f64>,
    x: &[Var<'t, f64>],
    used: &[Var<'t, f64>],
) -> Vec<Option<ArrayD<f64>>> {
    let mut gradients = Gradients::new();
    let cotangent = -&scene.claim.cotangent;
    (-(scene.function)(tape, used)).backward_from(&cotangent.view(), &mut gradients);
    x.iter().map(|x| gradients.of(*x).map(|g| g.to_owned())).collect()
}

/// An error unless input `i` has no gradient and the others have theirs.
fn one_without(
    scene: &Scene<'_>,
    i: usize,
    gradients: Vec<Option<ArrayD<f64>>>,
    how: &dyn Fn() -> String,
) -> Result<(), Box<Broken>> {
    for (j, gradient) in gradients.into_iter().enumerate() {
        let wanted = &scene.claim.gradients[j];
        match gradient {
            gradient if j == i => scene.nothing(j, gradient, how)?,
            Some(ours) => scene.same_gradient(j, &ours, wanted, how)?,
            None => scene.same_gradient(j, &ArrayD::zeros(wanted.shape()), wanted, how)?,
        }
    }
    Ok(())
}
