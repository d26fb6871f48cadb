//! The report of a training run, as plain data.

mod codes;
mod errors;
pub(crate) mod figures;
pub(crate) mod files;
mod filters;
mod history;
mod interpolation;
mod latent;
pub(crate) mod pictures;
mod plane;
mod sections;
mod sparsity;
mod table;
mod traversal;

use crate::Image;

pub use codes::Codes;
pub use errors::Errors;
pub use files::Asset;
pub use filters::{Filters, Weights};
pub use interpolation::Interpolation;
pub use latent::LatentUnits;
pub use plane::Plane;
pub use sparsity::Sparsity;
pub use table::{Cell, ColumnError, TableData, WorstRow};
pub use traversal::{Traversal, Traversals};

/// Everything a report of a training run shows.
///
/// All parts are plain data, and what is empty or `None` leaves no trace on the page. [`TrainingReport::render`] makes
/// the page, [`TrainingReport::images`] the same figures as files of their own, [`TrainingReport::write`] both.
///
/// A page of digits has half a megabyte, one of large and noisy colour photographs in every part seven. To keep it so,
/// images are reduced to what fits the page, and of longer lists the first are shown: 144 samples, filters or
/// components, 24 columns and 16 rows of a strip, 16 traversals, 12 interpolations, 30 columns and 20 rows of a table.
/// Larger planes and more codes are thinned evenly, to 24 × 24 images and 3000 points.
///
/// ```
/// use diabolo_report::{Epoch, Losses, Metric, TrainingReport};
/// let report = TrainingReport {
///     model: "Linear autoencoder".into(),
///     data: "MNIST".into(),
///     unit: "squared error per image".into(),
///     history: vec![Epoch {
///         train: Losses::of_reconstruction(21.4),
///         test: Some(Losses::of_reconstruction(14.2)),
///         seconds: 0.4,
///     }],
///     metrics: vec![Metric::new("test reconstruction", 14.2)],
///     ..TrainingReport::default()
/// };
/// assert!(report.render().contains("<title>Linear autoencoder on MNIST</title>"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TrainingReport {
    /// The model in words: “Variational autoencoder”.
    pub model: String,
    /// The name of the data: “MNIST”.
    pub data: String,
    /// One sentence on what was trained on what.
    pub description: String,
    /// Settings with their values, in the order of the configuration file.
    pub settings: Vec<(String, String)>,
    /// The layers from input to output.
    pub layers: Vec<Layer>,
    /// The widths of the network, for its drawing.
    pub shape: Option<Shape>,
    /// The unit of losses: “nats per image”, “squared error per image”.
    pub unit: String,
    /// The epochs in order, the first being epoch 1. Empty for models that are solved, not trained.
    pub history: Vec<Epoch>,
    /// Seconds spent on training steps, over all epochs.
    pub seconds: f64,
    /// Final figures; the first three stand at the top of the page.
    pub metrics: Vec<Metric>,
    /// The model to compare with.
    pub baseline: Option<Baseline>,
    /// Typical test images above their reconstructions, by the model and by the baseline.
    pub reconstructions: Option<Strip>,
    /// The errors of single samples.
    pub errors: Option<Errors>,
    /// The test images that are reconstructed best, with their errors as notes.
    pub best: Option<Strip>,
    /// The test images that are reconstructed worst, with their errors as notes.
    pub worst: Option<Strip>,
    /// What is shown of data that are no images.
    pub table: Option<TableData>,
    /// Clean, noisy and denoised images.
    pub denoising: Option<Strip>,
    /// What the decoder makes of codes drawn from the prior.
    pub samples: Option<Vec<Image>>,
    /// What lies between pairs of test images.
    pub interpolations: Vec<Interpolation>,
    /// What single units of the code change.
    pub traversals: Option<Traversals>,
    /// What the decoder makes of a plane of codes.
    pub plane: Option<Plane>,
    /// Codes in the plane.
    pub codes: Option<Codes>,
    /// What the first layer, or each component, looks for.
    pub filters: Option<Filters>,
    /// Each component's share of the total variance, between 0 and 1, largest first.
    pub spectrum: Option<Vec<f64>>,
    /// How many of these components the model keeps, if not all.
    pub components_kept: Option<usize>,
    /// What each unit of a variational code carries.
    pub latent_units: Option<LatentUnits>,
    /// How often the units of a sparse code are active.
    pub sparsity: Option<Sparsity>,
    /// How to make the run again.
    pub run: Run,
}

/// A line of the layer table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The layer's path and kind: “encoder.0 Linear”.
    pub name: String,
    /// The shape of its output: “(batch, 400)”.
    pub output: String,
    /// How many numbers it learns.
    pub parameters: usize,
}

/// The widths of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Units per layer, from input to output.
    pub widths: Vec<usize>,
    /// The index in `widths` of the layer that holds the code.
    pub code: usize,
}

/// What was measured in one epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// The mean over the epoch's steps, as trained.
    pub train: Losses,
    /// The mean over the test set, after the epoch.
    pub test: Option<Losses>,
    /// Seconds spent on the training steps.
    pub seconds: f64,
}

/// A loss and its parts, per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Losses {
    /// What is minimised.
    pub loss: f64,
    /// The part for the reconstruction.
    pub reconstruction: Option<f64>,
    /// The KL divergence of the codes from the prior, in nats and without the factor β.
    pub kl: Option<f64>,
}

impl Losses {
    /// A loss that is nothing but the reconstruction error.
    #[must_use]
    pub fn of_reconstruction(error: f64) -> Self {
        Self { loss: error, reconstruction: Some(error), kl: None }
    }
}

/// A final figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// What is measured: “test reconstruction”.
    pub name: String,
    /// Its unit; may be empty.
    pub unit: String,
    /// This run's value.
    pub value: f64,
    /// The baseline's value.
    pub baseline: Option<f64>,
    /// A published value and where it stands.
    pub published: Option<(f64, String)>,
    /// Which of two values is to be preferred; `None` where neither is, and for what was measured on training data.
    pub better: Option<Better>,
}

/// Which of two values of a measure is to be preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The lower: losses, errors.
    Lower,
    /// The higher: signal-to-noise ratios, explained variance.
    Higher,
}

impl Metric {
    /// A value with a name and nothing else.
    #[must_use]
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Self { name: name.into(), unit: String::new(), value, baseline: None, published: None, better: None }
    }
}

/// The model to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// Its name: “PCA, 20 components”.
    pub name: String,
    /// Its reconstruction error on the test set in the unit of the history, drawn as a line into the curve; `None`
    /// where the two cannot be compared.
    pub reconstruction: Option<f64>,
}

/// Rows of images of which each column belongs together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// A name and the images of each row.
    pub rows: Vec<(String, Vec<Image>)>,
    /// A note under each column; may be empty.
    pub notes: Vec<String>,
}

/// How to make a run again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The command that made the run.
    pub command: String,
    /// The command that continues it.
    pub resume: Option<String>,
    /// The seed of all random draws.
    pub seed: u64,
    /// Names and versions of what it ran on.
    pub versions: Vec<(String, String)>,
}
