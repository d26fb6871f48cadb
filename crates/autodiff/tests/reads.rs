//! A backward rule reads nothing but what its card declares.

mod common;

use common::draw;
use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Case, Domain, Gradients, Sample, Tape, Visitor};
use ndarray::ArrayD;

struct Poisoned;

impl Visitor for Poisoned {
    fn op<C: Case>(&mut self) {
        for sample in C::samples() {
            check(&sample);
        }
    }
}

fn check<C: Case>(sample: &Sample<C>) {
    let tape = Tape::new();
    let x: Vec<_> =
        (0..).zip(&sample.inputs).map(|(site, (shape, domain))| tape.variable(&draw(site, shape, *domain))).collect();
    let y = sample.op.apply(&x);
    let cotangent = draw(100, &y.shape(), Domain::REAL);
    let mut gradients = Gradients::new();
    let mut backward = || -> Vec<Option<ArrayD<f64>>> {
        y.backward_from(&cotangent.view(), &mut gradients);
        x.iter().map(|&x| gradients.of(x).map(|g| g.to_owned())).collect()
    };

    let before = backward();
    let flows_back = !C::card().backward.is_empty();
    assert!(
        before.iter().all(|g| g.is_some() == flows_back),
        "{sample:?}: every input is wanted, if anything flows back"
    );
    tape.poison_unread(f64::NAN);
    let reads = C::card().reads;
    assert!(reads.output() || y.value().iter().all(|y| y.is_nan()), "{sample:?}: the output must be poisoned");
    assert!(reads.inputs() || x[0].value().iter().all(|x| x.is_nan()), "{sample:?}: the inputs must be poisoned");
    assert_eq!(backward(), before, "{sample:?}: the rule reads more than its card declares");
}

#[test]
fn rules_read_what_their_cards_declare() {
    each_op(&mut Poisoned);
}
