//! Descent on an objective: its exact gradient as an op on the tape, and the optimizers of `diabolo-nn`.
//!
//! The op gives the loss forward and [`Objective::gradient`] backward. With the rotation-augmented gradient it hands
//! ∇W₁ − ΓW₁ and ∇V − ΓV to the optimizer in place of the gradient, as Bao et al. 2020 do for SGD and Adam alike.

use std::sync::Arc;

use diabolo_autodiff::{Card, Cotangents, Gradients, Inputs, Linearity, Op, Reads, Shape, Tape, Ulps};
use diabolo_kernels::Buffer;
use diabolo_nn::{Adam, Context, Module, Optimizer, Parameter, Path, Sgd};
use ndarray::{Array2, ArrayView2};

use crate::error::Error;
use crate::objective::{Objective, Weights};
use crate::run::Lab;

/// How weights follow their slope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    /// Nesterov's momentum, as published.
    Nesterov { rate: f64, momentum: f64 },
    /// The same, which steps back and starts anew without speed where the loss has risen (O'Donoghue & Candès 2015, section
    /// 3.2), and at half the rate if it rises at once: so that the speed gathered on the way off a saddle does not throw the
    /// weights out.
    Restarted { rate: f64, momentum: f64 },
    /// Adam with the published moments.
    Adam { rate: f64 },
}

/// Full-batch training of a linear autoencoder.
#[derive(Debug)]
pub(crate) struct Descent {
    weights: Pair,
    op: CovarianceLoss,
    optimizer: Box<dyn Optimizer<f64>>,
    rate: f64,
    /// Where the last step began, for a method that may go back there.
    back: Option<Back>,
    tape: Tape<f64>,
    gradients: Gradients<f64>,
}

impl Descent {
    pub(crate) fn new(start: &Weights, objective: Objective, covariance: &Arc<Array2<f64>>, method: Method) -> Self {
        let (optimizer, rate): (Box<dyn Optimizer<f64>>, f64) = match method {
            Method::Nesterov { rate, momentum } | Method::Restarted { rate, momentum } => {
                (Box::new(Sgd::nesterov(momentum)), rate)
            }
            Method::Adam { rate } => (Box::new(Adam::new()), rate),
        };
        let op = CovarianceLoss { objective: Arc::new(objective), covariance: Arc::clone(covariance), turning: false };
        Self {
            weights: Pair::new(start),
            op,
            optimizer,
            rate,
            back: matches!(method, Method::Restarted { .. }).then(|| Back::new(start)),
            tape: Tape::new(),
            gradients: Gradients::new(),
        }
    }

    /// The same with the rotation-augmented gradient.
    pub(crate) fn turning(mut self) -> Self {
        self.op.turning = true;
        self
    }

    /// One step; returns the loss before it.
    pub(crate) fn step(&mut self) -> f64 {
        let context = Context::inference(&self.tape);
        let inputs = [context.parameter(&self.weights.encoder), context.parameter(&self.weights.decoder)];
        let loss = self.tape.record(self.op.clone(), &inputs);
        let value = loss.item();
        loss.backward(&mut self.gradients);
        self.tape.reset();
        if let Some(back) = &mut self.back {
            if !back.accepts(value) {
                return self.start_anew();
            }
            back.remember(value, &self.weights);
        }
        self.optimizer.step(&mut self.weights, &self.gradients, self.rate);
        value
    }

    /// Goes back to where the last step began, without speed; returns the loss there.
    fn start_anew(&mut self) -> f64 {
        let moments = self.optimizer.state_mut().slots.iter_mut().flat_map(|slot| &mut slot.values);
        moments.for_each(|moment| moment.iter_mut().for_each(|b| *b = 0.0));
        let back = self.back.as_mut().expect("only a method that goes back starts anew");
        if back.steps == 1 {
            self.rate *= 0.5;
        }
        back.steps = 0;
        self.weights = Pair::new(&back.weights);
        back.loss
    }

    pub(crate) fn weights(&self) -> Weights {
        self.weights.weights()
    }

    /// `iterations` steps. `look` sees the weights at the iterations of [`moments`], and ends the descent by `false`. `lab` is
    /// told which part of `span` is done.
    pub(crate) fn run(
        &mut self,
        iterations: u32,
        lab: &mut Lab<'_>,
        span: (f64, f64),
        mut look: impl FnMut(u32, &Weights) -> bool,
    ) -> Result<(), Error> {
        let mut moments = moments(iterations).into_iter().peekable();
        for iteration in 0..=iterations {
            if moments.next_if_eq(&iteration).is_some() && !look(iteration, &self.weights()) {
                break;
            }
            if iteration % 32 == 0 {
                lab.tell(span.0 + (span.1 - span.0) * f64::from(iteration) / f64::from(iterations))?;
            }
            if iteration < iterations && !self.step().is_finite() {
                look(iteration + 1, &self.weights());
                break;
            }
        }
        Ok(())
    }
}

/// The iterations at which to look, about 20 in each power of ten, with the first and the last.
pub(crate) fn moments(iterations: u32) -> Vec<u32> {
    let steps = (0..).map(|i| 10_f64.powf(f64::from(i) / 20.0).round() as u32);
    let mut moments: Vec<u32> = std::iter::once(0).chain(steps.take_while(|&at| at < iterations)).collect();
    moments.push(iterations);
    moments.dedup();
    moments
}

/// Weights to go back to.
#[derive(Debug)]
struct Back {
    weights: Weights,
    loss: f64,
    /// Steps since the last start.
    steps: u32,
}

impl Back {
    /// A rise below this share of the loss is round-off.
    const ROUND_OFF: f64 = 1e-13;

    fn new(start: &Weights) -> Self {
        Self { weights: start.clone(), loss: f64::INFINITY, steps: 0 }
    }

    fn accepts(&self, loss: f64) -> bool {
        loss <= self.loss * (1.0 + Self::ROUND_OFF)
    }

    fn remember(&mut self, loss: f64, pair: &Pair) {
        *self = Self { weights: pair.weights(), loss, steps: self.steps + 1 };
    }
}

/// W₁ and V as parameters.
#[derive(Debug)]
struct Pair {
    encoder: Parameter<f64>,
    decoder: Parameter<f64>,
}

impl Pair {
    fn new(weights: &Weights) -> Self {
        let parameter = |matrix: &Array2<f64>| {
            let (k, d) = matrix.dim();
            Parameter::new(&[k, d], |out| out.iter_mut().zip(matrix).for_each(|(to, from)| *to = *from))
        };
        Self { encoder: parameter(&weights.encoder), decoder: parameter(&weights.decoder) }
    }

    fn weights(&self) -> Weights {
        let matrix = |parameter: &Parameter<f64>| view(parameter.value(), parameter.shape()).to_owned();
        Weights { encoder: matrix(&self.encoder), decoder: matrix(&self.decoder) }
    }
}

impl Module<f64> for Pair {
    fn visit(&self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &Parameter<f64>)) {
        see(at.join("encoder"), &self.encoder);
        see(at.join("decoder"), &self.decoder);
    }

    fn visit_mut(&mut self, at: Path<'_>, see: &mut dyn FnMut(Path<'_>, &mut Parameter<f64>)) {
        see(at.join("encoder"), &mut self.encoder);
        see(at.join("decoder"), &mut self.decoder);
    }
}

fn view(values: &[f64], shape: Shape) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((shape[0], shape[1]), values).expect("a parameter has the size of its shape")
}

/// L(W₁, V) of an objective.
#[derive(Clone, Debug)]
struct CovarianceLoss {
    objective: Arc<Objective>,
    covariance: Arc<Array2<f64>>,
    /// Whether the backward rule gives the rotation-augmented gradient.
    turning: bool,
}

impl CovarianceLoss {
    const CARD: Card = Card {
        name: "covariance_loss",
        forward: "y = L(W₁, V)",
        backward: &["W̄₁ = ȳ · ∇W₁", "V̄ = ȳ · ∇V"],
        latex: r"y = L(W_1, V), \qquad \bar W_1 = \bar y\, \nabla_{W_1} L, \quad \bar V = \bar y\, \nabla_V L",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };
}

impl Op<f64> for CovarianceLoss {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, f64>) -> Result<Shape, String> {
        let d = self.covariance.nrows();
        let fits = x.shape(0).len() == 2 && x.shape(0)[1] == d && x.shape(0) == x.shape(1);
        if fits { Ok(Shape::new(&[])) } else { Err(format!("takes two matrices of {d} columns")) }
    }

    /// The gradient is a by-product of the loss, and is kept.
    fn forward(&self, x: Inputs<'_, f64>, y: &mut [f64], kept: &mut Buffer<f64>) {
        let (encoder, decoder) = (view(x.value(0), x.shape(0)), view(x.value(1), x.shape(1)));
        let mut gradient = self.objective.gradient(encoder, decoder, &self.covariance);
        if self.turning {
            let turn = Weights { encoder: encoder.to_owned(), decoder: decoder.to_owned() }.rotation(&gradient.codes);
            gradient.slope.encoder -= &turn.encoder;
            gradient.slope.decoder -= &turn.decoder;
        }
        y[0] = gradient.loss;
        kept.resize(2 * encoder.len());
        let slopes = gradient.slope.encoder.iter().chain(&gradient.slope.decoder);
        kept.iter_mut().zip(slopes).for_each(|(kept, slope)| *kept = *slope);
    }

    fn vjp(&self, _: Inputs<'_, f64>, _: &[f64], kept: &[f64], gy: &[f64], gx: &mut Cotangents<'_, f64>) {
        let (encoder, decoder) = kept.split_at(kept.len() / 2);
        for (input, slope) in [encoder, decoder].into_iter().enumerate() {
            gx.give(input, |g| g.iter_mut().zip(slope).for_each(|(g, slope)| *g = gy[0] * slope));
        }
    }
}
