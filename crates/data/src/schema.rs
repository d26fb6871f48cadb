//! What samples look like, where they came from, and how they are scaled: all that is needed to read more of them, and to
//! write what a model makes in the form in which its data came.

use serde::{Deserialize, Serialize};

use crate::{ImageShape, Number, Scaling};

/// Numbers that a sample can have.
pub(crate) const LARGEST_SAMPLE: usize = 1 << 30;

/// What a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A picture, whose numbers lie in lines and channels.
    Images,
    /// A row of numbers that may have names.
    Table,
}

/// The kind of file that data come from, and that more of them are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// An array of NumPy.
    Npy,
    /// Comma-separated values.
    Csv,
    /// Pictures, one a file; the built-in digits and IDX files too, whose samples people want to see.
    Images,
}

/// The description of samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// What a sample is.
    pub kind: Kind,
    /// The kind of file.
    pub file: FileKind,
    /// The type of a number in the data.
    pub number: Number,
    /// Height, width and channels; a row of d numbers counts as 1 × d × 1.
    pub shape: ImageShape,
    /// The names of the numbers of a row; empty if they have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The column that holds labels, which a model does not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The names of the classes in the order of their numbers; empty if numbers are all there is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How a model sees the numbers.
    pub scaling: Scaling,
}

impl Schema {
    /// Pictures of bytes, seen as numbers in [0, 1].
    pub fn images(shape: ImageShape) -> Self {
        let scaling = Scaling::uniform(0.0, 255.0);
        let (columns, classes) = (vec![], vec![]);
        Self {
            kind: Kind::Images,
            file: FileKind::Images,
            number: Number::U8,
            shape,
            columns,
            label: None,
            classes,
            scaling,
        }
    }

    /// Rows of numbers, seen as they are.
    pub fn table(number: Number, file: FileKind, dim: usize, columns: Vec<String>) -> Self {
        let shape = ImageShape { height: 1, width: dim, channels: 1 };
        Self { kind: Kind::Table, file, number, shape, columns, label: None, classes: vec![], scaling: Scaling::none() }
    }

    /// Numbers to a sample.
    pub fn dim(&self) -> usize {
        self.shape.len()
    }

    /// The shape of a picture, if samples are pictures.
    pub fn image_shape(&self) -> Option<ImageShape> {
        (self.kind == Kind::Images).then_some(self.shape)
    }

    /// The number that is black in pictures, and how far white is from it, if one pixel is like the other.
    pub fn black_and_range(&self) -> Option<(f64, f64)> {
        if self.number == Number::U8 { Some((0.0, 255.0)) } else { self.scaling.same_for_all() }
    }

    /// The name of column `j`, or its number counted from 1.
    pub fn column_name(&self, j: usize) -> String {
        self.columns.get(j).cloned().unwrap_or_else(|| format!("column {}", j + 1))
    }

    /// The name of class `i`, or its number.
    pub fn class_name(&self, i: u32) -> String {
        self.classes.get(i as usize).cloned().unwrap_or_else(|| i.to_string())
    }

    /// Whether the parts fit each other: what is read from a file need not.
    pub fn is_consistent(&self) -> bool {
        let dim = self.shape.checked_len().unwrap_or(0);
        (1..=LARGEST_SAMPLE).contains(&dim)
            && self.scaling.fits(dim)
            && (self.columns.is_empty() || self.columns.len() == dim)
            && (self.kind == Kind::Images || self.shape.height == 1 && self.shape.channels == 1)
    }

    /// Why samples of `other` cannot be given to a model of samples like these, if they cannot.
    pub fn refuses(&self, other: &Self) -> Option<String> {
        if self.dim() != other.dim() || self.kind == other.kind && self.shape != other.shape {
            return Some(format!("they are {} where the model was trained on {}", other.in_words(), self.in_words()));
        }
        let both_named = !self.columns.is_empty() && !other.columns.is_empty();
        let different = self.columns.iter().zip(&other.columns).position(|(a, b)| a != b).filter(|_| both_named)?;
        let [named, trained] = [other, self].map(|schema| &schema.columns[different]);
        Some(format!("their column {} is '{named}' where the model was trained on '{trained}'", different + 1))
    }

    /// `images of 28×28 pixels`, `rows of 13 numbers`.
    pub fn in_words(&self) -> String {
        let ImageShape { height, width, channels } = self.shape;
        match (self.kind, channels) {
            (Kind::Table, _) => format!("rows of {} numbers", self.dim()),
            (Kind::Images, 1) => format!("images of {height}×{width} pixels"),
            (Kind::Images, 3) => format!("images of {height}×{width} pixels in colour"),
            (Kind::Images, _) => format!("images of {height}×{width} pixels with {channels} channels"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wine() -> Schema {
        Schema::table(Number::F64, FileKind::Csv, 2, vec!["alcohol".into(), "ash".into()])
    }

    #[test]
    fn a_model_takes_what_it_was_trained_on() {
        assert_eq!(wine().refuses(&wine()), None);
        assert_eq!(wine().refuses(&Schema::table(Number::F32, FileKind::Npy, 2, vec![])), None);
        let swapped = Schema { columns: vec!["ash".into(), "alcohol".into()], ..wine() };
        assert!(wine().refuses(&swapped).unwrap().contains("'ash' where the model was trained on 'alcohol'"));
        let wide = Schema::table(Number::F64, FileKind::Csv, 3, vec![]);
        assert!(wine().refuses(&wide).unwrap().contains("rows of 3 numbers"));
    }

    #[test]
    fn what_a_file_says_may_be_inconsistent() {
        assert!(wine().is_consistent());
        let huge = ImageShape { height: usize::MAX, width: 2, channels: 3 };
        assert!(!Schema { shape: huge, ..wine() }.is_consistent());
        assert!(!Schema { columns: vec!["one".into()], ..wine() }.is_consistent());
    }
}
