use super::traversal::coordinate;
use crate::grid::seamless;
use crate::html::{Block, ImagePlane};
use crate::{Image, Picture};

/// Images along a side of the plane.
const SIDE: usize = 24;

/// The width in pixels at which a plane is large enough; small images are enlarged by the smallest factor that reaches
/// it.
const WIDE: usize = 720;

/// The width beyond which a plane would not fit the page; large images are reduced to it.
const WIDEST: usize = 1000;

/// Along a side so many coordinates are written at most.
const LABELS: usize = 12;

/// Images decoded from a lattice of codes with two dimensions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// The first number of the code for each column, from left to right.
    pub columns: Vec<f64>,
    /// The second number of the code for each row, from top to bottom: the largest first, as in a figure.
    pub rows: Vec<f64>,
    /// The images, row by row; as many as rows × columns.
    pub images: Vec<Image>,
    /// How the coordinates were chosen: “Quantiles of the prior, from 2 % to 98 %.” May be empty.
    pub note: String,
}

impl Plane {
    /// Every how many columns, and rows, one is shown, so that no more than 24 are.
    fn strides(&self) -> [usize; 2] {
        [self.columns.len(), self.rows.len()].map(|length| length.div_ceil(SIDE).max(1))
    }

    /// All images as one picture without separators, as a plane has no seams; `None` if there are fewer than it needs.
    pub(super) fn picture(&self) -> Option<Picture> {
        let (width, height) = (self.columns.len(), self.rows.len());
        if width == 0 || self.images.is_empty() || self.images.len() != width * height {
            return None;
        }
        let [across, down] = self.strides();
        let rows = self.images.chunks_exact(width).step_by(down);
        let columns = width.div_ceil(across);
        let most = WIDEST / columns;
        let images: Vec<Image> =
            rows.flat_map(|row| row.iter().step_by(across)).map(|image| image.within(most)).collect();
        let widest = images.iter().map(Image::width).max().unwrap_or(1).max(1);
        Some(seamless(&images, columns, WIDE.div_ceil(columns * widest).min(6)))
    }

    pub(super) fn block(&self) -> Option<Block> {
        let picture = self.picture()?;
        let [across, down] = self.strides();
        let plane = ImagePlane {
            picture,
            x: "z₁".to_owned(),
            columns: labels(self.columns.iter().step_by(across)),
            y: "z₂".to_owned(),
            rows: labels(self.rows.iter().step_by(down)),
        };
        let what = "Each image is decoded from the code at its place.";
        let caption = if self.note.is_empty() { what.to_owned() } else { format!("{what} {}", self.note) };
        Some(Block::Plane { plane, caption })
    }
}

/// Coordinates in words, of which so many are left out that the others have room.
fn labels<'a>(values: impl ExactSizeIterator<Item = &'a f64>) -> Vec<String> {
    let every = values.len().div_ceil(LABELS).max(1);
    let written = |(index, value): (usize, &f64)| if index % every == 0 { coordinate(*value) } else { String::new() };
    values.enumerate().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(side: usize) -> Plane {
        let axis: Vec<f64> = (0..side).map(|index| index as f64).collect();
        let images = (0..side * side).map(|index| Image::new(4, 4, 1, vec![(index % 256) as u8; 16])).collect();
        Plane { columns: axis.clone(), rows: axis, images, note: String::new() }
    }

    #[test]
    fn a_plane_is_large_and_has_no_seams() {
        let picture = plane(15).picture().unwrap();
        assert_eq!((picture.width(), picture.height()), (15 * 4 * 6, 15 * 4 * 6));
        assert!(matches!(plane(15).block(), Some(Block::Plane { plane, .. }) if plane.columns.len() == 15));
    }

    #[test]
    fn a_plane_that_is_too_fine_is_thinned() {
        let Some(Block::Plane { plane, .. }) = plane(60).block() else { panic!("there is a plane") };
        assert_eq!((plane.columns.len(), plane.rows.len()), (20, 20));
        assert_eq!(plane.columns[..4], ["0", "", "6", ""]);
    }

    #[test]
    fn a_plane_with_missing_images_is_left_out() {
        let mut broken = plane(3);
        broken.images.pop();
        assert!(broken.block().is_none());
        assert!(Plane::default().block().is_none());
    }
}
