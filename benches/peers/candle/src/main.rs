//! The reference VAE in candle: 784-400-20, ReLU, Bernoulli pixels, Adam.

#![forbid(unsafe_code)]

use candle_core::backprop::GradStore;
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Linear, Module, Optimizer, ParamsAdamW};
use gemm as _;
use peer_common::{BATCH, Failure, PIXELS, Trained};

fn main() -> std::result::Result<(), Failure> {
    peer_common::run("candle", "0.11, gemm x86-v4", |train, test| Ok(Vae::new(train, test)?))
}

struct Vae {
    layers: [Linear; 4],
    adam: AdamW,
    train: Tensor,
    test: Tensor,
}

impl Vae {
    fn new(train: &[f32], test: &[f32]) -> Result<Self> {
        let images = |x: &[f32]| Tensor::from_slice(x, (x.len() / PIXELS, PIXELS), &Device::Cpu);
        let mut parameters = vec![];
        let mut layer = |inputs, outputs| layer(inputs, outputs, &mut parameters);
        let layers = [layer(PIXELS, 400)?, layer(400, 40)?, layer(20, 400)?, layer(400, PIXELS)?];
        // AdamW without weight decay is Adam.
        let rule = ParamsAdamW { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 };
        Ok(Self { layers, adam: AdamW::new(parameters, rule)?, train: images(train)?, test: images(test)? })
    }

    /// The sum over the samples.
    fn loss(&self, x: &Tensor) -> Result<Tensor> {
        let [hidden, posterior, up, logits] = &self.layers;
        let both = posterior.forward(&hidden.forward(x)?.relu()?)?;
        let (mu, log_var) = (both.narrow(1, 0, 20)?, both.narrow(1, 20, 20)?);
        let noise = mu.randn_like(0.0, 1.0)?;
        let z = (&mu + ((&log_var * 0.5)?.exp()? * noise)?)?;
        let l = logits.forward(&up.forward(&z)?.relu()?)?;
        let softplus = (l.relu()? + (l.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
        let reconstruction = (softplus - (&l * x)?)?.sum_all()?;
        let kl = (((mu.sqr()? + log_var.exp()?)? - log_var)? - 1.0)?.sum_all()?;
        reconstruction + (kl * 0.5)?
    }

    fn step(&mut self, rows: &[u32]) -> Result<f64> {
        let rows = Tensor::from_slice(rows, rows.len(), &Device::Cpu)?;
        let loss = self.loss(&self.train.index_select(&rows, 0)?)?;
        let gradients: GradStore = (&loss / rows.elem_count() as f64)?.backward()?;
        self.adam.step(&gradients)?;
        Ok(f64::from(loss.to_scalar::<f32>()?))
    }
}

/// Uniform within 1/√inputs, as PyTorch's.
fn layer(inputs: usize, outputs: usize, parameters: &mut Vec<Var>) -> Result<Linear> {
    let bound = (inputs as f64).powf(-0.5);
    let mut drawn = |shape: &[usize]| {
        let var = Var::rand_f64(-bound, bound, shape, DType::F32, &Device::Cpu)?;
        parameters.push(var.clone());
        Ok::<_, candle_core::Error>(var.as_tensor().clone())
    };
    Ok(Linear::new(drawn(&[outputs, inputs])?, Some(drawn(&[outputs])?)))
}

impl Trained for Vae {
    fn epoch(&mut self, order: &[u32]) -> std::result::Result<f64, Failure> {
        let mut total = 0.0;
        for rows in order.chunks(BATCH) {
            total += self.step(rows)?;
        }
        Ok(total / order.len() as f64)
    }

    fn evaluate(&mut self) -> std::result::Result<f64, Failure> {
        let count = self.test.dim(0)?;
        let mut total = 0.0;
        for first in (0..count).step_by(BATCH) {
            let x = self.test.narrow(0, first, BATCH.min(count - first))?;
            total += f64::from(self.loss(&x)?.to_scalar::<f32>()?);
        }
        Ok(total / count as f64)
    }
}
