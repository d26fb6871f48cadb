//! Samples and their labels.

use serde::{Deserialize, Serialize};

use crate::schema::LARGEST_SAMPLE;
use crate::{Error, FileKind, Kind, Number, Scaling, ScalingMethod, Schema, Values};

/// Height, width and channels of an image; a row of pixels is stored line by line, channels together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[usize; 3]", into = "[usize; 3]")]
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
        self.checked_len().expect("an image's size fits in memory")
    }

    /// [`len`](Self::len), if it fits in a `usize`.
    pub fn checked_len(self) -> Option<usize> {
        self.height.checked_mul(self.width)?.checked_mul(self.channels)
    }

    /// Whether an image of this shape has no pixels.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl From<[usize; 3]> for ImageShape {
    fn from([height, width, channels]: [usize; 3]) -> Self {
        Self { height, width, channels }
    }
}

impl From<ImageShape> for [usize; 3] {
    fn from(shape: ImageShape) -> Self {
        [shape.height, shape.width, shape.channels]
    }
}

/// Samples of one shape, with or without labels, and the [`Schema`] that describes them.
///
/// Numbers stay as they are stored (pixels as bytes) until [`gather`](crate::gather) scales the rows of a batch.
///
/// ```
/// use diabolo_data::{Dataset, ImageShape};
///
/// let shape = ImageShape { height: 1, width: 2, channels: 1 };
/// let data = Dataset::images("pairs", vec![0, 1, 2, 3, 4, 5], Some(vec![0, 1, 0]), shape)?;
/// assert_eq!((data.len(), data.dim(), data.classes()), (3, 2, 2));
/// assert_eq!(data.bytes(1), [2, 3]);
/// assert_eq!(data.subset(&[2, 0]).bytes(0), [4, 5]);
/// # Ok::<(), diabolo_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    name: String,
    schema: Schema,
    values: Values,
    labels: Option<Vec<u32>>,
}

impl Dataset {
    /// The samples that lie one after the other in `values`.
    ///
    /// # Errors
    /// [`Error::Dataset`] if a sample has no numbers or more than 2³⁰, if `values` is not a whole number of samples or not of the schema's
    /// type, if there is not one label per sample or a class without a name, if there are 2³² samples or more, or if a
    /// number is NaN or infinite.
    pub fn new(
        name: impl Into<String>,
        schema: Schema,
        values: Values,
        labels: Option<Vec<u32>>,
    ) -> Result<Self, Error> {
        let data = Self { name: name.into(), schema, values, labels };
        match data.fault() {
            Some(reason) => Err(Error::Dataset { name: data.name, reason }),
            None => Ok(data),
        }
    }

    fn fault(&self) -> Option<String> {
        let ImageShape { height, width, channels } = self.schema.shape;
        let Some(dim) = self.schema.shape.checked_len().filter(|dim| (1..=LARGEST_SAMPLE).contains(dim)) else {
            return Some(format!("samples of {height}×{width}×{channels} numbers are impossible"));
        };
        let count = self.values.len();
        if !count.is_multiple_of(dim) {
            return Some(format!("{count} numbers are no whole number of samples of {dim} numbers"));
        }
        let n = count / dim;
        if u32::try_from(n).is_err() {
            return Some(format!("{n} samples are too many, the limit is {}", u32::MAX));
        }
        if self.values.number() != self.schema.number {
            return Some(format!("{:?} numbers are described as {:?}", self.values.number(), self.schema.number));
        }
        if let Some(labels) = self.labels.as_ref().filter(|labels| labels.len() != n) {
            return Some(format!("{n} samples come with {} labels", labels.len()));
        }
        let named = self.schema.classes.len();
        if named > 0 && self.classes() > named {
            return Some(format!("there are {named} names for {} classes", self.classes()));
        }
        let at = self.values.first_not_finite()?;
        let (value, sample, column) = (self.values.get(at), at / dim + 1, self.schema.column_name(at % dim));
        Some(format!("{column} of sample {sample} is {value}; remove or replace the value"))
    }

    /// Images as bytes, seen by models as numbers in [0, 1].
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn images(
        name: impl Into<String>,
        pixels: Vec<u8>,
        labels: Option<Vec<u8>>,
        shape: ImageShape,
    ) -> Result<Self, Error> {
        let labels = labels.map(|labels| labels.into_iter().map(u32::from).collect());
        Self::new(name, Schema::images(shape), Values::Bytes(pixels), labels)
    }

    /// Rows of `dim` numbers, seen by models as they are, with or without names for the columns.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn table(name: impl Into<String>, values: Vec<f64>, dim: usize, columns: Vec<String>) -> Result<Self, Error> {
        Self::new(name, Schema::table(Number::F64, FileKind::Csv, dim, columns), Values::Double(values), None)
    }

    /// The same data, seen by models through another scaling.
    ///
    /// # Panics
    /// If the scaling is for samples of another size.
    #[must_use]
    #[track_caller]
    pub fn with_scaling(mut self, scaling: Scaling) -> Self {
        assert!(scaling.fits(self.dim()), "a scaling of samples of {} numbers", self.dim());
        self.schema.scaling = scaling;
        self
    }

    /// The same data, scaled by what they hold.
    #[must_use]
    pub fn scaled(self, method: ScalingMethod) -> Self {
        let scaling = Scaling::fit(method, &self);
        self.with_scaling(scaling)
    }

    /// What the data are called in reports and run folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What samples look like and how they are scaled.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// All numbers as they are stored, one sample after the other.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.values.len() / self.dim()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Numbers to a sample.
    pub fn dim(&self) -> usize {
        self.schema.dim()
    }

    /// The shape of an image; a row of d numbers counts as 1 × d × 1.
    pub fn shape(&self) -> ImageShape {
        self.schema.shape
    }

    /// Whether samples are pictures.
    pub fn is_images(&self) -> bool {
        self.schema.kind == Kind::Images
    }

    /// The bytes of sample `i`.
    ///
    /// # Panics
    /// If `i` is not below [`len`](Self::len), or the numbers are not stored as bytes.
    #[inline]
    #[track_caller]
    pub fn bytes(&self, i: usize) -> &[u8] {
        let Values::Bytes(pixels) = &self.values else {
            panic!("the numbers of {} are not stored as bytes", self.name)
        };
        let dim = self.dim();
        &pixels[i * dim..][..dim]
    }

    /// The label of sample `i`, if the data have labels.
    ///
    /// # Panics
    /// If the data have labels and `i` is not below [`len`](Self::len).
    #[track_caller]
    pub fn label(&self, i: usize) -> Option<u32> {
        self.labels().map(|labels| labels[i])
    }

    /// All labels, if the data have any.
    pub fn labels(&self) -> Option<&[u32]> {
        self.labels.as_deref()
    }

    /// The largest label plus one; 0 without labels.
    pub fn classes(&self) -> usize {
        self.labels().and_then(|labels| labels.iter().max()).map_or(0, |&label| label as usize + 1)
    }

    /// A copy of the samples at `rows`, in that order.
    ///
    /// # Panics
    /// If a row is not below [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn subset(&self, rows: &[u32]) -> Self {
        let values = self.values.subset(self.dim(), rows);
        let labels = self.labels().map(|labels| rows.iter().map(|&row| labels[row as usize]).collect());
        Self { name: self.name.clone(), schema: self.schema.clone(), values, labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: ImageShape = ImageShape { height: 1, width: 2, channels: 1 };

    fn reason(pixels: Vec<u8>, labels: Option<Vec<u8>>, shape: ImageShape) -> String {
        Dataset::images("test", pixels, labels, shape).unwrap_err().to_string()
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        assert!(reason(vec![1, 2, 3], None, PAIR).contains("3 numbers are no whole number of samples of 2 numbers"));
        assert!(reason(vec![1, 2], Some(vec![]), PAIR).contains("1 samples come with 0 labels"));
        assert!(reason(vec![], None, ImageShape { height: 0, ..PAIR }).contains("impossible"));
        assert!(reason(vec![], None, ImageShape { height: usize::MAX, ..PAIR }).contains("impossible"));
    }

    #[test]
    fn a_subset_carries_pixels_and_labels_along() {
        let data = Dataset::images("test", (0..8).collect(), Some(vec![3, 1, 4, 1]), PAIR).unwrap();
        let subset = data.subset(&[3, 0, 3]);
        assert_eq!(subset.labels(), Some(&[1, 3, 1][..]));
        assert_eq!((subset.bytes(0), subset.bytes(1), subset.bytes(2)), (&[6, 7][..], &[0, 1][..], &[6, 7][..]));
        assert_eq!((data.classes(), data.label(2)), (5, Some(4)));
        assert_eq!(subset.name(), "test");
    }

    #[test]
    fn a_number_that_is_none_is_named() {
        let names = vec!["alcohol".to_owned(), "ash".to_owned()];
        let error = Dataset::table("wine", vec![1.0, 2.0, 3.0, f64::NAN], 2, names).unwrap_err().to_string();
        assert!(error.contains("wine") && error.contains("ash of sample 2 is NaN"), "{error}");
    }

    #[test]
    fn data_may_be_empty_and_unlabelled() {
        let data = Dataset::images("test", vec![], None, PAIR).unwrap();
        assert!(data.is_empty());
        assert_eq!((data.len(), data.dim(), data.classes(), data.labels()), (0, 2, 0, None));
    }
}
