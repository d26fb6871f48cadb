//! Samples and their labels.

use crate::Error;

/// Height, width and channels of an image; a row of pixels is stored line by line, channels together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageShape {
    /// Lines from top to bottom.
    pub height: usize,
    /// Pixels in a line.
    pub width: usize,
    /// Numbers to a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
}

impl ImageShape {
    /// Numbers to an image: height × width × channels.
    ///
    /// # Panics
    /// If the product does not fit in a `usize`.
    pub fn len(self) -> usize {
        [self.height, self.width, self.channels]
            .into_iter()
            .try_fold(1, usize::checked_mul)
            .expect("an image's size fits in memory")
    }

    /// Whether an image of this shape has no pixels.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Images of one shape as bytes, 0 to 255, with or without labels.
///
/// Bytes stay bytes until [`gather`](crate::gather) makes numbers in [0, 1] of the rows of a batch.
///
/// ```
/// use diabolo_data::{Dataset, ImageShape};
///
/// let shape = ImageShape { height: 1, width: 2, channels: 1 };
/// let data = Dataset::new("pairs", vec![0, 1, 2, 3, 4, 5], Some(vec![0, 1, 0]), shape)?;
/// assert_eq!((data.len(), data.dim(), data.classes()), (3, 2, 2));
/// assert_eq!(data.row(1), [2, 3]);
/// assert_eq!(data.subset(&[2, 0]).row(0), [4, 5]);
/// # Ok::<(), diabolo_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    name: String,
    pixels: Vec<u8>,
    labels: Option<Vec<u8>>,
    shape: ImageShape,
}

impl Dataset {
    /// A dataset of the images that lie one after the other in `pixels`.
    ///
    /// # Errors
    /// [`Error::Dataset`] if an image has no pixels, if `pixels` is not a whole number of images, if there is not one
    /// label per image, or if there are 2³² images or more.
    pub fn new(
        name: impl Into<String>,
        pixels: Vec<u8>,
        labels: Option<Vec<u8>>,
        shape: ImageShape,
    ) -> Result<Self, Error> {
        let name = name.into();
        let fault = |reason: String| Err(Error::Dataset { name: name.clone(), reason });
        let ImageShape { height, width, channels } = shape;
        let Some(dim) = height.checked_mul(width).and_then(|area| area.checked_mul(channels)).filter(|&dim| dim > 0)
        else {
            return fault(format!("images of {height}×{width}×{channels} pixels are impossible"));
        };
        if !pixels.len().is_multiple_of(dim) {
            return fault(format!("{} bytes are no whole number of images of {dim} bytes", pixels.len()));
        }
        let n = pixels.len() / dim;
        if u32::try_from(n).is_err() {
            return fault(format!("{n} images are too many, the limit is {}", u32::MAX));
        }
        match &labels {
            Some(labels) if labels.len() != n => fault(format!("{n} images come with {} labels", labels.len())),
            _ => Ok(Self { name, pixels, labels, shape }),
        }
    }

    /// What the data are called in reports and run folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.dim()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Numbers to a sample.
    pub fn dim(&self) -> usize {
        self.shape.len()
    }

    /// The shape of an image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The bytes of sample `i`.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len).
    #[inline]
    #[track_caller]
    pub fn row(&self, i: usize) -> &[u8] {
        let dim = self.dim();
        &self.pixels[i * dim..][..dim]
    }

    /// The label of sample `i`, if the data have labels.
    ///
    /// # Panics
    /// If the data have labels and `i` is not below [`len`](Self::len).
    #[track_caller]
    pub fn label(&self, i: usize) -> Option<u8> {
        self.labels().map(|labels| labels[i])
    }

    /// All labels, if the data have any.
    pub fn labels(&self) -> Option<&[u8]> {
        self.labels.as_deref()
    }

    /// The largest label plus one; 0 without labels.
    pub fn classes(&self) -> usize {
        self.labels().and_then(|labels| labels.iter().max()).map_or(0, |&label| usize::from(label) + 1)
    }

    /// A copy of the samples at `rows`, in that order.
    ///
    /// # Panics
    /// If a row is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn subset(&self, rows: &[u32]) -> Self {
        let mut pixels = Vec::with_capacity(rows.len() * self.dim());
        for &row in rows {
            pixels.extend_from_slice(self.row(row as usize));
        }
        let labels = self.labels().map(|labels| rows.iter().map(|&row| labels[row as usize]).collect());
        Self { name: self.name.clone(), pixels, labels, shape: self.shape }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: ImageShape = ImageShape { height: 1, width: 2, channels: 1 };

    fn reason(pixels: Vec<u8>, labels: Option<Vec<u8>>, shape: ImageShape) -> String {
        Dataset::new("test", pixels, labels, shape).unwrap_err().to_string()
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        assert!(reason(vec![1, 2, 3], None, PAIR).contains("3 bytes are no whole number of images of 2 bytes"));
        assert!(reason(vec![1, 2], Some(vec![]), PAIR).contains("1 images come with 0 labels"));
        assert!(reason(vec![], None, ImageShape { height: 0, ..PAIR }).contains("impossible"));
        assert!(reason(vec![], None, ImageShape { height: usize::MAX, ..PAIR }).contains("impossible"));
    }

    #[test]
    fn a_subset_carries_pixels_and_labels_along() {
        let data = Dataset::new("test", (0..8).collect(), Some(vec![3, 1, 4, 1]), PAIR).unwrap();
        let subset = data.subset(&[3, 0, 3]);
        assert_eq!(subset.labels(), Some(&[1, 3, 1][..]));
        assert_eq!((subset.row(0), subset.row(1), subset.row(2)), (&[6, 7][..], &[0, 1][..], &[6, 7][..]));
        assert_eq!((data.classes(), data.label(2)), (5, Some(4)));
        assert_eq!(subset.name(), "test");
    }

    #[test]
    fn data_may_be_empty_and_unlabelled() {
        let data = Dataset::new("test", vec![], None, PAIR).unwrap();
        assert!(data.is_empty());
        assert_eq!((data.len(), data.dim(), data.classes(), data.labels()), (0, 2, 0, None));
    }
}
