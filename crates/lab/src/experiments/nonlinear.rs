//! # 2. Nonlinear hidden units alone do not help
//!
//! x̂ = W₂ f(W₁x + b₁) + b₂ has n reconstructions that lie in a plane of k dimensions, whatever f is. Of all such planes
//! PCA's is nearest to the data, and so
//!
//! ```text
//! ‖X − X̂‖² ≥ Σ_{i>k} σᵢ²
//! ```
//!
//! for every weight: nonlinear hidden units in a single hidden layer cannot beat PCA if the output layer is linear. With
//! hidden layers after the narrowest one X̂ lies on a curved surface, and the bound does not hold.
//!
//! The error is that of the samples trained on, and PCA is that of the same samples. A deep network that has learned them by
//! heart would beat PCA as well; how it does on samples held out is shown beside, not judged.
//!
//! Source: Bourlard & Kamp (1988), *Auto-association by multilayer perceptrons and singular value decomposition*, section 3.

use diabolo_autodiff::{Gradients, Tape, Var};
use diabolo_data::order_into;
use diabolo_kernels::random::{Key, Stream};
use diabolo_models::Pca;
use diabolo_nn::{Activation, Adam, Context, Keys, Layer, Module, Optimizer, Parameter, Path, Sequential};
use ndarray::{Array2, ArrayView2, Axis};

use super::range;
use crate::error::Error;
use crate::figure::{Axis as Scale, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::run::Lab;
use crate::statement::Statement;
use crate::subject::{Subject, every};

const CLAIM: Claim = Claim {
    statement: Statement::Nonlinear,
    title: "Nonlinear hidden units alone do not help",
    claim: "With a linear output layer, nonlinear units in a single hidden layer cannot beat PCA; a deep autoencoder does.",
    source: "Bourlard & Kamp 1988, section 3",
};
/// Samples of a step.
const BATCH: usize = 100;
/// Adam's rate at the start; it falls linearly to 0.
const RATE: f64 = 2e-3;
/// What a ratio of errors may lack to 1 in `f32`.
const ROUND_OFF: f64 = 1e-5;
/// Hidden layers of the deep autoencoder on either side of the code.
const HIDDEN: [usize; 2] = [128, 64];

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let k = lab.subject.latent();
    let (steps, seeds, most) = lab.by_effort((1_000, 3, 2_500), (20_000, 5, 10_000));
    let work = Work::new(lab.subject, most.max(4 * k))?;
    let shallow = [("sigmoid", Activation::Sigmoid), ("tanh", Activation::Tanh), ("relu", Activation::Relu)];
    let (mut rows, mut curves) = (vec![], vec![]);
    for (at, (name, activation)) in shallow.into_iter().enumerate() {
        let mut ratios = vec![];
        for seed in 0..seeds {
            let network = Network::shallow(&mut keys(lab, seed), work.d, k, activation);
            let share = |done: u64| 0.5 * (at as f64 + done as f64 / seeds as f64) / 3.0;
            let trained = work.train(lab, network, steps, (share(seed), share(seed + 1)))?;
            ratios.push(trained.ratio);
            if seed == 0 {
                curves.push(Series::line(format!("one hidden layer, {name}"), trained.course));
            }
        }
        rows.push(Row::new(
            format!("training error over PCA's, one hidden layer, {name}, smallest of {seeds} seeds"),
            Prediction::AtLeast(1.0 - ROUND_OFF),
            range(ratios).0,
        ));
    }
    let network = Network::deep(&mut keys(lab, 0), work.d, k);
    let deep = work.train(lab, network, 4 * steps, (0.5, 1.0))?;
    rows.push(Row::new("training error over PCA's, deep autoencoder", Prediction::AtMost(1.0), deep.ratio));
    if work.test.nrows() > 0 {
        rows.push(Row::new("the same on samples held out", Prediction::Nothing, deep.held_out));
    }
    curves.push(Series::line("deep", deep.course));
    let setup = format!(
        "k = {k}; {} samples to train on, {} held out; Adam from 2e-3 falling linearly to 0, batches of {BATCH}; {steps} steps \
             for one hidden layer, {} for d-{}-{}-k-{}-{}-d with relu",
        work.train.nrows(),
        work.test.nrows(),
        4 * steps,
        HIDDEN[0],
        HIDDEN[1],
        HIDDEN[1],
        HIDDEN[0]
    );
    Ok(CLAIM.found(
        setup,
        rows,
        vec![Figure::curves(
            "errors",
            "Training error against PCA's",
            "One hidden layer stays above 1, however it bends; several cross it.",
            Scale::logarithmic("step"),
            Scale::logarithmic("error/PCA's error"),
            curves,
        )],
    ))
}

fn keys(lab: &Lab<'_>, seed: u64) -> Keys {
    Keys::new(lab.settings.seed.wrapping_mul(1_000).wrapping_add(seed))
}

/// Encoder and decoder.
#[derive(Debug)]
struct Network(Sequential<f32>);

impl Network {
    fn shallow(keys: &mut Keys, d: usize, k: usize, activation: Activation) -> Self {
        Self(Sequential::dense(keys, &[d, k, d], activation, Activation::Identity))
    }

    fn deep(keys: &mut Keys, d: usize, k: usize) -> Self {
        let down = Sequential::dense(keys, &[d, HIDDEN[0], HIDDEN[1], k], Activation::Relu, Activation::Identity);
        let up = Sequential::dense(keys, &[k, HIDDEN[1], HIDDEN[0], d], Activation::Relu, Activation::Identity);
        Self(Sequential::new().then(down).then(up))
    }

    fn error<'t>(&self, context: &mut Context<'t, f32>, x: Var<'t, f32>) -> Var<'t, f32> {
        self.0.forward(context, x).squared_error(x).mean_all()
    }
}

impl Module<f32> for Network {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f32>)) {
        self.0.visit(at, see);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f32>)) {
        self.0.visit_mut(at, see);
    }
}

/// Samples to train on and to test with, and PCA's error on both.
struct Work {
    train: Array2<f32>,
    test: Array2<f32>,
    d: usize,
    /// Mean squared errors of PCA on both.
    pca: [f64; 2],
}

struct Trained {
    ratio: f64,
    held_out: f64,
    course: Vec<(f64, f64)>,
}

impl Work {
    /// Every fifth sample is held out, if there are many. Samples are scaled so that a feature has variance 1 on average, which suits the
    /// initialiser.
    fn new(subject: &Subject, most: usize) -> Result<Self, Error> {
        let (k, d) = (subject.latent(), subject.features());
        let scale = (d as f64 / subject.left_out(0)).sqrt();
        let samples = every(&subject.excerpt, most) * scale;
        let many = samples.nrows() >= 10 * (k + 1);
        let part = |held_out: bool| {
            let rows: Vec<usize> = (0..samples.nrows()).filter(|i| (many && i % 5 == 4) == held_out).collect();
            samples.select(Axis(0), &rows)
        };
        let (train, test) = (part(false), part(true));
        let pca = Pca::fit(train.view(), k)?;
        let error = |samples: &Array2<f64>| {
            let errors = pca.reconstruct(samples.view()) - samples;
            errors.iter().map(|e| e * e).sum::<f64>() / samples.nrows() as f64
        };
        let pca = [error(&train), error(&test)];
        Ok(Self { train: train.mapv(|x| x as f32), test: test.mapv(|x| x as f32), d, pca })
    }

    fn train(&self, lab: &mut Lab<'_>, mut network: Network, steps: u32, span: (f64, f64)) -> Result<Trained, Error> {
        let n = self.train.nrows();
        let batch = BATCH.min(n);
        let (mut tape, mut gradients, mut optimizer) = (Tape::new(), Gradients::new(), Adam::new());
        let (mut order, mut course) = (vec![], vec![]);
        let looks = crate::descent::moments(steps);
        for step in 0..=steps {
            let (epoch, at) = (step as usize * batch / n, step as usize * batch % n);
            if step == 0 || at < batch {
                order_into(&mut order, lab.settings.seed, epoch as u32, n);
            }
            if looks.binary_search(&step).is_ok() && (step >= 10 || step == 0) {
                course.push((f64::from(step), error_of(&network, self.train.view()) / self.pca[0]));
            }
            if step % 32 == 0 {
                lab.tell(span.0 + (span.1 - span.0) * f64::from(step) / f64::from(steps))?;
            }
            let rows = &order[at.min(n - batch)..][..batch];
            let x = tape.constant_with(&[batch, self.d], |out| {
                for (row, &from) in out.chunks_exact_mut(self.d).zip(rows) {
                    row.iter_mut().zip(self.train.row(from as usize)).for_each(|(to, from)| *to = *from);
                }
            });
            let key = Key::new(lab.settings.seed, Stream::Noise);
            network.error(&mut Context::training(&tape, key, 0.0), x).backward(&mut gradients);
            tape.reset();
            optimizer.step(&mut network, &gradients, RATE * (1.0 - f64::from(step) / f64::from(steps + 1)));
        }
        let ratio = error_of(&network, self.train.view()) / self.pca[0];
        let held_out = error_of(&network, self.test.view()) / self.pca[1];
        Ok(Trained { ratio, held_out, course })
    }
}

/// The mean of ‖x − x̂‖² over samples.
fn error_of(network: &Network, samples: ArrayView2<'_, f32>) -> f64 {
    let mut tape = Tape::new();
    let mut sum = 0.0;
    for rows in samples.axis_chunks_iter(Axis(0), 512) {
        let x = tape.constant(&rows);
        let error = network.error(&mut Context::inference(&tape), x).item();
        sum += f64::from(error) * rows.nrows() as f64;
        tape.reset();
    }
    sum / samples.nrows() as f64
}
