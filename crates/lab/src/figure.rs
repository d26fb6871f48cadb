//! The data of figures, without a word on how they are drawn.

use ndarray::Array2;
use serde::{Serialize, Serializer};

/// A figure of a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// A short name, unique in its finding: `angles`, `spectrum`.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// What to see in it, in a sentence or two.
    pub caption: String,
    /// The numbers.
    pub content: Content,
}

impl Figure {
    /// Curves over an axis.
    pub fn curves(name: &'static str, title: &str, caption: &str, x: Axis, y: Axis, curves: Vec<Series>) -> Self {
        let content = Content::Curves(Curves { x, y, curves });
        Self { name, title: title.to_owned(), caption: caption.to_owned(), content }
    }

    /// Rows of directions beside each other.
    pub fn directions(name: &'static str, title: &str, caption: &str, groups: Vec<Directions>) -> Self {
        let content = Content::Directions(groups);
        Self { name, title: title.to_owned(), caption: caption.to_owned(), content }
    }
}

/// What a figure is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// Curves or marks over an axis.
    Curves(Curves),
    /// Groups of directions in the space of the data, to be drawn as images where samples are images: eigenvectors above,
    /// the decoder's columns below.
    Directions(Vec<Directions>),
    /// Arrows that move in the plane of two-dimensional data.
    Plane(Plane),
}

/// Curves with their axes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curves {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// In the order of the legend.
    pub curves: Vec<Series>,
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    /// What is drawn along it.
    pub label: &'static str,
    /// Whether it is better drawn in powers of ten. Values of 0 may still occur.
    pub logarithmic: bool,
}

impl Axis {
    /// An axis in equal steps.
    pub fn linear(label: &'static str) -> Self {
        Self { label, logarithmic: false }
    }

    /// An axis in powers of ten.
    pub fn logarithmic(label: &'static str) -> Self {
        Self { label, logarithmic: true }
    }
}

/// A named series of points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Whether the points are joined by a line; marks otherwise, as for a prediction beside a measurement.
    pub line: bool,
    /// (x, y), by rising x.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// Points joined by a line.
    pub fn line(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), line: true, points }
    }

    /// Points as marks.
    pub fn marks(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), line: false, points }
    }
}

/// A group of directions in the space of the data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Directions {
    /// What they are: `eigenvectors`, `decoder columns, no decay`.
    pub name: String,
    /// One direction a row (k × d), of any length and sign.
    #[serde(serialize_with = "as_rows")]
    pub rows: Array2<f64>,
}

impl Directions {
    /// A named group.
    pub fn new(name: impl Into<String>, rows: Array2<f64>) -> Self {
        Self { name: name.into(), rows }
    }
}

/// Two-dimensional data and two decoder columns that move in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plane {
    /// Samples (n × 2), centred.
    #[serde(serialize_with = "as_rows")]
    pub samples: Array2<f64>,
    /// Principal directions, one a row (2 × 2), each as long as the standard deviation along it.
    #[serde(serialize_with = "as_rows")]
    pub axes: Array2<f64>,
    /// One for each way to train.
    pub paths: Vec<PlanePath>,
}

/// How two decoder columns moved in training.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanePath {
    /// How it was trained: `no penalty`, `RAG`.
    pub name: String,
    /// By rising iteration.
    pub steps: Vec<PlaneStep>,
}

/// One picture of the film.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PlaneStep {
    /// Steps of descent that came before.
    pub iteration: u32,
    /// What is left of the loss: ‖X − W2W1X‖²/n, in units of the total variance.
    pub loss: f64,
    /// How far the columns are from the principal axes, see [`alignment`](crate::metrics::alignment).
    pub alignment: f64,
    /// The two columns of W2.
    pub columns: [[f64; 2]; 2],
}

fn as_rows<S: Serializer>(matrix: &Array2<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(matrix.rows().into_iter().map(|row| row.to_vec()))
}
