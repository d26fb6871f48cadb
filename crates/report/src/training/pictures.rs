//! The image grids of a report.

use super::Strip;
use crate::html::{Block, ImageRow, fitted, scale_for};
use crate::{Image, Picture, grid};

/// A strip as labelled rows, if it has any image.
pub(super) fn strip(strip: Option<&Strip>, caption: &str) -> Option<Block> {
    let strip = strip?;
    let rows = strip_rows(strip);
    (!rows.is_empty()).then(|| Block::Images { rows, notes: strip.notes.clone(), caption: caption.to_owned() })
}

/// One picture per row, all at the same scale.
fn strip_rows(strip: &Strip) -> Vec<ImageRow> {
    let filled = || strip.rows.iter().filter(|(_, images)| !images.is_empty());
    let columns = filled().map(|(_, images)| images.len()).max().unwrap_or(1);
    let width = filled().flat_map(|(_, images)| images).map(Image::width).max().unwrap_or(1);
    let scale = scale_for(columns, width);
    filled()
        .map(|(label, images)| ImageRow { label: label.clone(), picture: grid(images, images.len(), scale) })
        .collect()
}

/// The mean image above the components.
pub(super) fn components(mean: &Image, components: &[Image]) -> Block {
    let mut rows = vec![ImageRow { label: "mean".to_owned(), picture: mean_picture(mean, components.len()) }];
    if !components.is_empty() {
        rows.push(ImageRow { label: "components".to_owned(), picture: gallery(components) });
    }
    let caption = "An image is the mean plus a weighted sum of the components. Red raises a pixel, blue lowers it, and \
                   clear leaves it as it is. Components stand in the order of the variance they explain.";
    Block::Images { rows, notes: Vec::new(), caption: caption.to_owned() }
}

/// The mean at the scale of the components.
pub(super) fn mean_picture(mean: &Image, components: usize) -> Picture {
    grid(std::slice::from_ref(mean), 1, scale_for(columns_for(components.max(1)), mean.width()))
}

/// Many images of equal standing.
pub(super) fn gallery(images: &[Image]) -> Picture {
    fitted(images, columns_for(images.len()))
}

/// The number of columns that fills the last row best: 10 to 12 for a few images, up to 16 for many.
fn columns_for(images: usize) -> usize {
    if images <= 10 {
        return images.max(1);
    }
    let most = if images <= 40 { 12 } else { 16 };
    (10..=most).max_by_key(|&columns| ((images - 1) % columns + 1) * 100 / columns).unwrap_or(10)
}

/// All rows of a strip in one picture; rows that are too short are filled up with empty cells.
pub(super) fn whole_strip(strip: &Strip) -> Option<Picture> {
    let columns = strip.rows.iter().map(|(_, images)| images.len()).max().filter(|&columns| columns > 0)?;
    let blank = Image::new(0, 0, 1, Vec::new());
    let filled = |images: &[Image]| -> Vec<Image> {
        images.iter().cloned().chain(std::iter::repeat_n(blank.clone(), columns - images.len())).collect()
    };
    let images: Vec<Image> = strip.rows.iter().flat_map(|(_, images)| filled(images)).collect();
    Some(fitted(&images, columns))
}
