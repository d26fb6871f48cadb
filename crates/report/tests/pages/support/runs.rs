use diabolo_report::{
    Baseline, Better, Cell, Codes, ColumnError, ComparedRun, ComparisonReport, Epoch, Errors, Filters, Image,
    Interpolation, LatentUnits, Layer, Losses, Metric, Plane, Run, Shape, Sparsity, Strip, TableData, TrainingReport,
    Traversal, Traversals, Weights, WorstRow, signed_limit,
};

/// A round blob on a square of `side` pixels: something with a shape, as digits have one.
fn blob(side: usize, phase: f64) -> Vec<f64> {
    let (row, column) = (0.5 + 0.3 * phase.sin(), 0.5 + 0.3 * phase.cos());
    let at = |index: usize| (index as f64 + 0.5) / side as f64;
    let value = |pixel: usize| {
        let (y, x) = (at(pixel / side), at(pixel % side));
        (-30.0 * ((y - row).powi(2) + (x - column).powi(2))).exp()
    };
    (0..side * side).map(value).collect()
}

fn image(side: usize, phase: f64) -> Image {
    Image::from_unit(&blob(side, phase), side, side)
}

pub(crate) fn images(count: usize) -> Vec<Image> {
    (0..count).map(|index| image(28, index as f64)).collect()
}

fn filters(count: usize) -> Vec<Image> {
    (0..count)
        .map(|index| {
            let values: Vec<f64> = blob(28, index as f64).iter().zip(blob(28, 2.0)).map(|(a, b)| a - b).collect();
            Image::signed(&values, 28, 28, signed_limit(values.iter()))
        })
        .collect()
}

fn strip(names: &[&str], notes: &[&str]) -> Strip {
    Strip {
        rows: names.iter().map(|name| ((*name).to_owned(), images(10))).collect(),
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
    }
}

/// Errors as they are met: many small ones and a long tail.
fn errors(count: u32, scale: f64) -> Vec<f64> {
    let noise = |index: u32| (f64::from(index) * 0.618_034).fract() + (f64::from(index) * 0.414_214).fract() - 1.0;
    (0..count).map(|index| scale * (0.9 * noise(index) + 0.4 * noise(index.wrapping_mul(7) + 3)).exp()).collect()
}

fn history(scale: f64, kl: f64, epochs: u32) -> Vec<Epoch> {
    let losses = |reconstruction: f64, kl: f64| Losses {
        loss: reconstruction + kl,
        reconstruction: Some(reconstruction),
        kl: (kl > 0.0).then_some(kl),
    };
    let epoch = |epoch: f64| Epoch {
        train: losses(scale * (8.0 + 6.0 / epoch), kl - 0.3 * kl / epoch),
        test: Some(losses(scale * (7.9 + 4.0 / epoch), kl - 0.3 * kl / epoch)),
        seconds: 0.48,
    };
    (1..=epochs).map(|number| epoch(f64::from(number))).collect()
}

fn between() -> Vec<Interpolation> {
    let steps = |row: f64| (0..=10).map(|step| image(28, row + 0.2 * f64::from(step))).collect();
    (0..4)
        .map(f64::from)
        .map(|row| Interpolation { from: image(28, row), steps: steps(row), to: image(28, row + 2.0) })
        .collect()
}

fn moved() -> Traversals {
    let values: Vec<f64> = (-6..=6).map(|step| f64::from(step) / 2.0).collect();
    let row = |unit: usize| Traversal {
        name: format!("z{unit}"),
        note: format!("KL {:.2} nats", 2.0 / unit as f64),
        images: values.iter().map(|value| image(28, value / unit as f64)).collect(),
    };
    Traversals { rows: (1..=5).map(row).collect(), values, note: String::new() }
}

fn plane() -> Plane {
    let axis = [-2.05, -1.4, -1.1, -0.84, -0.67, -0.43, -0.25, -0.08, 0.08, 0.25, 0.43, 0.67, 0.84, 1.1, 1.4, 2.05];
    let rows: Vec<f64> = axis.iter().rev().copied().collect();
    let codes = rows.iter().flat_map(|y: &f64| axis.iter().map(move |x| (*x, *y)));
    let images = codes.map(|(x, y)| image(28, y.atan2(x))).collect();
    Plane { columns: axis.to_vec(), rows, images, note: "The coordinates are quantiles of the prior.".into() }
}

/// A report of a model of images with every part.
pub(crate) fn full() -> TrainingReport {
    let unit = |index: i32| f64::from(index).mul_add(-0.35, 1.2).exp();
    TrainingReport {
        model: "Variational <auto>encoder".into(),
        data: "blobs & \"rings\"".into(),
        description: "A small model of blobs.".into(),
        settings: vec![("latent".into(), "20".into()), ("data".into(), "<script>alert(1)</script>".into())],
        layers: vec![Layer { name: "encoder.0 Linear".into(), output: "(batch, 60)".into(), parameters: 8700 }],
        shape: Some(Shape { widths: vec![784, 60, 20, 60, 784], code: 2 }),
        unit: "nats per image".into(),
        history: history(10.0, 25.0, 10),
        seconds: 4.8,
        metrics: vec![
            Metric { published: Some((105.6, "a paper".into())), ..Metric::new("test loss", 105.4217) },
            Metric { baseline: Some(18.41), ..Metric::new("test squared error", 11.87) },
        ],
        baseline: Some(Baseline { name: "PCA, 20 components".into(), reconstruction: Some(90.0) }),
        reconstructions: Some(strip(&["original", "this model", "PCA, 20 components"], &[])),
        errors: Some(Errors {
            measure: "squared error per image".into(),
            test: errors(10_000, 10.0),
            train: errors(20_000, 8.0),
            threshold: Some((24.0, "threshold for 2 %".into())),
        }),
        best: Some(strip(
            &["original", "this model"],
            &["1.1", "1.2", "1.3", "1.4", "1.5", "1.5", "1.6", "1.6", "1.7", "1.7"],
        )),
        worst: Some(strip(
            &["original", "this model"],
            &["9.1", "8.7", "8.5", "8.1", "7.9", "7.8", "7.7", "7.6", "7.5", "7.4"],
        )),
        denoising: Some(strip(&["clean", "noisy", "denoised"], &[])),
        samples: Some(images(64)),
        interpolations: between(),
        traversals: Some(moved()),
        plane: Some(plane()),
        codes: Some(codes(10)),
        filters: Some(Filters::FirstLayer(filters(64))),
        spectrum: Some((0..50).map(|index| 0.08 * unit(index)).collect()),
        latent_units: Some(LatentUnits {
            kl: (0..20).map(unit).collect(),
            variance_of_mean: (0..20).map(|index| (unit(index) * 0.3).min(0.97)).collect(),
            warning: "Posterior collapse: six of 20 units carry next to nothing. <Lower β> or use fewer units.".into(),
        }),
        sparsity: Some(Sparsity {
            active: (0..64).map(|index| (0.5 * unit(index / 3)).min(1.0)).collect(),
            mean_activation: (0..64).map(|index| (0.2 * unit(index / 3)).min(1.0)).collect(),
            target: Some(0.05),
            criterion: "its activation is above 0.1".into(),
        }),
        run: Run {
            command: "diabolo train vae --data 'my data'".into(),
            resume: Some("diabolo train vae --resume runs/vae --epochs 20".into()),
            seed: 7,
            versions: vec![("diabolo".into(), "0.1.0".into())],
        },
        ..TrainingReport::default()
    }
}

fn codes(classes: u32) -> Codes {
    let noise = |index: u32| (f64::from(index) * 0.618_034).fract() + (f64::from(index) * 0.414_214).fract() - 1.0;
    let point = |index: u32| {
        let angle = f64::from(index % classes) * 2.4;
        let radius = f64::from(index % classes).sqrt();
        [radius * angle.cos() + 0.8 * noise(index), radius * angle.sin() + 0.8 * noise(index * 3 + 1)]
    };
    Codes {
        points: (0..5000).map(point).collect(),
        classes: (0..5000).map(|index| (index % classes) as usize).collect(),
        class_names: Vec::new(),
        dimensions: 20,
        shares: Some([0.61, 0.22]),
    }
}

/// A report of a model of a table, with names that a page has to escape.
pub(crate) fn table() -> TrainingReport {
    let names = ["fixed acidity", "alcohol", "<b>residual</b> sugar", "free sulfur dioxide of the second measurement"];
    let columns: Vec<String> = (0..48)
        .map(|index| format!("{}{}", names[index % 4], if index < 4 { String::new() } else { format!(" {index}") }))
        .collect();
    let wave = |row: usize, column: usize| ((row * 7 + column * 3) as f64).sin();
    let worst = |row: usize| WorstRow {
        row: 31 * row + 5,
        error: 40.0 / (row + 1) as f64,
        cells: (0..3)
            .map(|part| Cell {
                column: (row + part) % 4,
                original: 10.0 * wave(row, part),
                reconstruction: wave(part, row),
            })
            .collect(),
    };
    TrainingReport {
        model: "Sparse autoencoder".into(),
        data: "wine.csv".into(),
        description: "Trained for 40 epochs on 5000 rows, tested on 1497 more.".into(),
        unit: "squared error per row".into(),
        history: history(0.1, 0.0, 40),
        metrics: vec![Metric::new("test squared error", 0.81)],
        errors: Some(Errors {
            measure: "squared error per row".into(),
            test: errors(1497, 0.1).into_iter().map(|error| error * error * 40.0).collect(),
            ..Errors::default()
        }),
        table: Some(TableData {
            column_errors: (0..48).map(|column| ColumnError { error: 0.4, deviation: 1.0 + column as f64 }).collect(),
            worst: (0..12).map(worst).collect(),
            samples: (0..8)
                .map(|row| {
                    (0..48).map(|column| 10_f64.powi((column % 4) as i32 - 1) * (2.0 + wave(row, column))).collect()
                })
                .collect(),
            columns: columns.clone(),
        }),
        filters: Some(Filters::ComponentWeights(Weights {
            rows: (0..10).map(|row| (0..48).map(|column| wave(row, column) / (1 + row) as f64).collect()).collect(),
            columns,
        })),
        spectrum: Some((1..=11).map(|rank| 0.32 / f64::from(rank)).collect()),
        codes: Some(codes(25)),
        ..TrainingReport::default()
    }
}

/// A report of large colour images.
pub(crate) fn colours(side: usize) -> TrainingReport {
    let image = |phase: f64| {
        let channels = [0.0, 2.0, 4.0].map(|turn| blob(side, phase + turn));
        let mut values: Vec<f64> =
            (0..side * side).flat_map(|pixel| [0, 1, 2].map(|channel| channels[channel][pixel])).collect();
        // Noise, so that nothing is easier to pack than photographs are.
        for (index, value) in values.iter_mut().enumerate() {
            *value += 0.1 * (index as f64 * 12.9898 + phase).sin() * (index as f64 * 0.618_034).fract();
        }
        Image::from_unit(&values, side, side)
    };
    let row = |count: u32| (0..count).map(f64::from).map(image).collect::<Vec<_>>();
    let weights: Vec<f64> = blob(side, 1.0).into_iter().flat_map(|value| [value, -value, 0.0]).collect();
    let axis: Vec<f64> = (0..12).map(f64::from).collect();
    TrainingReport {
        model: "Deep autoencoder".into(),
        data: "photographs".into(),
        reconstructions: Some(Strip {
            rows: vec![("original".into(), row(10)), ("this model".into(), row(10))],
            notes: vec![],
        }),
        samples: Some(row(32)),
        plane: Some(Plane { rows: axis.clone(), columns: axis, images: row(144), note: String::new() }),
        filters: Some(Filters::FirstLayer(vec![Image::signed(&weights, side, side, signed_limit(weights.iter())); 16])),
        ..TrainingReport::default()
    }
}

/// Four runs of which two share a unit.
pub(crate) fn compared() -> ComparisonReport {
    let lower = |name: &str, value: f64, unit: &str| Metric {
        better: Some(Better::Lower),
        unit: unit.into(),
        ..Metric::new(name, value)
    };
    let run = |name: &str, latent: &str, scale: f64, kl: f64| ComparedRun {
        name: name.into(),
        model: if kl > 0.0 { "Variational autoencoder" } else { "Deep autoencoder" }.into(),
        data: "MNIST".into(),
        settings: vec![
            ("latent".into(), latent.into()),
            ("seed".into(), "0".into()),
            ("likelihood".into(), if kl > 0.0 { "bernoulli" } else { "squared" }.into()),
        ],
        parameters: 1_149_604,
        unit: if kl > 0.0 { "nats per image" } else { "squared error per image" }.into(),
        history: history(scale, kl, 20),
        seconds: 20.0 * scale,
        metrics: vec![
            lower("test squared error", 4.2 * scale, "per image"),
            lower("test loss", 10.0 * scale + kl, if kl > 0.0 { "nats" } else { "per image" }),
            Metric { better: Some(Better::Higher), ..Metric::new("PSNR of denoised images", 18.0 - scale) },
        ],
        originals: images(10),
        reconstructions: images(10),
        samples: if kl > 0.0 { images(16) } else { vec![] },
        kl: if kl > 0.0 { (0..20).map(|unit| kl * 0.1 / f64::from(unit + 1)).collect() } else { vec![] },
    };
    ComparisonReport {
        runs: vec![
            run("vae-mnist-20261121-101500", "20", 8.0, 25.0),
            run("vae-mnist-20261121-113012 <β = 4>", "20", 9.5, 12.0),
            run("deep", "30", 1.0, 0.0),
            run("linear-mnist", "30", 3.2, 0.0),
        ],
    }
}
