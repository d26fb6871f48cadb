//! What the laboratory found about linear autoencoders and PCA, as plain data.

mod answer;
mod arrows;
mod figure;
mod files;
mod film;
mod finding;
mod plane;
mod section;
mod stills;

use std::path::{Path, PathBuf};

use crate::html::Page;
use crate::{Error, Run, write_atomic};

pub use figure::{Axis, Content, Curve, Figure, Weights};
pub use finding::{Finding, Prediction, Row};
pub use plane::{Plane, PlanePath, PlaneStep};

/// The report of the laboratory: the short answer, a table of all statements, and a section for each.
///
/// ```
/// use diabolo_report::lab::{Finding, LabReport, Prediction, Row};
/// let finding = Finding {
///     number: 1,
///     title: "The same subspace".into(),
///     rows: vec![Row { what: "largest angle".into(), predicted: Prediction::AtMost(1e-3), measured: 2e-6 }],
///     ..Finding::default()
/// };
/// let report = LabReport { data: "MNIST".into(), findings: vec![finding], ..LabReport::default() };
/// assert!(report.render().contains("Does a linear autoencoder find PCA?"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct LabReport {
    /// The name of the data: “MNIST”.
    pub data: String,
    /// n, the number of samples.
    pub samples: usize,
    /// d, the numbers in a sample.
    pub features: usize,
    /// The number of independent directions in which the data vary.
    pub rank: usize,
    /// k, the numbers in a code.
    pub latent: usize,
    /// λ₁ ≥ λ₂ ≥ …, the eigenvalues of the covariance, in any unit.
    pub eigenvalues: Vec<f64>,
    /// In order; of any of the nine statements.
    pub findings: Vec<Finding>,
    /// Settings with their values.
    pub settings: Vec<(String, String)>,
    /// How it was run.
    pub run: Run,
}

impl LabReport {
    /// The report as the text of one HTML file that needs no other file.
    #[must_use]
    pub fn render(&self) -> String {
        let findings = self.findings.iter().map(Finding::section);
        let top = [self.answer()].into_iter().chain(self.data_section());
        let sections = top.chain(findings).chain([self.setting_list(), self.run.section()]);
        Page {
            title: "Does a linear autoencoder find PCA?".to_owned(),
            subtitle: self.subtitle(),
            cards: self.cards(),
            sections: sections.collect(),
            footer: "Written by Diabolo. The page needs no network and no other file.".to_owned(),
        }
        .render()
    }

    /// Writes `report.html` and `images/` into a folder, each file whole or not at all, and returns the page's path.
    ///
    /// # Errors
    ///
    /// [`Error::Folder`] or [`Error::Write`], naming what could not be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, Error> {
        for asset in self.images() {
            write_atomic(&folder.join("images").join(asset.name), &asset.bytes)?;
        }
        let page = folder.join("report.html");
        write_atomic(&page, self.render().as_bytes())?;
        Ok(page)
    }
}
