//! A model with a mistake in a layer: parameter, op, layer and line are named, and the model is left as it was.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use diabolo_autodiff::{Card, Elementwise, Linearity, Map, Reads, Ulps, Var};
use diabolo_gradcheck::{Settings, Witness};
use diabolo_kernels::Scalar;
use diabolo_models::check::{check_model, check_model_with};
use diabolo_models::{Loss, Model};
use diabolo_nn::{BatchNorm1d, Context, Keys, Layer, Linear, Module, Parameter, Path, Sequential};
use ndarray::Array2;

/// x · σ(x), whose rule forgets that the gate moves too.
#[derive(Clone, Copy, Debug)]
struct Swish;

impl Elementwise<1> for Swish {
    const CARD: Card = Card {
        name: "swish",
        forward: "y = x · σ(x)",
        backward: &["x̄ = ȳ · σ(x)"],
        latex: "",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };

    fn forward<S: Scalar>(self, [x]: [S; 1]) -> S {
        x * x.sigmoid()
    }

    fn vjp<S: Scalar>(self, [x]: [S; 1], _: S, gy: S) -> [S; 1] {
        [gy * x.sigmoid()]
    }
}

/// The layer that has it.
#[derive(Debug)]
struct Gated;

impl Module<f64> for Gated {
    fn visit(&self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {}
    fn visit_mut(&mut self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {}
}

impl Layer<f64> for Gated {
    fn forward<'t>(&self, _: &mut Context<'t, f64>, x: Var<'t, f64>) -> Var<'t, f64> {
        x.tape().record(Map(Swish), &[x])
    }
    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        input.to_vec()
    }
    fn describe(&self) -> String {
        "swish".to_owned()
    }
}

/// The line of `Gated` that records the op.
const RECORDED: u32 = line!() - 11;

/// Reconstructs its input; after so many losses it panics.
#[derive(Debug)]
struct Own {
    layers: Sequential<f64>,
    losses_left: AtomicU32,
}

impl Own {
    fn new(gated: bool, losses_left: u32) -> Self {
        let keys = &mut Keys::new(4);
        let first = Sequential::new().then(Linear::new(keys, 3, 4)).then(BatchNorm1d::new(4));
        let gate = if gated { first.then(Gated) } else { first.then(diabolo_nn::Activation::Silu) };
        let layers = gate.then(Linear::new(keys, 4, 3));
        Self { layers, losses_left: losses_left.into() }
    }

    /// Every bit of it.
    fn bits(&self) -> Vec<u64> {
        let mut bits = vec![];
        self.visit(Path::ROOT, &mut |_, parameter| bits.extend(parameter.value().iter().map(|x| x.to_bits())));
        bits
    }
}

impl Module<f64> for Own {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {
        self.layers.visit(at.join("net"), see);
    }
    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {
        self.layers.visit_mut(at.join("net"), see);
    }
}

impl Model<f64> for Own {
    fn loss<'t>(&self, context: &mut Context<'t, f64>, x: Var<'t, f64>) -> Loss<'t, f64> {
        assert!(self.losses_left.fetch_sub(1, Ordering::Relaxed) > 0, "no more");
        let y = context.scope("net", |context| self.layers.forward(context, x));
        Loss::new(y.squared_error(x).mean_all())
    }
}

fn batch() -> Array2<f64> {
    Array2::from_shape_fn((6, 3), |(i, j)| (1.3 * (i * 3 + j) as f64).sin())
}

#[test]
fn a_wrong_rule_in_a_layer_is_named_with_parameter_op_layer_and_line() {
    let mut model = Own::new(true, u32::MAX);
    let before = model.bits();
    let report = check_model(&mut model, batch().view());
    assert_eq!(model.bits(), before, "parameters and running statistics are as before");

    let wrong = |name: &str| report.tensors().iter().find(|t| t.name == name).unwrap().worst_difference > 1e-9;
    assert!(["net.0.weight", "net.1.weight", "net.1.bias"].into_iter().all(wrong), "{report}");
    assert!(!wrong("net.3.weight") && !wrong("net.3.bias"), "what lies behind the mistake is right: {report}");
    assert!(report.gradient.failures.iter().any(|failure| failure.witness == Witness::FiniteDifferences));
    let blame = report.gradient.blame.as_ref().unwrap();
    assert_eq!(blame.rules.len(), 1, "{report}");
    let told = report.to_string();
    let recorded = format!("at Map(Swish) in net.2 (recorded at crates/models/tests/check.rs:{RECORDED}:");
    for part in [
        "Own, loss ",
        "gradient of net.0.weight at [",
        "The backward rule of swish is wrong:",
        &recorded,
        "x̄ = ȳ · σ(x)",
    ] {
        assert!(told.contains(part), "'{part}' is not in:\n{told}");
    }
}

#[test]
fn a_right_model_passes_and_is_left_as_it_was() {
    let mut model = Own::new(false, u32::MAX);
    let before = model.bits();
    let report = check_model(&mut model, batch().view());
    assert!(report.passed(), "{report}");
    assert_eq!(report.tensors().len(), 6);
    assert_eq!(model.bits(), before);
}

#[test]
fn a_model_that_panics_in_between_is_left_as_it_was() {
    for losses in [0, 1, 8, 25] {
        let mut model = Own::new(false, losses);
        let before = model.bits();
        let check =
            catch_unwind(AssertUnwindSafe(|| check_model_with(&Settings::default(), &mut model, batch().view())));
        assert!(check.is_err());
        assert_eq!(model.bits(), before, "after {losses} losses");
    }
}
