//! Normalising layers against PyTorch's (see `fixtures/norms.py`): values, gradients and running statistics.

use diabolo_autodiff::{Gradients, Tape};
use diabolo_kernels::random::{Key, Stream};
use diabolo_nn::{BatchNorm1d, Context, Layer, LayerNorm, Module, Path, Updates};
use ndarray::ArrayD;
use serde_json::Value;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/norms.json")).expect("the fixture is JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("the fixture has a list here")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("the fixture has a number here")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn set(layer: &mut dyn Module<f64>, name: &str, values: &[f64]) {
    layer.visit_mut(Path::ROOT, &mut |path, parameter| {
        if path.to_string() == name {
            parameter.value_mut().copy_from_slice(values);
        }
    });
}

#[track_caller]
fn assert_equal(values: &[f64], expected: &Value, what: &str) {
    let expected = numbers(expected);
    assert_eq!(values.len(), expected.len(), "{what}");
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() <= 1e-11 + 1e-11 * expected.abs(), "{what}: {value} for {expected}");
    }
}

/// One pass of `layer` in training or inference, compared; then the buffers take over what it made of them.
fn check(layer: &mut dyn Layer<f64>, pass: &Value, training: bool) {
    let shape: Vec<usize> = numbers(&pass["shape"]).into_iter().map(|extent| extent as usize).collect();
    let array = |key: &str| ArrayD::from_shape_vec(&shape[..], numbers(&pass[key])).expect("sizes fit");
    let (mut tape, mut gradients, mut updates) = (Tape::new(), Gradients::new(), Updates::new());
    let mut context = match training {
        true => Context::training(&tape, Key::new(0, Stream::Noise), 0.0).updating(&mut updates),
        false => Context::inference(&tape),
    };
    let x = tape.variable(&array("x"));
    let y = layer.forward(&mut context, x);
    (y * tape.constant(&array("r"))).sum_all().backward(&mut gradients);

    assert_equal(y.value().as_slice().expect("contiguous"), &pass["y"], "y");
    let of_x = gradients.of(x).expect("x was asked for");
    assert_equal(of_x.as_slice().expect("contiguous"), &pass["x_gradient"], "gradient of x");
    layer.visit(Path::ROOT, &mut |path, parameter| {
        if parameter.is_trained() {
            let gradient = gradients.of_shared(parameter.shared()).expect("every parameter has a gradient");
            assert_equal(gradient, &pass[format!("{path}_gradient")], &format!("gradient of {path}"));
        }
    });
    tape.reset();
    updates.apply(layer);
    layer.visit(Path::ROOT, &mut |path, parameter| {
        if !parameter.is_trained() {
            assert_equal(parameter.value(), &pass[path.to_string()], &path.to_string());
        }
    });
}

#[test]
fn batch_norm_equals_that_of_pytorch_over_several_batches() {
    let fixture = fixture();
    for case in list(&fixture["batch_norm"]) {
        let options = &case["options"];
        let layer = BatchNorm1d::new(numbers(&fixture["weight"]).len());
        let mut layer = layer.momentum(number(&options["momentum"])).epsilon(number(&options["eps"]));
        ["weight", "bias"].iter().for_each(|name| set(&mut layer, name, &numbers(&fixture[*name])));
        assert_eq!(list(&case["training"]).len(), 3);
        list(&case["training"]).iter().for_each(|pass| check(&mut layer, pass, true));
        check(&mut layer, &case["inference"], false);
    }
}

#[test]
fn layer_norm_equals_that_of_pytorch_in_training_and_inference() {
    let fixture = fixture();
    for case in list(&fixture["layer_norm"]) {
        let layer = LayerNorm::new(numbers(&fixture["weight"]).len());
        let mut layer = layer.epsilon(number(&case["options"]["eps"]));
        ["weight", "bias"].iter().for_each(|name| set(&mut layer, name, &numbers(&fixture[*name])));
        assert_eq!(list(&case["passes"]).len(), 3);
        for pass in list(&case["passes"]) {
            check(&mut layer, pass, true);
            check(&mut layer, pass, false);
        }
    }
}

#[test]
fn a_constant_column_stays_finite() {
    let tape = Tape::new();
    let x = tape.variable(&ArrayD::from_elem(vec![4, 2], 7.0));
    let mut gradients = Gradients::new();
    let mut context = Context::training(&tape, Key::new(0, Stream::Noise), 0.0);
    let layers: [Box<dyn Layer<f64>>; 2] = [Box::new(BatchNorm1d::new(2)), Box::new(LayerNorm::new(2))];
    for layer in layers {
        let y = layer.forward(&mut context, x);
        assert_eq!(y.value(), ArrayD::<f64>::zeros(vec![4, 2]));
        (y * y + y).sum_all().backward(&mut gradients);
        assert!(gradients.of(x).expect("x was asked for").iter().all(|g| g.is_finite()));
    }
}
