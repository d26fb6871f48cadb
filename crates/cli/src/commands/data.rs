//! `diabolo data`

use diabolo_data::{Dataset, Split};
use diabolo_models::config::ModelKind;
use diabolo_models::{Config, measure};
use diabolo_report::Image;
use serde_json::json;

use super::with_threads;
use crate::arguments::Data;
use crate::export::Format;
use crate::failure::Failure;
use crate::figures::View;
use crate::{events, export, interrupt, output, source};

/// Samples of each class in the grid.
const OF_EACH: usize = 10;

pub(crate) fn run(arguments: &Data) -> Result<(), Failure> {
    if let Some(path) = arguments.out.as_deref().filter(|path| Format::of(path).ok() != Some(Format::Png)) {
        return Err(Failure::usage(format!(
            "{}: the grid of samples is an image, so the file must end in .png",
            path.display()
        )));
    }
    let config = Config { seed: arguments.seed, ..Config::new(ModelKind::Pca) };
    let config = source::instead(&config, &arguments.source);
    let split = with_threads(None, || source::load(&config, arguments.talk))??;
    if let Some(path) = &arguments.out {
        let (images, columns) = by_class(&split.train);
        // To the end of the program: whoever presses Ctrl-C from here on must not be told that nothing was written.
        std::mem::forget(interrupt::patiently());
        export::write_images(path, &images, columns)?;
    }
    report(arguments, &source::name(&config), &split);
    Ok(())
}

fn report(arguments: &Data, name: &str, split: &Split) {
    let shape = split.train.shape();
    let summaries = [("train", &split.train), ("test", &split.test)].map(|(part, data)| (part, Summary::of(data)));
    let written = arguments.out.as_ref().map(|path| path.display().to_string());
    if arguments.talk.json {
        let [train, test] = summaries.map(|(_, summary)| summary.json());
        let shape = json!([shape.height, shape.width, shape.channels]);
        events::result(
            &json!({ "event": "done", "name": name, "shape": shape, "train": train, "test": test, "file": written }),
        );
        return;
    }
    output::line(&format!("{name}: {}", split.train.schema().in_words()));
    let rows: Vec<Vec<String>> = summaries.iter().map(|(part, summary)| summary.row(part)).collect();
    output::line(&output::table(&["part", "samples", "min", "max", "mean", "samples of each class"], &rows));
    if let Some(path) = written {
        output::line(&format!("written: {path}"));
    }
}

/// What a dataset holds, in numbers.
struct Summary {
    samples: usize,
    min: f64,
    max: f64,
    mean: f64,
    classes: Vec<usize>,
}

impl Summary {
    fn of(data: &Dataset) -> Self {
        let numbers = || (0..data.values().len()).map(|i| data.values().get(i));
        let sum: f64 = numbers().sum();
        let mut classes = vec![0; data.classes()];
        data.labels().into_iter().flatten().for_each(|&label| classes[label as usize] += 1);
        Self {
            samples: data.len(),
            min: numbers().fold(f64::INFINITY, f64::min),
            max: numbers().fold(f64::NEG_INFINITY, f64::max),
            mean: sum / data.values().len().max(1) as f64,
            classes,
        }
    }

    fn row(&self, part: &str) -> Vec<String> {
        let classes: Vec<String> = self.classes.iter().map(ToString::to_string).collect();
        let number = |value: f64| format!("{value:.4}");
        vec![
            part.to_owned(),
            self.samples.to_string(),
            number(self.min),
            number(self.max),
            number(self.mean),
            classes.join(" "),
        ]
    }

    fn json(&self) -> serde_json::Value {
        json!({ "samples": self.samples, "min": self.min, "max": self.max, "mean": self.mean, "classes": self.classes })
    }
}

/// The first samples of each class, a row a class; without classes the first samples.
fn by_class(data: &Dataset) -> (Vec<Image>, usize) {
    let of_class = |class: usize| {
        (0..data.len() as u32).filter(move |&i| data.label(i as usize) == Some(class as u32)).take(OF_EACH)
    };
    let mut chosen: Vec<u32> = (0..data.classes()).flat_map(of_class).collect();
    if chosen.is_empty() {
        chosen = (0..data.len().min(OF_EACH * OF_EACH) as u32).collect();
    }
    (View::of(data).images(measure::rows::<f32>(data, &chosen).view()), OF_EACH)
}
