use std::path::{Path, PathBuf};

use super::pictures::{gallery, mean_picture, whole_strip};
use super::{
    Codes, Errors, Filters, LatentUnits, Plane, Sparsity, Strip, TableData, TrainingReport, Traversals, interpolation,
};
use crate::plot::Figure;
use crate::{Error, Image, Picture, write_atomic};

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
        let drawings = self.drawings().into_iter().filter_map(|(name, figure)| Some(drawing(name, &figure?)));
        let pictures = self.pictures().into_iter().filter_map(|(name, image)| Some(picture(name, &image?)));
        pictures.chain(drawings).collect()
    }

    fn pictures(&self) -> Vec<(&str, Option<Picture>)> {
        let whole = |strip: Option<&Strip>| strip.and_then(whole_strip);
        let filled = |images: &[Image]| (!images.is_empty()).then(|| gallery(images));
        let (mean, tiles) = match &self.filters {
            Some(Filters::FirstLayer(units)) => (None, ("filters", filled(units))),
            Some(Filters::Components { mean, components }) => {
                (Some(mean_picture(mean, components.len())), ("components", filled(components)))
            }
            _ => (None, ("filters", None)),
        };
        vec![
            ("reconstructions", whole(self.reconstructions.as_ref())),
            ("denoising", whole(self.denoising.as_ref())),
            ("best", whole(self.best.as_ref())),
            ("worst", whole(self.worst.as_ref())),
            ("samples", self.samples.as_deref().and_then(filled)),
            ("interpolations", whole(interpolation::strip(&self.interpolations).as_ref())),
            ("traversals", whole(self.traversals.as_ref().and_then(Traversals::strip).as_ref())),
            ("plane", self.plane.as_ref().and_then(Plane::picture)),
            ("mean", mean),
            tiles,
        ]
    }

    fn drawings(&self) -> Vec<(&str, Option<Figure>)> {
        let latent = self.latent_units.as_ref();
        let sparsity = self.sparsity.as_ref();
        vec![
            ("errors", self.errors.as_ref().and_then(Errors::figure)),
            ("column-errors", self.table.as_ref().and_then(TableData::column_figure)),
            ("loss", self.loss_figure()),
            ("reconstruction", self.reconstruction_figure()),
            ("kl", self.kl_figure()),
            ("kl-per-unit", latent.and_then(LatentUnits::kl_figure)),
            ("variance-of-means", latent.and_then(LatentUnits::variance_figure)),
            ("active-units", sparsity.and_then(Sparsity::active_figure)),
            ("mean-activation", sparsity.and_then(Sparsity::activation_figure)),
            ("codes", self.codes.as_ref().and_then(Codes::figure)),
            ("weights", self.weights_figure().map(|(figure, _)| figure)),
            ("variance", self.shares_figure()),
            ("variance-cumulative", self.cumulative_figure()),
            ("network", self.network_figure()),
        ]
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

pub(crate) fn picture(name: &str, picture: &Picture) -> Asset {
    Asset { name: format!("{name}.png"), bytes: picture.png().to_vec() }
}

pub(crate) fn drawing(name: &str, figure: &Figure) -> Asset {
    Asset { name: format!("{name}.svg"), bytes: figure.to_svg().into_bytes() }
}
