use std::panic::{AssertUnwindSafe, catch_unwind};

use ndarray::{Array1, Array2, Axis, Slice, arr0, array};

use super::*;

fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("it must panic");
    panic.downcast_ref::<String>().expect("with a written message").clone()
}

#[test]
fn a_chain_of_100_000_nodes_runs_goes_backward_and_drops() {
    let tape = Tape::<f64>::new();
    let x = tape.variable(&arr0(0.1));
    let y = (0..100_000).fold(x, |y, _| y + x);
    let mut gradients = Gradients::new();
    y.backward(&mut gradients);
    assert_eq!(gradients.of(x).unwrap()[[]], 100_001.0);
}

#[test]
fn a_shape_error_names_op_shapes_layer_and_line() {
    let tape = Tape::<f64>::new();
    let (a, b) = (tape.variable(&Array2::zeros((2, 3))), tape.variable(&Array2::zeros((4, 5))));
    let line = line!() + 1;
    let text = message(|| _ = tape.scope("encoder", || tape.scope("0", || a.matmul(b))));
    for part in ["matmul", "encoder.0", "(2, 3)", "(4, 5)", "inner sizes 3 and 4 differ", &format!("tests.rs:{line}:")]
    {
        assert!(text.contains(part), "{text} lacks {part}");
    }
    assert_eq!(tape.len(), 2, "the failed op left nothing behind");
}

#[test]
fn the_same_program_gives_the_same_bits_in_reused_slots_full_of_nan() {
    let mut tape = Tape::<f64>::new();
    let mut gradients = Gradients::new();
    let mut results = vec![];
    for _ in 0..3 {
        let x = tape.variable(&array![[0.3, -1.2], [2.0, 0.7]]);
        let loss = (x.tanh().matmul(x) * x).sum_all();
        loss.backward(&mut gradients);
        results.push((loss.item(), gradients.of(x).unwrap().to_owned()));
        let slots = tape.0.get_mut();
        slots.nodes.iter_mut().for_each(|node| {
            node.own.fill(f64::NAN);
            node.kept.fill(f64::NAN);
        });
        tape.reset();
    }
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}

#[test]
fn a_joined_value_is_shared_and_let_go_of_at_reset() {
    let mut value = Arc::new(Buffer::<f64>::zeros(2));
    let mut tape = Tape::new();
    let mut gradients = Gradients::new();
    let (a, b) = (tape.join(&value, Shape::new(&[2]), true), tape.join(&value, Shape::new(&[2]), true));
    assert_eq!(a.id, b.id);
    (a + b).sum_all().backward(&mut gradients);
    assert!(Arc::get_mut(&mut value).is_none());
    tape.reset();
    assert_eq!(gradients.of_shared(&value), Some(&[2.0, 2.0][..]));
    assert!(Arc::get_mut(&mut value).is_some());
}

#[test]
fn views_of_any_stride_join_as_they_read() {
    let tape = Tape::<f64>::new();
    let whole = Array2::from_shape_fn((3, 4), |(i, j)| (10 * i + j) as f64);
    let mut view = whole.slice_axis(Axis(1), Slice::new(0, None, 2));
    view.invert_axis(Axis(0));
    assert_eq!(tape.constant(&view).value(), view.to_owned().into_dyn());
    assert_eq!(tape.constant(&whole.t()).value(), whole.t().to_owned().into_dyn());
}

#[test]
fn the_first_op_that_is_not_finite_is_named() {
    let tape = Tape::<f64>::new();
    let x = tape.variable(&Array1::from(vec![1.0, 1e200]));
    let _ = tape.scope("decoder", || (x * x).tanh());
    let found = tape.first_non_finite().unwrap();
    assert_eq!((found.op, found.scope.as_str()), ("mul", "decoder"));
    assert!(found.to_string().contains("[1.000e0, 1.000e200]"), "{found}");
}

#[test]
fn backward_twice_on_one_tape_gives_the_same() {
    let tape = Tape::<f64>::new();
    let x = tape.variable(&array![0.5, 2.0]);
    let loss = (x * x).sum_all();
    let (mut first, mut second) = (Gradients::new(), Gradients::new());
    loss.backward(&mut first);
    loss.backward(&mut second);
    loss.backward(&mut first);
    assert_eq!(first.of(x), second.of(x));
    assert_eq!(first.of(x).unwrap().as_slice(), Some(&[1.0, 4.0][..]));
}
