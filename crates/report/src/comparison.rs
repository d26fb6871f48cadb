//! Several runs side by side, as plain data.

mod curves;
mod images;
mod tables;

use std::path::Path;

use crate::html::{Block, Card, Page, Section};
use crate::{Epoch, Error, Image, Metric, count, write_atomic};

/// Everything that a comparison of runs shows.
///
/// All parts are plain data; what is empty leaves no trace on the page. Images are reduced to what fits the page, and
/// those of the first runs are shown: 24 reconstructions each of 15 runs and 24 samples each of 16, so that a page
/// of digits stays below a megabyte.
///
/// ```
/// use diabolo_report::{Better, ComparedRun, ComparisonReport, Metric};
/// let run = |name: &str, error: f64| ComparedRun {
///     name: name.into(),
///     data: "MNIST".into(),
///     metrics: vec![Metric { better: Some(Better::Lower), ..Metric::new("test squared error", error) }],
///     ..ComparedRun::default()
/// };
/// let report = ComparisonReport { runs: vec![run("pca", 13.9), run("deep", 4.2)] };
/// assert!(report.render().contains("<title>2 runs compared</title>"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ComparisonReport {
    /// The runs, in the order in which they are to stand.
    pub runs: Vec<ComparedRun>,
}

/// What is compared of a run.
#[derive(Clone, Debug, Default)]
pub struct ComparedRun {
    /// The name it goes by on the page: that of its folder, say.
    pub name: String,
    /// The model in words: “Variational autoencoder”.
    pub model: String,
    /// The name of the data: “MNIST”. Measures are ranked only if all runs have the same.
    pub data: String,
    /// Settings with their values, in the order of the configuration file.
    pub settings: Vec<(String, String)>,
    /// How many numbers the model has learned.
    pub parameters: usize,
    /// The unit of losses. Only curves of the same unit are drawn into one figure.
    pub unit: String,
    /// The epochs in order; empty for models that are solved, not trained.
    pub history: Vec<Epoch>,
    /// Seconds spent on training steps.
    pub seconds: f64,
    /// Final figures; those of the same name and unit are compared, and the best is marked where one is
    /// [better](Metric::better).
    pub metrics: Vec<Metric>,
    /// The test images that were reconstructed; runs with the same ones are shown below each other.
    pub originals: Vec<Image>,
    /// Their reconstructions, in the same order.
    pub reconstructions: Vec<Image>,
    /// What the decoder makes of codes drawn from the prior.
    pub samples: Vec<Image>,
    /// KL divergence of each latent unit from the prior, in nats.
    pub kl: Vec<f64>,
}

impl ComparisonReport {
    /// The comparison as the text of one HTML file that needs no other file.
    #[must_use]
    pub fn render(&self) -> String {
        let names: Vec<&str> = self.runs.iter().map(|run| run.name.as_str()).collect();
        Page {
            title: format!("{} runs compared", count(self.runs.len())),
            subtitle: names.join(", "),
            cards: self.cards(),
            sections: vec![
                self.results(),
                self.curves(),
                self.reconstructions(),
                self.samples(),
                self.kl_per_unit(),
                self.settings(),
            ],
            footer: "Written by Diabolo. The page needs no network and no other file.".to_owned(),
        }
        .render()
    }

    /// Writes the page to a file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Folder`] or [`Error::Write`], naming what could not be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        write_atomic(path, self.render().as_bytes())
    }

    /// The best run by each measure that ranks all of them; the first three.
    fn cards(&self) -> Vec<Card> {
        let card = |measure: &tables::Measure<'_>| {
            let best = measure.best?;
            Some(Card {
                label: format!("best {}", measure.label()),
                value: crate::number::measured(measure.values[best]?),
                note: self.runs[best].name.clone(),
            })
        };
        self.measures().iter().filter_map(card).take(3).collect()
    }

    fn results(&self) -> Section {
        let mut intro =
            "Measured on the test set unless a row says otherwise; the best of a row is in bold.".to_owned();
        if !self.same_data() {
            intro = "The runs were trained on different data, so no value is marked as the best.".to_owned();
        }
        Section::new("Results", intro, self.result_table().map(Block::Table).into_iter().collect())
    }

    fn settings(&self) -> Section {
        let intro = "Settings that all runs share are left out.";
        Section::new("Settings that differ", intro, self.setting_table().map(Block::Table).into_iter().collect())
    }

    /// Whether the measures of all runs can be compared.
    fn same_data(&self) -> bool {
        self.runs.windows(2).all(|pair| pair[0].data == pair[1].data)
    }
}
