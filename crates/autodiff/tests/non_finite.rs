//! The first op that makes a NaN or an infinity is named, also where the loss does not show it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use diabolo_autodiff::ops::linear::Fused;
use diabolo_autodiff::{Gradients, Shape, Tape, Var};
use diabolo_kernels::Buffer;
use ndarray::{Array1, Array2, array};

fn message<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("it must panic");
    panic.downcast_ref::<String>().expect("with a written message").clone()
}

/// √x where x is above `bound`, else x.
fn rooted<'t>(x: Var<'t, f64>, bound: f64) -> Var<'t, f64> {
    let tape = x.tape();
    tape.scope("decoder", || tape.scope("1", || (x - bound).select(x.sqrt(), x)))
}

/// The line of `rooted` that records the root.
const ROOT: u32 = line!() - 4;

#[test]
fn a_nan_that_a_mask_hides_stops_the_recording() {
    let tape = Tape::<f64>::new();
    let x = tape.variable(&array![4.0, -1.0]);
    assert_eq!(rooted(x, 0.0).sum_all().item(), 1.0);
    let found = tape.first_made_non_finite().unwrap();
    assert_eq!((found.op, found.scope.as_str(), found.place.line()), ("sqrt", "decoder.1", ROOT));
    assert_eq!((found.inputs.as_slice(), found.cotangent), (&[(-1.0, 4.0)][..], None));

    tape.stop_at_non_finite(true);
    let before = tape.len();
    let text = message(|| rooted(x, 0.0));
    assert_eq!(text, found.to_string());
    let said = "the value of sqrt in decoder.1 (recorded at ";
    assert!(text.starts_with(said) && text.contains(&format!("non_finite.rs:{ROOT}:")), "{text}");
    assert!(text.ends_with(" is not finite; its inputs range over [-1.000e0, 4.000e0]"), "{text}");
    assert_eq!(tape.len(), before + 2, "the bound and x − bound are recorded, the root is not");
}

#[test]
fn an_infinity_that_a_mask_hides_from_the_gradients_stops_the_way_back() {
    let tape = Tape::<f64>::new();
    let x = tape.variable(&array![4.0, 0.0]);
    let mask = tape.constant(&array![1.0, -1.0]);
    let root = tape.scope("decoder", || mask.select(x, tape.scalar(0.0)).sqrt());
    let loss = root.sum_all();
    let mut gradients = Gradients::new();
    loss.backward(&mut gradients);
    assert_eq!(gradients.of(x).unwrap(), array![0.25, 0.0].into_dyn());
    assert_eq!((tape.first_made_non_finite(), tape.first_non_finite()), (None, None));
    let found = tape.first_made_non_finite_gradient(&gradients).unwrap();
    assert_eq!((found.what, found.op, found.scope.as_str()), ("gradient", "sqrt", "decoder"));
    assert_eq!((found.inputs.as_slice(), found.cotangent), (&[(0.0, 4.0)][..], Some((1.0, 1.0))));

    tape.stop_at_non_finite(true);
    let text = message(|| loss.backward(&mut gradients));
    assert_eq!(text, found.to_string());
    let said = "the gradient that the rule of sqrt in decoder (recorded at ";
    assert!(text.starts_with(said) && text.contains("non_finite.rs:"), "{text}");
    let ranges = "inputs range over [0.000e0, 4.000e0]; its cotangent over [1.000e0, 1.000e0]";
    assert!(text.ends_with(ranges), "{text}");
}

#[test]
fn the_tape_and_the_gradients_stay_usable() {
    let mut tape = Tape::<f64>::new();
    let mut gradients = Gradients::new();
    for start in [-1.0, 0.0, 4.0, -1.0, 4.0] {
        tape.stop_at_non_finite(true);
        let x = tape.variable(&array![start, 9.0]);
        let pass = catch_unwind(AssertUnwindSafe(|| x.sqrt().sum_all().backward(&mut gradients)));
        assert_eq!(pass.is_ok(), start > 0.0, "at {start}");
        (x * x).sum_all().backward(&mut gradients);
        assert_eq!(gradients.of(x).unwrap(), array![2.0 * start, 18.0].into_dyn());
        assert_eq!(tape.scope("after", || x.exp()).recorded().scope(), "after", "no scope is left open");
        tape.reset();
    }
    tape.stop_at_non_finite(false);
    assert!(tape.constant(&array![-1.0]).sqrt().item().is_nan());
}

#[test]
fn what_comes_from_outside_is_not_made_but_nan_of_infinity_is() {
    let tape = Tape::<f64>::new();
    tape.stop_at_non_finite(true);
    let inf = f64::INFINITY;
    let (x, w) = (tape.constant(&array![1.0, f64::NAN, -inf]), tape.variable(&array![0.5, 0.25, 2.0]));
    let mut gradients = Gradients::new();
    (x * w).sum_all().backward(&mut gradients);
    assert!(gradients.of(w).unwrap()[[1]].is_nan(), "NaN that came in goes out");
    (w.exp() * 2.0).backward_from(&array![1.0, inf, f64::NAN].into_dyn().view(), &mut gradients);
    assert_eq!((tape.first_made_non_finite(), tape.first_made_non_finite_gradient(&gradients)), (None, None));

    let masked = tape.constant(&array![1.0, -inf]);
    assert_eq!(masked.softmax(&[0]).value(), array![1.0, 0.0].into_dyn());
    let text = message(|| masked - masked);
    assert!(text.starts_with("the value of sub (recorded at") && text.contains("[-inf, 1.000e0], [-inf"), "{text}");
}

#[test]
fn of_two_rules_that_give_to_one_input_the_guilty_one_is_named() {
    let tape = Tape::<f64>::new();
    let x = tape.variable(&Array1::from(vec![0.0, 1.0]));
    let (first, second) = (tape.scope("first", || x.sqrt()), tape.scope("second", || x.exp()));
    let mut gradients = Gradients::new();
    (first + second).sum_all().backward(&mut gradients);
    assert_eq!(tape.first_made_non_finite_gradient(&gradients).unwrap().scope, "first");
    // The node whose gradient it is says nothing of the rule.
    assert_eq!(tape.first_non_finite_gradient(&gradients).unwrap().op, "leaf");
}

#[test]
fn numbers_whose_sum_overflows_are_finite() {
    let tape = Tape::<f64>::new();
    tape.stop_at_non_finite(true);
    let x = tape.variable(&array![1e308, 1e308, -1e308]);
    let y = x * 1.0;
    let mut gradients = Gradients::new();
    y.backward_from(&x.value().view(), &mut gradients);
    assert!(tape.first_non_finite().is_none() && gradients.are_finite());
}

/// A product of a backward rule says itself that it is finite. What is added to it, or written over it, is looked at.
#[test]
fn what_a_product_knows_of_a_gradient_ends_where_that_changes() {
    let (mut tape, mut gradients) = (Tape::<f32>::new(), Gradients::new());
    let weight = Arc::new(Buffer::<f32>::zeros(9 * 20));
    let mut run = |x: f32, uses: usize, gradients: &mut Gradients<f32>| {
        tape.reset();
        let x = tape.constant(&Array2::from_elem((3, 20), x));
        let layer = || x.linear(tape.join(&weight, Shape::new(&[9, 20]), true), None, Fused::Identity).sum_all();
        (1..uses).fold(layer(), |loss, _| loss + layer()).backward(gradients);
        gradients.are_finite()
    };
    assert!(run(1e38, 1, &mut gradients), "3e38 is a number");
    assert!(!run(1e38, 2, &mut gradients), "twice that is none");
    assert!(!run(2e38, 1, &mut gradients));
    assert!(!run(f32::NAN, 1, &mut gradients));
    assert!(run(1.0, 2, &mut gradients), "and nothing is left of that");
    assert!(run(1.0, 1, &mut gradients));
    gradients.of_shared_mut(&weight).unwrap()[171] = f32::INFINITY;
    assert!(!gradients.are_finite(), "whoever changes it may do anything");
}
