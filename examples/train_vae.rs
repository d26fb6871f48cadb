//! Trains a small VAE on built-in digits and writes originals above reconstructions to `reconstructions.pgm`:
//! `cargo run --release -p diabolo-examples --example train_vae`

use std::error::Error;
use std::fs;

use diabolo::models::trainer::{Callback, Control};
use diabolo::ndarray::{ArrayView2, s};
use diabolo::prelude::*;

type Model = Vae<f32>;

/// Prints a line after every epoch.
struct Lines;

impl Callback<f32, Model> for Lines {
    fn epoch(&mut self, trainer: &Trainer<f32, Model>) -> Result<Control, diabolo::models::Error> {
        let epoch = trainer.progress.history.last().expect("an epoch was just measured");
        let [loss, kl] = ["loss", "kl"].map(|name| epoch.test.mean(name));
        println!("epoch {}: test loss {loss:.2} nats, of which KL {kl:.2}", epoch.epoch);
        Ok(Control::Continue)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let data = split(&digits::generate(3_000, 7).images, 0.1, 7)?;
    let vae = Vae::new(&mut Keys::new(7), data.train.dim(), &[128], 8, Activation::Relu, Likelihood::Bernoulli);
    let plan = Plan { epochs: 5, batch: 50, rate: 2e-3, schedule: Schedule::COSINE, seed: 7, ..Plan::default() };
    let mut trainer = Trainer::new(vae, Box::new(Adam::new()), plan, Progress::default());
    trainer.run(&data.train, &data.test, &mut [&mut Lines])?;

    let originals = matrix::<f32>(&data.test).slice_move(s![..10, ..]);
    let reconstructions = trainer.model.reconstruct(originals.view());
    fs::write("reconstructions.pgm", pgm([originals.view(), reconstructions.view()]))?;
    println!("written: reconstructions.pgm");
    Ok(())
}

/// Two rows of ten digits as an image in the format PGM: a line of text, then a byte a pixel.
fn pgm(rows: [ArrayView2<'_, f32>; 2]) -> Vec<u8> {
    let mut image = format!("P5 {} {} 255\n", 10 * digits::SIDE, 2 * digits::SIDE).into_bytes();
    for images in rows {
        for line in 0..digits::SIDE {
            let pixels = images.slice(s![.., line * digits::SIDE..(line + 1) * digits::SIDE]);
            image.extend(pixels.iter().map(|p| (p * 255.0).round() as u8));
        }
    }
    image
}
