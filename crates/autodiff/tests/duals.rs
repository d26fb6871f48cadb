//! Every op runs on dual numbers: tangents of outputs are directional derivatives, and tangents of gradients are
//! Hessian–vector products.

mod common;

use common::draw;
use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Case, Domain, Dual, Gradients, Sample, Tape, Visitor};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, Zip};

struct Directions;

impl Visitor for Directions {
    fn op<C: Case>(&mut self) {
        for sample in C::samples() {
            if C::card().backward.is_empty() {
                check_constant(&sample);
            } else {
                check(&sample);
            }
        }
    }
}

/// The output, and the gradient of each input.
fn run<C: Case, S: Scalar>(op: &C, inputs: &[ArrayD<S>]) -> Vec<ArrayD<S>> {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|x| tape.variable(x)).collect();
    let y = op.apply(&x);
    let cotangent = draw(100, &y.shape(), Domain::REAL).mapv(S::of);
    let mut gradients = Gradients::new();
    y.backward_from(&cotangent.view(), &mut gradients);
    let slopes = x.iter().map(|&x| gradients.of(x).expect("every input is wanted").to_owned());
    std::iter::once(y.value()).chain(slopes).collect()
}

fn check<C: Case>(sample: &Sample<C>) {
    let at = |site, (shape, domain): &(Vec<usize>, Domain)| draw(site, shape, *domain);
    let x: Vec<_> = (0..).zip(&sample.inputs).map(|(site, input)| at(site, input)).collect();
    let v: Vec<_> = (50..).zip(&x).map(|(site, x)| draw(site, x.shape(), Domain::Between(-1.0, 1.0))).collect();

    let moved = |step: f64| -> Vec<_> { x.iter().zip(&v).map(|(x, v)| x + &(v * step)).collect() };
    let h = 1e-5;
    let (right, left) = (run(&sample.op, &moved(h)), run(&sample.op, &moved(-h)));

    let plain = run(&sample.op, &x);
    let dual_inputs: Vec<_> =
        x.iter().zip(&v).map(|(x, v)| Zip::from(x).and(v).map_collect(|&x, &v| Dual::new(x, v))).collect();
    let duals = run(&sample.op, &dual_inputs);
    for (i, duals) in duals.iter().enumerate() {
        let context = format!("{sample:?}, tensor {i} (0 is the output, the others are gradients)");
        for (element, dual) in duals.iter().enumerate() {
            let pick = |all: &[ArrayD<f64>]| all[i].as_slice().expect("copies are contiguous")[element];
            let value = pick(&plain);
            assert!((dual.value - value).abs() <= 1e-13 * (1.0 + value.abs()), "{context}: {dual}, without ε {value}");
            let difference = (pick(&right) - pick(&left)) / (2.0 * h);
            let close = (dual.tangent - difference).abs() <= 1e-8 + 1e-7 * difference.abs();
            assert!(close, "{context}, element {element}: {dual}, finite difference {difference}");
        }
    }
}

/// Where nothing flows back, nothing flows forward either.
fn check_constant<C: Case>(sample: &Sample<C>) {
    let tape = Tape::new();
    let moving = |(shape, domain): &(Vec<usize>, Domain)| draw(0, shape, *domain).mapv(|x| Dual::new(x, 1.0));
    let x: Vec<_> = sample.inputs.iter().map(|input| tape.variable(&moving(input))).collect();
    assert!(sample.op.apply(&x).value().iter().all(|y| y.tangent == 0.0), "{sample:?}: a constant has no tangent");
}

#[test]
fn tangents_of_outputs_and_of_gradients_are_directional_derivatives() {
    each_op(&mut Directions);
}

#[test]
fn a_constant_direction_has_no_tangent_at_infinite_slopes() {
    let tape = Tape::new();
    let x = tape.variable(&ndarray::arr0(Dual::new(0.0, 0.0)));
    let y = x.sqrt().item();
    assert_eq!((y.value, y.tangent), (0.0, 0.0));
}

#[test]
fn cross_entropy_has_no_kink_at_logit_0() {
    let tape = Tape::new();
    let logit = tape.variable(&ndarray::arr1(&[Dual::new(0.0, 1.0)]));
    let target = tape.constant(&ndarray::arr1(&[Dual::of(0.25)]));
    let loss = logit.bce_with_logits(target);
    let mut gradients = Gradients::new();
    loss.backward(&mut gradients);
    assert_eq!(loss.item().tangent, 0.25);
    assert_eq!(gradients.of(logit).expect("the loss depends on it")[[0]], Dual::new(0.25, 0.25));
}
