//! The image grids of a report.

use super::Strip;
use crate::html::{Block, ImageRow, fitted, fitted_beside};
use crate::{Image, Picture};

/// Images of equal standing in a picture.
const GALLERY: usize = 144;

/// Columns and rows of a strip.
const COLUMNS: usize = 24;
const ROWS: usize = 16;

/// A strip as labelled rows, if it has any image.
pub(crate) fn strip(strip: Option<&Strip>, caption: &str) -> Option<Block> {
    let strip = strip?;
    let rows = strip_rows(strip);
    let notes = strip.notes.iter().take(COLUMNS).cloned().collect();
    (!rows.is_empty()).then(|| Block::Images { rows, notes, caption: caption.to_owned() })
}

/// The rows with images, of which the first are shown.
fn filled(strip: &Strip) -> Vec<(&str, &[Image])> {
    let rows = strip.rows.iter().filter(|(_, images)| !images.is_empty()).take(ROWS);
    rows.map(|(label, images)| (label.as_str(), &images[..images.len().min(COLUMNS)])).collect()
}

/// One picture per row, all at the same scale.
fn strip_rows(strip: &Strip) -> Vec<ImageRow> {
    let rows = filled(strip);
    let columns = rows.iter().map(|(_, images)| images.len()).max().unwrap_or(1);
    let picture = |images: &[Image]| fitted_beside(images, images.len(), columns);
    rows.into_iter().map(|(label, images)| ImageRow { label: label.to_owned(), picture: picture(images) }).collect()
}

/// The mean image above the components.
pub(super) fn components(mean: &Image, components: &[Image]) -> Block {
    let mut rows = vec![ImageRow { label: "mean".to_owned(), picture: mean_picture(mean, components.len()) }];
    if !components.is_empty() {
        rows.push(ImageRow { label: "components".to_owned(), picture: gallery(components) });
    }
    let colours = match components.first().map_or(4, Image::channels) {
        3 => "Brighter raises a pixel’s colour, darker lowers it, and middle grey leaves it as it is.",
        _ => "Red raises a pixel, blue lowers it, and clear leaves it as it is.",
    };
    let caption = format!(
        "An image is the mean plus a weighted sum of the components. {colours} Components stand in the order of the \
         variance they explain."
    );
    Block::Images { rows, notes: Vec::new(), caption }
}

/// The mean at the scale of the components.
pub(super) fn mean_picture(mean: &Image, components: usize) -> Picture {
    fitted_beside(std::slice::from_ref(mean), 1, columns_for(components.clamp(1, GALLERY)))
}

/// Many images of equal standing, of which the first are shown.
pub(crate) fn gallery(images: &[Image]) -> Picture {
    let shown = &images[..images.len().min(GALLERY)];
    fitted(shown, columns_for(shown.len()))
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
pub(crate) fn whole_strip(strip: &Strip) -> Option<Picture> {
    let rows = filled(strip);
    let columns = rows.iter().map(|(_, images)| images.len()).max()?;
    let blank = Image::new(0, 0, 1, Vec::new());
    let row = |images: &[Image]| -> Vec<Image> {
        images.iter().cloned().chain(std::iter::repeat_n(blank.clone(), columns - images.len())).collect()
    };
    let images: Vec<Image> = rows.into_iter().flat_map(|(_, images)| row(images)).collect();
    Some(fitted(&images, columns))
}
