//! The figures of a report as files.

use super::LabReport;
use crate::training::Asset;
use crate::training::files::{drawing, picture};

impl LabReport {
    /// The figures as files of their own, named after statement and figure: image grids as PNG, plots and films as SVG.
    #[must_use]
    pub fn images(&self) -> Vec<Asset> {
        let mut assets: Vec<Asset> = self.spectrum().map(|figure| drawing("spectrum", &figure)).into_iter().collect();
        for finding in &self.findings {
            for figure in &finding.figures {
                let name = |name: &str| format!("{}-{}", finding.number, slug(name));
                assets.extend(figure.picture().map(|grid| picture(&name(&figure.name), &grid)));
                assets.extend(figure.drawings().iter().map(|(own, plot)| drawing(&name(own), plot)));
            }
        }
        assets
    }
}

/// A name that any file system takes.
fn slug(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect()
}
