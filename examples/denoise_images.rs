//! Cleans a folder of pictures with what was learned from another, all of one size:
//! `cargo run --release -p diabolo-examples --example denoise_images -- [CLEAN NOISY OUT]`

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use diabolo::kernels::random::{Key, Stream};
use diabolo::models::measure::{Denoising, psnr};
use diabolo::ndarray::Array2;
use diabolo::prelude::*;

/// What is done to pixels between 0 and 1.
const NOISE: Corruption = Corruption::Gaussian { std: 0.3 };

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [clean, noisy, out] = <[PathBuf; 3]>::try_from(folders).or_else(|_| draw())?;

    let pictures = files::load(&clean, &ReadOptions::default())?.scaled(ScalingMethod::Unit);
    let data = split(&pictures, 0.1, 1)?;
    println!("{} pictures to learn from", data.train.len());

    // In every epoch the model gets each picture with new noise, and is asked for the clean one.
    let keys = &mut Keys::new(1);
    let inner = DeepAutoencoder::new(keys, pictures.dim(), &[256], 64, Activation::Relu, Likelihood::SquaredError);
    let model = DenoisingAutoencoder::<f32>::new(inner, NOISE);
    let plan = Plan { epochs: 15, batch: 32, rate: 2e-3, schedule: Schedule::COSINE, seed: 1, ..Plan::default() };
    let mut trainer = Trainer::new(model, Box::new(Adam::new()), plan, Progress::default());
    trainer.run(&data.train, &data.test, &mut [])?;
    let model: &dyn Autoencoder<f32> = &trainer.model;
    let Denoising { noisy: before, denoised: after } = Denoising::measure(model, &NOISE, &data.test, 1);
    println!("pictures that were set aside: {:.1} dB with noise, {:.1} dB without", psnr(before), psnr(after));

    // What is to be cleaned must look like what was learned; a schema knows, and says what is wrong.
    let found = files::load(&noisy, &ReadOptions::default())?.scaled(ScalingMethod::Unit);
    if let Some(reason) = pictures.schema().refuses(found.schema()) {
        return Err(format!("{} cannot be cleaned: {reason}", noisy.display()).into());
    }
    write(&out, &pictures, model.reconstruct(matrix(&found).view()))?;
    println!("{} pictures cleaned: {}", found.len(), out.display());
    Ok(())
}

/// Writes what a model has made in the form of `like`: for pictures, PNG files in a new folder.
fn write(path: &Path, like: &Dataset, samples: Array2<f32>) -> Result<(), Box<dyn Error>> {
    let mut samples = samples.mapv(f64::from);
    like.schema().scaling.undo(samples.as_slice_mut().ok_or("samples lie row by row")?);
    let mut writer = files::create(path, like.schema())?;
    writer.write(samples.view())?;
    Ok(writer.finish()?)
}

/// Folders to try it on: digits to learn from, and others with noise.
fn draw() -> Result<[PathBuf; 3], Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("diabolo-denoise-{}", std::process::id()));
    let folders = ["clean", "noisy", "denoised"].map(|name| folder.join(name));
    let (learned, others) = (digits::generate(1500, 1).images, digits::generate(20, 2).images);
    write(&folders[0], &learned, matrix(&learned))?;
    let mut noisy = matrix::<f32>(&others);
    NOISE.apply(Key::new(2, Stream::Noise), noisy.as_slice_mut().ok_or("samples lie row by row")?);
    write(&folders[1], &others, noisy)?;
    Ok(folders)
}
