//! Inputs that do not fit are refused in words that name the op, the shapes and what is wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diabolo_autodiff::ops::linear::Fused;
use diabolo_autodiff::{Tape, Var};
use diabolo_kernels::random::{Key, Stream};

type Call = for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>;

/// Shapes of two tensors, what is done with them, and how the message begins.
type Misfit<'a> = (&'a [usize], &'a [usize], Call, &'a str);

/// The message of the panic when `call` is given tensors of these shapes.
fn message(a: &[usize], b: &[usize], call: Call) -> String {
    let tape = Tape::new();
    let zeros = |shape| tape.constant_with(shape, |out| out.fill(0.0));
    let (a, b) = (zeros(a), zeros(b));
    let panic = catch_unwind(AssertUnwindSafe(|| call(a, b))).expect_err("the shapes must not fit");
    panic.downcast_ref::<String>().expect("the message is written").clone()
}

fn check(cases: &[Misfit<'_>]) {
    for (a, b, call, said) in cases {
        let message = message(a, b, *call);
        assert!(message.starts_with(said), "{message}\nmust begin with\n{said}");
        assert!(message.contains(file!()), "{message} must name the line of the caller");
    }
}

#[test]
fn what_does_not_fit_is_said() {
    check(&[
        (
            &[2, 3],
            &[2],
            |a, b| a - b,
            "sub: (2, 3) and (2) cannot be repeated to a common shape, shapes (2, 3) and (2),",
        ),
        (&[2], &[3], |a, b| a / b, "div: (2) and (3) cannot be repeated to a common shape"),
        (&[2], &[3], |a, b| a.maximum(b), "maximum: (2) and (3) cannot be repeated to a common shape"),
        (&[2], &[3], |a, b| a.select(a, b), "where: (2) and (3) cannot be repeated to a common shape"),
        (&[2, 3], &[], |a, _| a.mean(&[2]), "mean: there is no axis 2 in a tensor of 2 axes"),
        (&[2], &[], |a, _| a.t(), "transpose: the input must be a matrix, shapes (2),"),
        (&[2, 3], &[], |a, _| a.reshape(&[4]), "reshape: 6 elements do not fill the shape (4)"),
        (&[2, 3], &[], |a, _| a.broadcast_to(&[3]), "broadcast: the input cannot be repeated to (3)"),
        (&[2], &[], |a, _| a.broadcast_to(&[3, 4]), "broadcast: the input cannot be repeated to (3, 4)"),
        (&[2, 3], &[3, 3], |a, b| Var::concat(&[a, b], 1), "concat: (2, 3) and (3, 3) differ in more than axis 1"),
        (&[2, 3], &[2], |a, b| Var::concat(&[a, b], 1), "concat: (2, 3) and (2) differ in more than axis 1"),
        (&[2], &[2], |a, b| Var::concat(&[a, b], 1), "concat: there is no axis 1 in a tensor of 1 axes"),
        (&[2, 3], &[], |a, _| a.slice(1, 2..4), "slice: axis 1 has no range 2..4"),
        (&[2, 3], &[], |a, _| a.slice(2, ..), "slice: there is no axis 2 in a tensor of 2 axes"),
        (&[2, 3], &[3], |a, b| a.squared_error(b), "squared_error: both inputs must have the same shape"),
        (&[], &[], |a, b| a.bce_with_logits(b), "bce_with_logits: a single number has no last axis to sum over"),
        (&[2, 3], &[2, 4], |a, b| a.gaussian_kl(b), "gaussian_kl: both inputs must have the same shape"),
        (&[2, 3], &[], |a, _| a.variance(&[2], 0), "variance: there is no axis 2 in a tensor of 2 axes"),
        (&[2, 3], &[], |a, _| a.cumsum(2), "cumsum: there is no axis 2 in a tensor of 2 axes"),
        (&[2, 3], &[3], |a, b| a.gaussian_nll(b, b), "gaussian_nll: all inputs must have the same shape"),
        (&[2], &[], |a, _| a.cross_entropy([0]), "cross_entropy: the logits must be a matrix"),
        (&[2, 3], &[], |a, _| a.cross_entropy([0]), "cross_entropy: 1 labels for 2 rows of logits"),
        (
            &[2, 3],
            &[],
            |a, _| a.cross_entropy([2, 3]),
            "cross_entropy: label 3 of row 1 is not one of the 3 classes from 0",
        ),
        (
            &[2],
            &[3],
            |a, b| a.reparameterize(b, Key::new(0, Stream::Noise)),
            "reparameterize: mean and log-variance must have the same shape, shapes (2) and (3),",
        ),
        (
            &[2, 3],
            &[4, 5],
            |a, b| a.linear(b, None, Fused::Identity),
            "linear: the input has 3 columns where the weight takes 5",
        ),
    ]);
}

#[test]
fn axes_that_do_not_fit_are_said() {
    check(&[
        (&[2, 3], &[], |a, _| a.permute(&[0, 0]), "permute: [0, 0] does not name each of 2 axes once, shapes (2, 3),"),
        (&[2, 3], &[], |a, _| a.permute(&[1, 0, 2]), "permute: [1, 0, 2] does not name each of 2 axes once"),
        (&[2, 3], &[], |a, _| a.pad(&[(1, 1)], 0.0), "pad: 1 pairs of widths do not fit a tensor of 2 axes"),
        (&[2, 3], &[3, 2], |a, b| Var::stack(&[a, b], 0), "stack: (2, 3) and (3, 2) differ"),
        (&[2], &[2], |a, b| Var::stack(&[a, b], 2), "stack: there is no place 2 for a new axis among 1"),
        (&[1; 6], &[1; 6], |a, b| Var::stack(&[a, b], 2), "stack: a tensor of 6 axes takes no other"),
        (
            &[2, 3, 4],
            &[3, 4, 5],
            |a, b| a.batched_matmul(b),
            "batched_matmul: (2) and (3) cannot be repeated to a common shape, shapes (2, 3, 4) and (3, 4, 5),",
        ),
        (&[2, 3, 4], &[2, 3, 4], |a, b| a.batched_matmul(b), "batched_matmul: inner sizes 4 and 3 differ"),
        (&[4], &[4, 5], |a, b| a.batched_matmul(b), "batched_matmul: both inputs must have two axes at least"),
    ]);
}

#[test]
fn indices_and_probabilities_out_of_range_are_said() {
    check(&[
        (
            &[2, 3],
            &[],
            |a, _| a.gather_rows(&[0, 1, 2]),
            "gather_rows: there is no row 2 (index number 2) in a tensor of 2 rows",
        ),
        (&[], &[], |a, _| a.gather_rows(&[0]), "gather_rows: a single number has no rows"),
        (
            &[2, 3],
            &[1, 3],
            |a, b| a.scatter_add(b, &[5]),
            "scatter_add: there is no row 5 (index number 0) in a tensor of 2 rows",
        ),
        (
            &[2, 3],
            &[2, 3],
            |a, b| a.scatter_add(b, &[0]),
            "scatter_add: the source must have shape (1, 3), one row an index, shapes (2, 3) and (2, 3),",
        ),
        (
            &[2],
            &[],
            |a, _| a.dropout(1.5, Key::new(0, Stream::Noise)),
            "dropout: the probability 1.5 does not lie in [0, 1]",
        ),
    ]);
}
