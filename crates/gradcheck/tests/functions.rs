//! Functions and gradients of a caller's own.

use diabolo_gradcheck::{Settings, check_gradient, check_gradient_with, compare_gradients};
use ndarray::{Array, ArrayD, array};

/// Different numbers of both signs.
fn spread(shape: &[usize]) -> ArrayD<f64> {
    let mut i = 0.0_f64;
    ArrayD::from_shape_simple_fn(shape, || {
        i += 1.0;
        (1.7 * i).sin()
    })
}

#[test]
fn a_network_with_a_diamond_passes() {
    let inputs = [("x", spread(&[5, 4])), ("weight", spread(&[6, 4])), ("bias", spread(&[6]))];
    let report = check_gradient(
        |_, v| {
            let hidden = (v[0].matmul(v[1].t()) + v[2]).tanh();
            (hidden * hidden.sigmoid()).sum_all()
        },
        &inputs,
    );
    assert!(report.passed(), "{report}");
    assert!(report.worst_difference < 1e-10, "{report}");
}

#[test]
fn inputs_of_any_stride_are_taken() {
    let columns = spread(&[3, 4]).reversed_axes();
    assert!(!columns.is_standard_layout());
    let report = check_gradient(|_, v| v[0].square(), &[("x", columns)]);
    assert!(report.passed(), "{report}");
}

#[test]
fn large_tensors_are_checked_at_some_elements_and_along_one_direction() {
    let x = Array::linspace(-1.0, 1.0, 1000).into_dyn();
    let settings = Settings { elements: 8, ..Settings::default() };
    let loss = |x: &[ArrayD<f64>]| x[0].mapv(f64::exp).sum();
    let mut calls = 0;
    let report = compare_gradients(&settings, &[("x", x.clone())], &[x.mapv(f64::exp)], |x| {
        calls += 1;
        loss(x)
    });
    assert!(report.passed(), "{report}");
    assert!(calls < 400, "{calls} calls for 8 elements and a direction");

    // A mistake of the whole tensor in elements that are not moved one by one.
    let mut wrong = x.mapv(f64::exp);
    wrong.iter_mut().skip(1).step_by(2).for_each(|g| *g = 0.0);
    let report = compare_gradients(&Settings { elements: 0, ..settings }, &[("x", x)], &[wrong], loss);
    assert!(report.to_string().contains("gradient of x along a random direction"), "{report}");
}

#[test]
fn kinks_and_jumps_are_named() {
    let report = check_gradient(|_, v| v[0].relu(), &[("x", array![1.0, 0.0].into_dyn())]);
    assert!(report.to_string().contains("gradient of x at [1]: ours 0.0"), "{report}");
    assert!(report.to_string().contains("a kink at this point: slope"), "{report}");
    assert!(report.to_string().contains("1 of 2 elements disagree"), "{report}");
    let jump =
        compare_gradients(&Settings::default(), &[("x", array![1.5e-6].into_dyn())], &[array![0.0].into_dyn()], |x| {
            if x[0][[0]] > 0.0 { 1.0 } else { 0.0 }
        });
    assert!(jump.to_string().contains("is there a kink or a jump"), "{jump}");
}

#[test]
fn the_edge_of_the_domain_is_named() {
    let report = check_gradient(|_, v| v[0].ln(), &[("x", array![-1.0].into_dyn())]);
    assert!(report.to_string().contains("the function is not finite next to this point"), "{report}");
}

#[test]
fn the_same_seed_checks_the_same() {
    let check = |seed| {
        let settings = Settings { seed, ..Settings::default() };
        check_gradient_with(&settings, |_, v| v[0].exp(), &[("x", spread(&[7]))]).worst_difference
    };
    assert_eq!(check(3).to_bits(), check(3).to_bits());
    assert_ne!(check(3).to_bits(), check(4).to_bits());
}

#[test]
#[should_panic(expected = "the gradient of x must have the shape of x")]
fn gradients_of_another_shape_are_refused() {
    let _ = compare_gradients(&Settings::default(), &[("x", spread(&[2]))], &[spread(&[3])], |_| 0.0);
}
