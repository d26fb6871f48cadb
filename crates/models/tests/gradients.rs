//! The loss of every model, end to end, against finite differences: each parameter tensor, before training and after.

#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use diabolo_autodiff::{Gradients, Tape};
use diabolo_gradcheck::{Settings, compare_gradients};
use diabolo_kernels::random::{Key, Stream, fill_uniform};
use diabolo_models::config::ModelKind;
use diabolo_models::{Autoencoder, Config};
use diabolo_nn::{Adam, Context, Module, Optimizer, Path};
use ndarray::{Array2, ArrayD};

const INPUTS: usize = 7;

fn model(kind: ModelKind, settings: &str) -> Box<dyn Autoencoder<f64>> {
    let mut table: toml::Table = settings.parse().unwrap();
    table.insert("latent".to_owned(), 3.into());
    Config::with(kind, &table).unwrap().autoencoder(INPUTS).unwrap()
}

fn batch() -> Array2<f64> {
    let mut batch = Array2::zeros((5, INPUTS));
    fill_uniform(Key::new(3, Stream::Data), 0.0, 1.0, batch.as_slice_mut().unwrap());
    batch
}

/// The loss with noise that is always the same; with gradients if asked for.
fn loss(model: &dyn Autoencoder<f64>, gradients: Option<&mut Gradients<f64>>) -> f64 {
    let tape = Tape::new();
    let mut context = Context::training(&tape, Key::new(5, Stream::Noise), 0.5);
    let total = model.loss(&mut context, tape.constant(&batch())).total;
    if let Some(gradients) = gradients {
        total.backward(gradients);
    }
    total.item()
}

fn check(mut model: Box<dyn Autoencoder<f64>>) {
    let mut gradients = Gradients::new();
    loss(&*model, Some(&mut gradients));
    let (mut names, mut values, mut slopes) = (vec![], vec![], vec![]);
    model.visit(Path::ROOT, &mut |name, parameter| {
        if !parameter.is_trained() {
            return;
        }
        let array = |data: &[f64]| ArrayD::from_shape_vec(&*parameter.shape(), data.to_vec()).unwrap();
        names.push(name.to_string());
        values.push(array(parameter.value()));
        slopes.push(array(gradients.of_shared(parameter.shared()).expect("every parameter has a gradient")));
    });
    let inputs: Vec<(&str, ArrayD<f64>)> = names.iter().map(String::as_str).zip(values).collect();
    let settings = Settings { elements: 12, ..Settings::default() };
    let report = compare_gradients(&settings, &inputs, &slopes, |moved| {
        let mut moved = moved.iter();
        model.visit_mut(Path::ROOT, &mut |_, parameter| {
            if parameter.is_trained() {
                let next = moved.next().expect("one tensor a parameter");
                parameter.value_mut().copy_from_slice(next.as_slice().unwrap());
            }
        });
        loss(&*model, None)
    });
    assert!(report.passed(), "{model:?}: {report}");
}

/// Smooth activations, so that a step never crosses a kink.
const CASES: [(ModelKind, &str); 15] = [
    (ModelKind::Linear, ""),
    (ModelKind::Linear, "tied = true"),
    (ModelKind::Linear, "tied = true\nbias = false"),
    (ModelKind::Deep, "hidden = [6, 5]\nactivation = 'tanh'"),
    (ModelKind::Deep, "hidden = [6]\nactivation = 'sigmoid'\nlikelihood = 'bernoulli'"),
    (ModelKind::Denoising, "hidden = [6]\nactivation = 'softplus'\nnoise = 'gaussian:0.3'"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nbeta = 2.0\nbeta_warmup = 1.0"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nlikelihood = 'gaussian:0.2'"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nlikelihood = 'gaussian:learned'\ndraws = 3"),
    (ModelKind::Vae, "hidden = []\ndraws = 2"),
    (ModelKind::Sparse, "hidden = [6]\nactivation = 'tanh'\nsparsity = 'l1:0.3'"),
    (ModelKind::Sparse, "likelihood = 'bernoulli'\nsparsity = 'kl:0.2,1.5'"),
    (ModelKind::Deep, "hidden = [6, 5]\nactivation = 'tanh'\nnorm = 'batch'"),
    (ModelKind::Deep, "hidden = [6, 5]\nactivation = 'softplus'\nnorm = 'layer'\ninit = 'orthogonal'"),
    (ModelKind::Vae, "hidden = [6]\nactivation = 'tanh'\nnorm = 'batch'\ninit = 'xavier'"),
];

#[test]
fn gradients_agree_at_the_start() {
    for (kind, settings) in CASES {
        check(model(kind, settings));
    }
}

#[test]
fn gradients_agree_after_20_steps() {
    for (kind, settings) in CASES {
        let mut model = model(kind, settings);
        let mut optimizer = Adam::new();
        let mut gradients = Gradients::new();
        let before = loss(&*model, None);
        for _ in 0..20 {
            loss(&*model, Some(&mut gradients));
            optimizer.step(&mut model, &gradients, 1e-2);
        }
        assert!(loss(&*model, None) < before, "{kind}: training lowers the loss");
        check(model);
    }
}
