//! The test that every op file runs: central differences in `f64`, and the table of edges.
//!
//! `diabolo-gradcheck` checks the same ops from outside with witnesses of more kinds.

use diabolo_kernels::random::{Key, Stream, fill_uniform};
use ndarray::{ArrayD, Zip};

use crate::case::{Case, Edge, Sample};
use crate::gradients::Gradients;
use crate::tape::Tape;

pub(crate) fn check<C: Case>() {
    C::samples().iter().enumerate().for_each(|(at, sample)| check_sample(at as u32, sample));
    C::edges().iter().for_each(check_edge);
}

/// The loss is Σ r ⊙ y with random signed r, so that errors in different elements cannot cancel.
fn check_sample<C: Case>(at: u32, sample: &Sample<C>) {
    let draw = |site: u32, shape: &[usize]| {
        let mut u = ArrayD::<f64>::zeros(shape);
        let key = Key::new(1, Stream::Sample).at(0, at).site(site);
        fill_uniform(key, 0.0, 1.0, u.as_slice_mut().unwrap());
        u
    };
    let inputs: Vec<ArrayD<f64>> =
        (0..).zip(&sample.inputs).map(|(site, (shape, domain))| draw(site, shape).mapv(|u| domain.at(u))).collect();

    let tape = Tape::new();
    let vars: Vec<_> = inputs.iter().map(|x| tape.variable(x)).collect();
    let y = sample.op.apply(&vars);
    let cotangent = draw(1000, &y.shape()).mapv(|u| 2.0 * u - 1.0);
    let mut gradients = Gradients::new();
    y.backward_from(&cotangent.view(), &mut gradients);

    if C::card().backward.is_empty() {
        return assert!(vars.iter().all(|&x| gradients.of(x).is_none()), "{sample:?}: nothing may flow back");
    }
    for (i, var) in vars.iter().enumerate() {
        let ours = gradients.of(*var).map_or_else(|| ArrayD::zeros(inputs[i].shape()), |g| g.to_owned());
        for (element, ours) in ours.iter().enumerate() {
            let loss = |step: f64| {
                let mut moved = inputs.clone();
                moved[i].as_slice_mut().unwrap()[element] += step;
                let tape = Tape::new();
                let vars: Vec<_> = moved.iter().map(|x| tape.variable(x)).collect();
                Zip::from(&sample.op.apply(&vars).value()).and(&cotangent).fold(0.0, |sum, y, r| sum + y * r)
            };
            let h = 1e-5;
            let difference = (loss(h) - loss(-h)) / (2.0 * h);
            assert!(
                (ours - difference).abs() <= 1e-8 + 1e-7 * difference.abs(),
                "{sample:?}, input {i}, element {element}: gradient {ours}, finite difference {difference}"
            );
        }
    }
}

fn check_edge<C: Case>(edge: &Edge<C>) {
    let tape = Tape::new();
    let vars: Vec<_> = edge
        .inputs
        .iter()
        .map(|(shape, values)| tape.variable(&ArrayD::from_shape_vec(&**shape, values.clone()).unwrap()))
        .collect();
    let y = edge.op.apply(&vars);
    same(&y.value(), &edge.value, &format!("{edge:?}: value"));
    let mut gradients = Gradients::new();
    y.backward_from(&ArrayD::ones(&*y.shape()).view(), &mut gradients);
    for (i, (var, want)) in vars.iter().zip(&edge.gradients).enumerate() {
        let ours = gradients.of(*var).map_or_else(|| ArrayD::zeros(&*var.shape()), |g| g.to_owned());
        same(&ours, want, &format!("{edge:?}: gradient of input {i}"));
    }
}

fn same(ours: &ArrayD<f64>, want: &[f64], what: &str) {
    assert_eq!(ours.len(), want.len(), "{what}");
    for (a, b) in ours.iter().zip(want) {
        let close = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-14 * b.abs();
        assert!(close, "{what}: {a} where {b} must come out");
    }
}
