//! Inputs that do not fit are refused in words that name the op, the shapes and what is wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diabolo_autodiff::ops::linear::Fused;
use diabolo_autodiff::{Tape, Var};
use diabolo_kernels::random::{Key, Stream};

type Call = for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>;

/// The message of the panic when `call` is given tensors of these shapes.
fn message(a: &[usize], b: &[usize], call: Call) -> String {
    let tape = Tape::new();
    let zeros = |shape| tape.constant_with(shape, |out| out.fill(0.0));
    let (a, b) = (zeros(a), zeros(b));
    let panic = catch_unwind(AssertUnwindSafe(|| call(a, b))).expect_err("the shapes must not fit");
    panic.downcast_ref::<String>().expect("the message is written").clone()
}

#[test]
fn what_does_not_fit_is_said() {
    let cases: [(&[usize], &[usize], Call, &str); 19] = [
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
    ];
    for (a, b, call, said) in cases {
        let message = message(a, b, call);
        assert!(message.starts_with(said), "{message}\nmust begin with\n{said}");
        assert!(message.contains(file!()), "{message} must name the line of the caller");
    }
}
