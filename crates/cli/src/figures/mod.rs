//! From a trained model and its data to the plain numbers and images of a report.

use diabolo_data::Dataset;
use diabolo_kernels::Scalar;
use diabolo_models::trainer::{EpochReport, Metrics};
use diabolo_models::{Codec, LatentDimension, Pca};
use diabolo_report::{Epoch, Errors, Losses, TrainingReport};

mod codes;
mod filters;
mod strips;
mod tables;
mod view;
mod walks;

pub(crate) use codes::{latent_units, sparsity};
pub(crate) use filters::{components, first_layer};
pub(crate) use strips::{denoising, first};
pub(crate) use view::View;
pub(crate) use walks::prior_images;

/// What a model is shown on, and what was measured of it there.
#[derive(Debug)]
pub(crate) struct Subject<'a, S> {
    pub(crate) test: &'a Dataset,
    pub(crate) view: &'a View,
    /// The number of each test sample in the data, from 1.
    pub(crate) numbers: Vec<usize>,
    /// The model to show beside it, with its name.
    pub(crate) baseline: Option<(&'a str, &'a Pca<S>)>,
    /// The squared error of each test sample, and of some training samples.
    pub(crate) errors: &'a [f64],
    pub(crate) train_errors: &'a [f64],
    /// “squared error per image”
    pub(crate) unit: String,
    /// What the code's dimensions carry, if the model has a prior N(0, 1) over codes.
    pub(crate) dimensions: Option<&'a [LatentDimension]>,
    pub(crate) seed: u64,
}

/// The parts of a report that every model has: pictures for images, tables for rows.
pub(crate) fn of_codec<S: Scalar>(codec: &(impl Codec<S> + ?Sized), subject: &Subject<'_, S>) -> TrainingReport {
    let codes = codes::of_test(codec, subject.test);
    let errors = Errors {
        measure: subject.unit.clone(),
        test: subject.errors.to_vec(),
        train: subject.train_errors.to_vec(),
        threshold: None,
    };
    let report = TrainingReport {
        errors: Some(errors),
        codes: codes::in_plane(codes.view(), subject.test),
        ..TrainingReport::default()
    };
    if !subject.view.shows_pictures() {
        return TrainingReport { table: Some(tables::table(codec, subject)), ..report };
    }
    let chart = walks::Chart::of(codes.view(), subject.dimensions);
    TrainingReport {
        reconstructions: Some(strips::reconstructions(codec, subject)),
        best: Some(strips::best(codec, subject)),
        worst: Some(strips::worst(codec, subject)),
        samples: subject.dimensions.map(|_| walks::prior_images(codec, codes.ncols(), subject.seed, subject.view)),
        interpolations: walks::interpolations(codec, subject.test, subject.view),
        traversals: Some(walks::traversals(codec, &chart, subject.view)),
        plane: walks::plane(codec, codes.view(), subject.dimensions.is_some(), subject.view),
        ..report
    }
}

/// The curves.
pub(crate) fn history(history: &[EpochReport]) -> Vec<Epoch> {
    let losses = |metrics: &Metrics| {
        let known = |name: &str| metrics.means().find(|(n, _)| *n == name).map(|(_, mean)| mean);
        Losses { loss: metrics.mean("loss"), reconstruction: known("reconstruction"), kl: known("kl") }
    };
    let epoch =
        |e: &EpochReport| Epoch { train: losses(&e.train), test: Some(losses(&e.test)), seconds: e.train_seconds };
    history.iter().map(epoch).collect()
}
