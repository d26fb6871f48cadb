//! How unusual each row of a table is, for a model of usual rows:
//! `cargo run --release -p diabolo-examples --example anomaly_scores -- [USUAL.csv NEW.csv LABEL CLASS]`
//!
//! NEW has the columns of USUAL, and LABEL, in which CLASS marks the rows that are to be found.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use diabolo::kernels::random::{Key, Stream, fill_uniform};
use diabolo::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [usual, new, label, class] = <[String; 4]>::try_from(arguments).or_else(|_| readings())?;

    // The model sees usual rows alone, and some of them are kept to learn how well it does on rows that it has not seen.
    let Split { train, test } = split(&files::load(Path::new(&usual), &ReadOptions::default())?, 0.2, 1)?;
    let scaling = Scaling::fit(ScalingMethod::Standard, &train);
    let [train, test] = [train, test].map(|rows| rows.with_scaling(scaling.clone()));
    let keys = &mut Keys::new(1);
    let model = DeepAutoencoder::<f64>::new(keys, train.dim(), &[32], 1, Activation::Tanh, Likelihood::SquaredError);
    let plan = Plan { epochs: 60, batch: 32, rate: 5e-3, schedule: Schedule::COSINE, seed: 1, ..Plan::default() };
    let mut trainer = Trainer::new(model, Box::new(Adam::new()), plan, Progress::default());
    trainer.run(&train, &test, &mut [])?;

    // The score of a row is what the model loses of it. One usual row in a hundred may be taken for an unusual one.
    let score = |rows: &Dataset| anomaly::row_losses(&trainer.model, matrix(rows).view(), 0, 1);
    let threshold = anomaly::quantile(&score(&test), 0.99);

    let new = files::load(Path::new(&new), &ReadOptions { label: Some(label), ..ReadOptions::default() })?;
    if let Some(reason) = train.schema().refuses(new.schema()) {
        return Err(format!("the new rows cannot be scored: {reason}").into());
    }
    let new = new.with_scaling(scaling);
    let scores = score(&new);
    let wanted: Vec<bool> =
        new.labels().ok_or("no labels")?.iter().map(|label| new.schema().class_name(*label) == class).collect();
    let called = scores.iter().filter(|score| **score > threshold).count();
    let found = scores.iter().zip(&wanted).filter(|(score, wanted)| **wanted && **score > threshold).count();
    let all = wanted.iter().filter(|wanted| **wanted).count();
    println!("{called} of {} rows score above {threshold:.3}: {found} of the {all} that are {class}", scores.len());

    // Over all thresholds: how probable it is that one of the wanted rows scores higher than another.
    let roc = anomaly::Roc::new(&scores, &wanted).ok_or_else(|| format!("all rows are {class}, or none"))?;
    println!("area under the ROC curve: {:.3}", roc.auc);
    Ok(())
}

/// Readings of a motor, each a function of its load. In a broken one the heat belongs to another load: every number is
/// usual for itself, only together they are not.
fn readings() -> Result<[String; 4], Box<dyn Error>> {
    let mut uniform = [0.0_f64; 4 * 800];
    fill_uniform(Key::new(1, Stream::Data), 0.0, 1.0, &mut uniform);
    let mut texts = ["current A,heat °C,speed rpm\n".to_owned(), "current A,heat °C,speed rpm,state\n".to_owned()];
    for (i, [load, other, a, b]) in uniform.as_chunks::<4>().0.iter().enumerate() {
        let broken = i >= 500 && i % 15 == 0;
        let heated = if broken { (load + 0.25 + 0.5 * other) % 1.0 } else { *load };
        let current = 2.0 + 8.0 * load * load + 0.3 * a;
        let heat = 40.0 + 30.0 * heated + 4.0 * (4.0 * heated).sin() + 2.0 * b;
        let speed = 3000.0 - 400.0 * load.powi(3) + 20.0 * (a - b);
        let row = format!("{current:.2},{heat:.1},{speed:.0}");
        match (i, broken) {
            (..500, _) => writeln!(texts[0], "{row}")?,
            (_, false) => writeln!(texts[1], "{row},fine")?,
            (_, true) => writeln!(texts[1], "{row},broken")?,
        }
    }
    let paths = ["usual.csv", "new.csv"].map(|name| env::temp_dir().join(name).display().to_string());
    paths.iter().zip(texts).try_for_each(|(path, text)| fs::write(path, text))?;
    let [usual, new] = paths;
    Ok([usual, new, "state".to_owned(), "broken".to_owned()])
}
