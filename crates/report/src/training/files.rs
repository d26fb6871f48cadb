use std::path::{Path, PathBuf};

use super::pictures::{gallery, mean_picture, whole_strip};
use super::{Filters, TrainingReport};
use crate::plot::Figure;
use crate::{Error, Picture, write_atomic};

/// A file that belongs to a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name without a folder: `samples.png`, `loss.svg`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl TrainingReport {
    /// The figures of the report as files of their own: image grids as PNG, plots as SVG.
    #[must_use]
    pub fn images(&self) -> Vec<Asset> {
        let strips =
            [("reconstructions", &self.reconstructions), ("worst", &self.worst), ("denoising", &self.denoising)];
        let mut assets: Vec<Asset> = strips
            .into_iter()
            .filter_map(|(name, strip)| Some(picture(name, &whole_strip(strip.as_ref()?)?)))
            .collect();
        if let Some(samples) = self.samples.as_ref().filter(|samples| !samples.is_empty()) {
            assets.push(picture("samples", &gallery(samples)));
        }
        match &self.filters {
            Some(Filters::FirstLayer(units)) if !units.is_empty() => {
                assets.push(picture("filters", &gallery(units)));
            }
            Some(Filters::Components { mean, components }) => {
                assets.push(picture("mean", &mean_picture(mean, components.len())));
                if !components.is_empty() {
                    assets.push(picture("components", &gallery(components)));
                }
            }
            _ => {}
        }
        let plots: [(&str, Option<Figure>); 8] = [
            ("loss", self.loss_figure()),
            ("reconstruction", self.reconstruction_figure()),
            ("kl", self.kl_figure()),
            ("kl-per-unit", self.kl_per_unit_figure()),
            ("codes", self.codes_figure()),
            ("variance", self.shares_figure()),
            ("variance-cumulative", self.cumulative_figure()),
            ("network", self.network_figure()),
        ];
        assets.extend(plots.into_iter().filter_map(|(name, figure)| {
            Some(Asset { name: format!("{name}.svg"), bytes: figure?.to_svg().into_bytes() })
        }));
        assets
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

fn picture(name: &str, picture: &Picture) -> Asset {
    Asset { name: format!("{name}.png"), bytes: picture.png().to_vec() }
}
