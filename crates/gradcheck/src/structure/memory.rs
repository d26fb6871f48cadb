//! What an op gives depends on its inputs alone: not on what ran before, nor on what memory held, nor on whose memory it is.

use std::sync::Arc;

use diabolo_autodiff::{Gradients, Shape, Tape, Var};
use diabolo_kernels::Buffer;
use ndarray::ArrayD;

use super::{Broken, Outcome, Ruling, Scene};
use crate::failure::Quantity;
use crate::probe::elements;
use crate::run::gradient;

/// Records the op on a tape and goes back.
fn pass(scene: &Scene<'_>, tape: &Tape<f64>, gradients: &mut Gradients<f64>) -> Outcome {
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(x)).collect();
    let y = (scene.function)(tape, &x);
    y.backward_from(&scene.claim.cotangent.view(), gradients);
    (y.value(), all(&x, gradients))
}

fn all(x: &[Var<'_, f64>], gradients: &Gradients<f64>) -> Vec<ArrayD<f64>> {
    x.iter().map(|x| gradient(gradients, *x)).collect()
}

pub(super) fn fresh_tape(scene: &Scene<'_>) -> Ruling {
    scene.same(&pass(scene, &Tape::new(), &mut Gradients::new()), &|| "the same inputs once more".to_owned())?;
    Ok(true)
}

pub(super) fn backward_again(scene: &Scene<'_>) -> Ruling {
    let tape = Tape::new();
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(x)).collect();
    let y = (scene.function)(&tape, &x);
    let mut gradients = Gradients::new();
    let halved = &scene.claim.cotangent * 0.5;
    let passes = [
        (&scene.claim.cotangent, "the first pass"),
        (&halved, "another cotangent"),
        (&scene.claim.cotangent, "the first cotangent, after another"),
    ];
    for (cotangent, how) in passes {
        y.backward_from(&cotangent.view(), &mut gradients);
        if !std::ptr::eq(cotangent, &halved) {
            scene.same(&(y.value(), all(&x, &gradients)), &|| how.to_owned())?;
        }
    }
    Ok(true)
}

pub(super) fn refilled_tape(scene: &Scene<'_>) -> Ruling {
    let (mut tape, mut gradients) = (Tape::new(), Gradients::new());
    let other_values = |x: &ArrayD<f64>| {
        let mut numbers = elements(x).to_vec();
        numbers.reverse();
        ArrayD::from_shape_vec(x.shape(), numbers).expect("there are as many as before")
    };
    let inputs: Vec<ArrayD<f64>> = scene.inputs().iter().map(other_values).collect();
    let x: Vec<_> = inputs.iter().map(|x| tape.variable(x)).collect();
    (scene.function)(&tape, &x).backward_from(&scene.claim.cotangent.view(), &mut gradients);
    tape.reset();
    scene.same(&pass(scene, &tape, &mut gradients), &|| "the same op before, at other values".to_owned())?;

    tape.reset();
    let x: Vec<_> = inputs.iter().map(|x| -(tape.variable(x) + 1.0)).collect();
    (scene.function)(&tape, &x).backward_from(&scene.claim.cotangent.view(), &mut gradients);
    tape.reset();
    scene.same(&pass(scene, &tape, &mut gradients), &|| "another program before".to_owned())?;
    Ok(true)
}

pub(super) fn poisoned_memory(scene: &Scene<'_>) -> Ruling {
    let (mut tape, mut gradients) = (Tape::new(), Gradients::new());
    pass(scene, &tape, &mut gradients);
    tape.poison_memory(f64::NAN);
    gradients.poison_memory(f64::NAN);
    let how = || "the tape's memory and that of the gradients held NaN".to_owned();
    scene.same(&pass(scene, &tape, &mut gradients), &how)?;
    Ok(true)
}

pub(super) fn declared_reads(scene: &Scene<'_>) -> Ruling {
    let tape = Tape::new();
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(x)).collect();
    let y = (scene.function)(&tape, &x);
    let mut gradients = Gradients::new();
    tape.poison_unread(f64::NAN);
    y.backward_from(&scene.claim.cotangent.view(), &mut gradients);
    let how = || "all else was overwritten with NaN after the forward pass".to_owned();
    scene.same(&(scene.y.clone(), all(&x, &gradients)), &how)?;
    Ok(true)
}

pub(super) fn inputs_unchanged(scene: &Scene<'_>) -> Ruling {
    let tape = Tape::new();
    let x: Vec<_> = scene.inputs().iter().map(|x| tape.variable(x)).collect();
    let y = (scene.function)(&tape, &x);
    y.backward_from(&scene.claim.cotangent.view(), &mut Gradients::new());
    for (i, (before, after)) in scene.inputs().iter().zip(&x).enumerate() {
        let how = || format!("the value of input {i}");
        Broken::unless_close(Quantity::Value, None, [&after.value(), before, before], 0.0, &how)?;
    }
    Ok(true)
}

pub(super) fn joined_values(scene: &Scene<'_>) -> Ruling {
    let shared: Vec<_> = scene.inputs().iter().map(|x| Arc::new(Buffer::from(elements(x)))).collect();
    let tape = Tape::new();
    let join = |(x, shared): (&ArrayD<f64>, &Arc<Buffer<f64>>)| tape.join(shared, Shape::new(x.shape()), true);
    let x: Vec<_> = scene.inputs().iter().zip(&shared).map(join).collect();
    let y = (scene.function)(&tape, &x);
    let mut gradients = Gradients::new();
    y.backward_from(&scene.claim.cotangent.view(), &mut gradients);
    let how = || "inputs joined the tape as parameters do".to_owned();
    scene.same(&(y.value(), all(&x, &gradients)), &how)?;
    for (i, (before, after)) in scene.inputs().iter().zip(&shared).enumerate() {
        let after = ArrayD::from_shape_vec(before.shape(), after.to_vec()).expect("the shape is that of the input");
        let how = || format!("the value of input {i}, which joined the tape");
        Broken::unless_close(Quantity::Value, None, [&after, before, before], 0.0, &how)?;
    }
    Ok(true)
}
