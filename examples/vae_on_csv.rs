//! A VAE of one's own table, and new rows for it:
//! `cargo run --release -p diabolo-examples --example vae_on_csv -- [FILE.csv [LABEL]]`

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

use diabolo::kernels::random::{Key, Stream, fill_normal};
use diabolo::models::measure::prior_samples;
use diabolo::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (path, label) = match arguments.next() {
        Some(path) => (path.into(), arguments.next()),
        None => (beans()?, Some("kind".to_owned())),
    };
    // The label is not for the model. Every other column has to hold numbers.
    let table = files::load(&path, &ReadOptions { label, ..ReadOptions::default() })?;
    println!("{} rows of {}", table.len(), table.schema().columns.join(", "));

    // Columns of mean 0 and variance 1, fitted to the training rows alone: what is tested must be new.
    let Split { train, test } = split(&table, 0.2, 1)?;
    let scaling = Scaling::fit(ScalingMethod::Standard, &train);
    let [train, test] = [train, test].map(|rows| rows.with_scaling(scaling.clone()));

    // Nobody knows how far a row lies from what its code says, so σ is learned with the weights.
    let vae = Vae::<f64>::new(&mut Keys::new(1), train.dim(), &[32], 2, Activation::Tanh, Likelihood::LearnedGaussian);
    let plan = Plan { epochs: 60, batch: 32, rate: 5e-3, schedule: Schedule::COSINE, seed: 1, ..Plan::default() };
    let mut trainer = Trainer::new(vae, Box::new(Adam::new()), plan, Progress::default());
    trainer.run(&train, &test, &mut [])?;
    let last = trainer.progress.history.last().ok_or("no epoch was trained")?;
    let sigma = trainer.model.learned_sigma().ok_or("sigma is not learned")?;
    println!("test loss {:.3} nats a row, sigma {sigma:.3} standard deviations", last.test.mean("loss"));

    // A decoded code is the mean of a row; the rows themselves scatter around it by σ.
    let mut rows = prior_samples(&trainer.model as &dyn Autoencoder<f64>, 2, 10, 1);
    let mut noise = vec![0.0; rows.len()];
    fill_normal(Key::new(1, Stream::Sample).site(1), 0.0, sigma, &mut noise);
    rows.iter_mut().zip(noise).for_each(|(x, noise)| *x += noise);

    // Back into the units of the table, under its names.
    scaling.undo(rows.as_slice_mut().ok_or("samples lie row by row")?);
    let out = path.with_extension("samples.csv");
    let mut writer = files::create(&out, train.schema())?;
    writer.write(rows.view())?;
    writer.finish()?;
    print!("{}:\n{}", out.display(), fs::read_to_string(&out)?);
    Ok(())
}

/// Two kinds of beans: the longer a bean, the wider and the heavier.
fn beans() -> Result<PathBuf, Box<dyn Error>> {
    let mut text = String::from("length mm,width mm,weight mg,kind\n");
    let mut normal = [0.0_f64; 3 * 400];
    fill_normal(Key::new(1, Stream::Data), 0.0, 1.0, &mut normal);
    for (i, [size, shape, error]) in normal.as_chunks::<3>().0.iter().enumerate() {
        let (kind, length) = if i % 2 == 0 { ("navy", 9.0 + 0.8 * size) } else { ("kidney", 17.0 + 1.2 * size) };
        let width = 2.0 + 0.4 * length + 0.2 * shape;
        let weight = 0.55 * length * width * width + 10.0 * error;
        writeln!(text, "{length:.2},{width:.2},{weight:.1},{kind}")?;
    }
    let path = env::temp_dir().join("beans.csv");
    fs::write(&path, text)?;
    Ok(path)
}
