//! No work is done for a gradient that nobody wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diabolo_autodiff::{Card, Cotangents, Gradients, Inputs, Linearity, Op, Reads, Shape, Tape, Ulps};
use diabolo_kernels::{Buffer, Scalar};
use ndarray::array;

/// a · b, which counts what is asked of its backward rule.
#[derive(Clone, Debug, Default)]
struct Counted {
    rules: Arc<AtomicUsize>,
    closures: Arc<[AtomicUsize; 2]>,
}

impl Counted {
    /// How often the rule ran since the last look, and how often each input's part of it.
    fn taken(&self) -> (usize, [usize; 2]) {
        let take = |count: &AtomicUsize| count.swap(0, Ordering::Relaxed);
        (take(&self.rules), [0, 1].map(|i| take(&self.closures[i])))
    }
}

impl<S: Scalar> Op<S> for Counted {
    fn card(&self) -> &'static Card {
        &Card {
            name: "counted",
            forward: "y = a · b",
            backward: &["ā = ȳ · b", "b̄ = ȳ · a"],
            latex: "",
            reads: Reads::X,
            kinks: "none",
            linear: Linearity::Everywhere,
            ulps: Ulps::FOUR,
        }
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        Ok(x.shape(0))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = x.value(0)[i] * x.value(1)[i];
        }
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        self.rules.fetch_add(1, Ordering::Relaxed);
        for i in 0..2 {
            gx.give(i, |g| {
                self.closures[i].fetch_add(1, Ordering::Relaxed);
                for (at, g) in g.iter_mut().enumerate() {
                    *g = gy[at] * x.value(1 - i)[at];
                }
            });
        }
    }
}

#[test]
fn rules_run_for_what_is_wanted_alone() {
    let op = Counted::default();
    let tape = Tape::<f64>::new();
    let mut gradients = Gradients::new();
    let (a, b) = (tape.variable(&array![2.0, 3.0]), tape.variable(&array![5.0, 7.0]));
    let constant = tape.constant(&array![1.0, 1.0]);
    let product = |a, b| tape.record(op.clone(), &[a, b]);

    product(a, b).sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (1, [1, 1]), "both inputs are wanted");
    product(a, constant).sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (1, [1, 0]), "a constant is not wanted");
    product(constant, b).sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (1, [0, 1]), "a constant is not wanted");
    product(constant, constant).sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (0, [0, 0]), "nobody wants anything");
    product(a, b).detach().sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (0, [0, 0]), "what is detached is a constant");
    product(a.detach(), product(b.detach(), constant)).sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (0, [0, 0]), "and so is all that is computed from it");
}

#[test]
fn what_the_loss_does_not_depend_on_is_left_alone() {
    let op = Counted::default();
    let tape = Tape::<f64>::new();
    let mut gradients = Gradients::new();
    let (a, b) = (tape.variable(&array![2.0, 3.0]), tape.variable(&array![5.0, 7.0]));
    let aside = tape.record(op.clone(), &[a, b]);
    let loss = tape.record(op.clone(), &[a, a]).sum_all();
    let later = tape.record(op.clone(), &[b, b]).sum_all();
    loss.backward(&mut gradients);
    assert_eq!(op.taken(), (1, [1, 1]), "neither what lies aside nor what comes later runs");
    assert_eq!(gradients.of(a).expect("the loss depends on a"), array![4.0, 6.0].into_dyn());
    assert!([b, aside, later].iter().all(|&var| gradients.of(var).is_none()));
}

#[test]
fn a_node_that_is_used_often_is_walked_once() {
    let op = Counted::default();
    let tape = Tape::<f64>::new();
    let mut gradients = Gradients::new();
    let a = tape.variable(&array![2.0, 3.0]);
    let mut y = a;
    for _ in 0..20 {
        y = tape.record(op.clone(), &[y, tape.scalar(1.0) + y - y]) + y;
    }
    y.sum_all().backward(&mut gradients);
    assert_eq!(op.taken(), (20, [20, 20]), "the number of paths is 3²⁰ and more, that of rules 20");
}

#[test]
fn memory_full_of_nan_changes_nothing() {
    let (mut tape, mut gradients) = (Tape::<f64>::new(), Gradients::new());
    let pass = |tape: &Tape<f64>, gradients: &mut Gradients<f64>| {
        let x = tape.variable(&array![[0.5, -1.0], [2.0, 0.25]]);
        let y = (x.softmax(&[1]) * x.matmul(x) + x.slice(1, 0..1)).sum_all();
        y.backward(gradients);
        (y.item(), gradients.of(x).expect("the loss depends on x").to_owned())
    };
    let before = pass(&tape, &mut gradients);
    tape.poison_memory(f64::NAN);
    gradients.poison_memory(f64::NAN);
    assert_eq!(pass(&tape, &mut gradients), before);
}
