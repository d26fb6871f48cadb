//! A variable that is used more than once receives the sum of what its uses give it.
//!
//! Adding a number to itself, and one to another whatever the order, is exact in the sense that both sides of these laws
//! round alike: so they hold to the last bit.

use diabolo_autodiff::{Gradients, Tape, Var};
use ndarray::ArrayD;

use super::{Ruling, Scene};
use crate::run::{backward, gradient};

/// f(x, x): the gradient is that of the first plus that of the second input, at inputs that are equal but apart.
pub(super) fn two_inputs(scene: &Scene<'_>) -> Ruling {
    let inputs = scene.inputs();
    let pairs = (0..inputs.len()).flat_map(|i| (i + 1..inputs.len()).map(move |j| (i, j)));
    let pairs: Vec<_> = pairs.filter(|&(i, j)| inputs[i].shape() == inputs[j].shape()).collect();
    for &(i, j) in &pairs {
        let mut equal = inputs.to_vec();
        equal[j] = equal[i].clone();
        let cotangent = &scene.claim.cotangent;
        let apart = backward(scene.function, &equal, &|_| cotangent.clone());

        let tape = Tape::new();
        let mut x: Vec<_> = equal.iter().map(|x| tape.variable(x)).collect();
        x[j] = x[i];
        let mut gradients = Gradients::new();
        (scene.function)(&tape, &x).backward_from(&cotangent.view(), &mut gradients);
        let sum = &apart.gradients[i] + &apart.gradients[j];
        scene.same_gradient(i, &gradient(&gradients, x[i]), &sum, &|| format!("inputs {i} and {j} are one"))?;
    }
    Ok(!pairs.is_empty())
}

/// f(x) + f(x)
pub(super) fn used_twice(scene: &Scene<'_>) -> Ruling {
    twice(scene, "f(x) + f(x)", |x| x)
}

/// f(−h) + f(−h) for the shared h = −x.
pub(super) fn through_an_intermediate(scene: &Scene<'_>) -> Ruling {
    twice(scene, "f(−h) + f(−h) where h = −x", |x| -x)
}

/// Two uses of what `change` makes of the inputs, each of which changes it back.
fn twice(scene: &Scene<'_>, how: &str, change: for<'t> fn(Var<'t, f64>) -> Var<'t, f64>) -> Ruling {
    let tape = Tape::new();
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(x)).collect();
    let shared: Vec<_> = x.iter().map(|x| change(*x)).collect();
    let once = || (scene.function)(&tape, &shared.iter().map(|h| change(*h)).collect::<Vec<_>>());
    let mut gradients = Gradients::new();
    (once() + once()).backward_from(&scene.claim.cotangent.view(), &mut gradients);
    for (i, wanted) in scene.claim.gradients.iter().enumerate() {
        // Adding 0 takes the sign from zeros, which an elementwise rule does not hand on.
        let doubled: ArrayD<f64> = wanted + wanted + 0.0;
        scene.same_gradient(i, &(gradient(&gradients, x[i]) + 0.0), &doubled, &|| how.to_owned())?;
    }
    Ok(true)
}
