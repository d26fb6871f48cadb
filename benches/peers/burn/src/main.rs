//! The reference VAE in burn, on its CPU backend `flex`: 784-400-20, ReLU, Bernoulli pixels, Adam.

#![forbid(unsafe_code)]
#![recursion_limit = "256"]

use burn::backend::{Autodiff, Flex};
use burn::module::{AutodiffModule, Module};
use burn::nn::{Linear, LinearConfig};
use burn::optim::adaptor::OptimizerAdaptor;
use burn::optim::{Adam, AdamConfig, GradientsParams, Optimizer};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Distribution, Int, Tensor, TensorData};
use burn_flex as _;
use peer_common::{BATCH, Failure, PIXELS, Trained};

type Plain = Flex;
type Engine = Autodiff<Plain>;

fn main() -> Result<(), Failure> {
    peer_common::run("burn", "0.21, flex, gemm x86-v4", |train, test| Ok(Run::new(train, test)))
}

/// Its layers begin uniform within 1/√inputs, as PyTorch's, which is burn's default.
#[derive(Module, Debug)]
struct Vae<B: Backend> {
    hidden: Linear<B>,
    posterior: Linear<B>,
    up: Linear<B>,
    logits: Linear<B>,
}

impl<B: Backend> Vae<B> {
    fn new(device: &B::Device) -> Self {
        let layer = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self { hidden: layer(PIXELS, 400), posterior: layer(400, 40), up: layer(20, 400), logits: layer(400, PIXELS) }
    }

    /// The sum over the samples.
    fn loss(&self, x: Tensor<B, 2>) -> Tensor<B, 1> {
        let both = self.posterior.forward(relu(self.hidden.forward(x.clone())));
        let (mu, log_var) = (both.clone().narrow(1, 0, 20), both.narrow(1, 20, 20));
        let noise = mu.random_like(Distribution::Normal(0.0, 1.0));
        let z = mu.clone() + (log_var.clone() * 0.5).exp() * noise;
        let l = self.logits.forward(relu(self.up.forward(z)));
        let softplus = relu(l.clone()) + l.clone().abs().neg().exp().log1p();
        let reconstruction = (softplus - l * x).sum();
        let kl = (mu.clone() * mu + log_var.clone().exp() - log_var - 1.0).sum() * 0.5;
        reconstruction + kl
    }
}

struct Run {
    /// Always there, but within a step of the optimizer, which takes it and gives it back.
    model: Option<Vae<Engine>>,
    adam: OptimizerAdaptor<Adam, Vae<Engine>, Engine>,
    train: Tensor<Engine, 2>,
    test: Tensor<Plain, 2>,
}

impl Run {
    fn new(train: &[f32], test: &[f32]) -> Self {
        let device = Default::default();
        Self {
            model: Some(Vae::new(&device)),
            adam: AdamConfig::new().with_epsilon(1e-8).init(),
            train: images(train),
            test: images(test),
        }
    }

    fn step(&mut self, rows: &[u32]) -> f64 {
        let count = rows.len();
        let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
        let rows = Tensor::<Engine, 1, Int>::from_data(TensorData::new(rows, [count]), &self.train.device());
        let model = self.model.take().expect("it was given back");
        let loss = model.loss(self.train.clone().select(0, rows));
        let total = f64::from(loss.clone().into_scalar());
        let gradients = GradientsParams::from_grads((loss / count as f64).backward(), &model);
        self.model = Some(self.adam.step(1e-3, model, gradients));
        total
    }
}

fn images<B: Backend>(x: &[f32]) -> Tensor<B, 2> {
    Tensor::from_data(TensorData::new(x.to_vec(), [x.len() / PIXELS, PIXELS]), &Default::default())
}

impl Trained for Run {
    fn epoch(&mut self, order: &[u32]) -> Result<f64, Failure> {
        let total: f64 = order.chunks(BATCH).map(|rows| self.step(rows)).sum();
        Ok(total / order.len() as f64)
    }

    fn evaluate(&mut self) -> Result<f64, Failure> {
        let model = self.model.as_ref().expect("it was given back").valid();
        let parts = self.test.clone().split(BATCH, 0);
        let total: f64 = parts.into_iter().map(|x| f64::from(model.loss(x).into_scalar())).sum();
        Ok(total / self.test.dims()[0] as f64)
    }
}
