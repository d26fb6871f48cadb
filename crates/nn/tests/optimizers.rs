//! Optimizers and clipping against PyTorch's (see `fixtures/optimizers.py`), and against themselves when restored.

use approx::assert_relative_eq;
use diabolo_autodiff::{Gradients, Tape};
use diabolo_nn::{
    Adagrad, Adam, AdamW, Ema, Module, Optimizer, Parameter, Path, RmsProp, Sgd, clip_by_norm, clip_by_value,
};
use serde_json::Value;

/// The two parameters of the fixture, a buffer between them, and a parameter that no loss depends on.
struct Pair {
    weight: Parameter<f64>,
    buffer: Parameter<f64>,
    bias: Parameter<f64>,
    idle: Parameter<f64>,
}

impl Pair {
    fn new(x: &[f64]) -> Self {
        Self {
            weight: Parameter::new(&[3, 4], |w| w.copy_from_slice(&x[..12])),
            buffer: Parameter::buffer(&[2], |b| b.fill(3.0)),
            bias: Parameter::new(&[5], |b| b.copy_from_slice(&x[12..])),
            idle: Parameter::new(&[2], |i| i.fill(4.0)),
        }
    }

    fn flat(&self) -> Vec<f64> {
        [self.weight.value(), self.bias.value()].concat()
    }
}

impl Module<f64> for Pair {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {
        see(at.join("weight"), &self.weight);
        see(at.join("buffer"), &self.buffer);
        see(at.join("idle"), &self.idle);
        see(at.join("bias"), &self.bias);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {
        see(at.join("weight"), &mut self.weight);
        see(at.join("buffer"), &mut self.buffer);
        see(at.join("idle"), &mut self.idle);
        see(at.join("bias"), &mut self.bias);
    }
}

/// Fills `gradients` with the fixture's gradient at `step`: that of Σ g x with g held constant.
fn differentiate(pair: &Pair, step: usize, gradients: &mut Gradients<f64>) {
    let slope = |(i, x): (usize, &f64)| {
        let (i, a) = (i as f64, 1.0 + i as f64 / 10.0);
        a * (a * x).cos() + x + 0.3 * (0.7 * step as f64 + i).sin()
    };
    let slopes: Vec<f64> = pair.flat().iter().enumerate().map(slope).collect();
    let tape = Tape::new();
    let terms = [(&pair.weight, &slopes[..12]), (&pair.bias, &slopes[12..])].map(|(parameter, slopes)| {
        let x = tape.join(parameter.shared(), parameter.shape(), true);
        (x * tape.constant_with(&parameter.shape(), |g| g.copy_from_slice(slopes))).sum_all()
    });
    (terms[0] + terms[1]).backward(gradients);
}

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/optimizers.json")).expect("the fixture is JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("the fixture has a number here")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("the fixture has a list here")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn optimizer(settings: &Value) -> Box<dyn Optimizer<f64>> {
    let get = |key: &str| number(&settings[key]);
    let beta = |i: usize| number(&settings["betas"][i]);
    let optimizer: Box<dyn Optimizer<f64>> = match settings["optimizer"]
        .as_str()
        .expect("every run names its optimizer")
    {
        "adam" => Box::new(Adam::new().betas(beta(0), beta(1)).epsilon(get("eps")).weight_decay(get("weight_decay"))),
        "adamw" => Box::new(AdamW::new().betas(beta(0), beta(1)).epsilon(get("eps")).weight_decay(get("weight_decay"))),
        "sgd" => {
            let start = match (settings["nesterov"] == true, get("momentum")) {
                (true, momentum) => Sgd::nesterov(momentum),
                (false, 0.0) => Sgd::new(),
                (false, momentum) => Sgd::with_momentum(momentum),
            };
            Box::new(start.dampening(get("dampening")).weight_decay(get("weight_decay")))
        }
        "rmsprop" => {
            let start = RmsProp::new().alpha(get("alpha")).epsilon(get("eps")).weight_decay(get("weight_decay"));
            let start = start.momentum(get("momentum"));
            Box::new(if settings["centered"] == true { start.centered() } else { start })
        }
        "adagrad" => {
            let start = Adagrad::new().rate_decay(get("lr_decay")).start(get("initial_accumulator_value"));
            Box::new(start.epsilon(get("eps")).weight_decay(get("weight_decay")))
        }
        other => panic!("the fixture has an unknown optimizer {other}"),
    };
    match settings.get("ema") {
        Some(decay) => Box::new(Ema::new(optimizer, number(decay))),
        None => optimizer,
    }
}

fn train(pair: &mut Pair, optimizer: &mut dyn Optimizer<f64>, settings: &Value, step: usize) {
    let mut gradients = Gradients::new();
    differentiate(pair, step, &mut gradients);
    if let Some(max_norm) = settings["max_norm"].as_f64() {
        clip_by_norm(&mut gradients, pair, max_norm);
    }
    if let Some(max_value) = settings["max_value"].as_f64() {
        clip_by_value(&mut gradients, pair, max_value);
    }
    optimizer.step(pair, &gradients, number(&settings["lr"]));
}

#[test]
fn a_hundred_steps_equal_those_of_pytorch() {
    let fixture = fixture();
    for settings in list(&fixture["runs"]) {
        let mut pair = Pair::new(&numbers(&fixture["initial"]));
        let mut optimizer = optimizer(settings);
        let mut compared = 0;
        for step in 0..100 {
            train(&mut pair, &mut *optimizer, settings, step);
            let Some(expected) = settings["parameters"].get((step + 1).to_string()) else { continue };
            assert_relative_eq!(pair.flat()[..], numbers(expected)[..], max_relative = 1e-12, epsilon = 1e-14);
            if let Some(averages) = settings.get("averages") {
                let average = numbers(&averages[(step + 1).to_string()]);
                optimizer.swap_average(&mut pair);
                assert_relative_eq!(pair.flat()[..], average[..], max_relative = 1e-12, epsilon = 1e-14);
                optimizer.swap_average(&mut pair);
            }
            compared += 1;
        }
        assert_eq!(compared, 4);
        assert_eq!(optimizer.state().step, 100);
        assert_eq!(pair.idle.value(), [4.0, 4.0], "a parameter without a gradient stays, decay or not");
        assert_eq!(pair.buffer.value(), [3.0, 3.0]);
    }
}

#[test]
fn clipping_equals_that_of_pytorch() {
    let fixture = fixture();
    for case in list(&fixture["clip"]) {
        let pair = Pair::new(&numbers(&fixture["initial"]));
        let mut gradients = Gradients::new();
        differentiate(&pair, 0, &mut gradients);
        let norm = clip_by_norm(&mut gradients, &pair, number(&case["max_norm"]));
        assert_relative_eq!(norm, number(&case["norm"]), max_relative = 1e-14);
        let clipped = [&pair.weight, &pair.bias].map(|p| gradients.of_shared(p.shared()).unwrap()).concat();
        assert_relative_eq!(clipped[..], numbers(&case["gradient"])[..], max_relative = 1e-13);
    }
}

#[test]
fn an_average_warms_up_as_tensorflow_s() {
    let fixture = fixture();
    let settings = &fixture["runs"][0];
    let mut pair = Pair::new(&numbers(&fixture["initial"]));
    let mut optimizer = Ema::new(optimizer(settings), 0.4).warmup();
    let mut average = pair.flat();
    // min(0.4, (1 + t) / (10 + t)): the decay is reached at t = 5.
    for (step, decay) in [2.0 / 11.0, 3.0 / 12.0, 4.0 / 13.0, 5.0 / 14.0, 0.4, 0.4].into_iter().enumerate() {
        train(&mut pair, &mut optimizer, settings, step);
        average.iter_mut().zip(pair.flat()).for_each(|(a, x)| *a = decay * *a + (1.0 - decay) * x);
    }
    let raw = pair.flat();
    optimizer.swap_average(&mut pair);
    assert_relative_eq!(pair.flat()[..], average[..], max_relative = 1e-14);
    assert_eq!((pair.idle.value(), pair.buffer.value()), (&[4.0; 2][..], &[3.0; 2][..]));
    optimizer.swap_average(&mut pair);
    assert_eq!(pair.flat(), raw, "twice is as if never");
}

#[test]
fn an_optimizer_without_average_swaps_nothing() {
    let mut pair = Pair::new(&[0.5; 17]);
    Adam::new().swap_average(&mut pair);
    assert_eq!(pair.flat(), [0.5; 17]);
}

#[test]
fn clipping_by_value_keeps_a_nan_where_it_is() {
    let mut pair = Pair::new(&[0.5; 17]);
    pair.bias.value_mut()[2] = f64::NAN;
    let mut gradients = Gradients::new();
    differentiate(&pair, 0, &mut gradients);
    clip_by_value(&mut gradients, &pair, 0.1);
    let of_bias = gradients.of_shared(pair.bias.shared()).unwrap();
    assert!(of_bias[2].is_nan() && of_bias[..2].iter().all(|g| g.abs() <= 0.1));
}

#[test]
fn clipping_hands_a_nan_on_to_every_gradient() {
    let mut pair = Pair::new(&[0.5; 17]);
    pair.bias.value_mut()[2] = f64::NAN;
    let mut gradients = Gradients::new();
    differentiate(&pair, 0, &mut gradients);
    assert!(clip_by_norm(&mut gradients, &pair, 1.0).is_nan());
    assert!(gradients.of_shared(pair.weight.shared()).unwrap().iter().all(|g| g.is_nan()));
}

#[test]
fn a_restored_state_goes_on_with_the_same_bits() {
    let fixture = fixture();
    for settings in list(&fixture["runs"]) {
        let mut pair = Pair::new(&numbers(&fixture["initial"]));
        let mut first = optimizer(settings);
        (0..7).for_each(|step| train(&mut pair, &mut *first, settings, step));

        let mut copy = Pair::new(&pair.flat());
        let mut second = optimizer(settings);
        let (saved, restored) = (first.state(), second.state_mut());
        restored.prepare(&copy);
        restored.step = saved.step;
        assert_eq!(restored.slots.len(), saved.slots.len());
        for (to, from) in restored.slots.iter_mut().zip(&saved.slots) {
            assert_eq!((to.name, to.values.len()), (from.name, 3));
            to.values.iter_mut().zip(&from.values).for_each(|(to, from)| to.copy_from_slice(from));
        }

        for step in 7..20 {
            train(&mut pair, &mut *first, settings, step);
            train(&mut copy, &mut *second, settings, step);
            assert_eq!(copy.flat(), pair.flat());
        }
    }
}

/// A step of every parameter of `pair`, all of whose gradients are `slope`.
fn step(pair: &mut Pair, optimizer: &mut dyn Optimizer<f64>, slope: f64) {
    let (tape, mut gradients) = (Tape::new(), Gradients::new());
    let sums = [&pair.weight, &pair.bias].map(|p| tape.join(p.shared(), p.shape(), true).sum_all() * slope);
    (sums[0] + sums[1]).backward(&mut gradients);
    drop(tape);
    optimizer.step(pair, &gradients, 0.1);
}

#[test]
fn moments_of_what_has_died_come_to_rest() {
    let optimizers: [(&mut dyn Optimizer<f64>, &[&str]); 4] = [
        (&mut Adam::new(), &["exp_avg"]),
        (&mut AdamW::new(), &["exp_avg"]),
        (&mut Sgd::with_momentum(0.9), &["momentum_buffer"]),
        (&mut RmsProp::new().alpha(0.9).momentum(0.9).centered(), &["momentum_buffer", "grad_avg"]),
    ];
    for (optimizer, names) in optimizers {
        let mut pair = Pair::new(&[0.5; 17]);
        (0..3).for_each(|_| step(&mut pair, optimizer, -1.0));
        let largest = |optimizer: &dyn Optimizer<f64>| {
            let slots = optimizer.state().slots.iter().filter(|slot| names.contains(&slot.name));
            let moments: Vec<f64> = slots.flat_map(|slot| slot.values.iter().flat_map(|v| v.to_vec())).collect();
            assert_eq!(moments.len(), 19 * names.len());
            moments.into_iter().fold(0.0, |most, x| x.abs().max(most))
        };
        assert!(largest(optimizer) > 0.01);
        (0..6000).for_each(|_| step(&mut pair, optimizer, 0.0));
        assert!(largest(optimizer) > 0.0, "what a parameter may still feel is kept");
        (0..1000).for_each(|_| step(&mut pair, optimizer, 0.0));
        assert_eq!(largest(optimizer), 0.0, "{names:?}");
    }
}

#[test]
#[should_panic(expected = "no exp_avg for parameter idle")]
fn a_state_of_another_module_is_refused() {
    struct Idle(Parameter<f64>);
    impl Module<f64> for Idle {
        fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {
            see(at.join("idle"), &self.0);
        }
        fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {
            see(at.join("idle"), &mut self.0);
        }
    }

    let mut optimizer = Adam::new();
    optimizer.state_mut().prepare(&Pair::new(&[0.5; 17]));
    let mut other = Idle(Parameter::new(&[7], |x| x.fill(1.0)));
    let tape = Tape::new();
    let mut gradients = Gradients::new();
    tape.join(other.0.shared(), other.0.shape(), true).sum_all().backward(&mut gradients);
    optimizer.step(&mut other, &gradients, 0.1);
}
