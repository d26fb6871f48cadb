//! The figures of a finding: curves, directions as images or as weights, and a film in the plane.

use super::plane::Plane;
use crate::html::Block;
use crate::plot::{self, Lines, Series};
use crate::theme::SERIES;
use crate::training::pictures::strip;
use crate::training::{Strip, Weights as HeatMap};
use crate::{Image, Picture};

/// A figure of a finding.
#[derive(Clone, Debug)]
pub struct Figure {
    /// A short name, unique in its finding, for the file: `angles`.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What to see in it, in a sentence or two.
    pub caption: String,
    /// The numbers.
    pub content: Content,
}

/// What a figure is made of.
#[derive(Clone, Debug)]
pub enum Content {
    /// Curves or marks over an axis.
    Curves {
        /// The horizontal axis.
        x: Axis,
        /// The vertical axis.
        y: Axis,
        /// In the order of the legend.
        curves: Vec<Curve>,
    },
    /// Directions in the space of images, a group a row; made with [`Image::signed`].
    Images(Vec<(String, Vec<Image>)>),
    /// Directions in the space of a table, a group a figure.
    Weights(Vec<Weights>),
    /// Arrows that move in the plane of two-dimensional data.
    Plane(Plane),
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// What is drawn along it.
    pub label: String,
    /// Whether it is divided by powers of ten. Values of 0 and below are left out then.
    pub logarithmic: bool,
}

impl Axis {
    fn drawn(&self) -> plot::Axis {
        let axis = plot::Axis::new(&self.label);
        if self.logarithmic { axis.log() } else { axis }
    }
}

/// A named series of points.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name in the legend.
    pub name: String,
    /// Whether the points are joined by a line; marks otherwise.
    pub line: bool,
    /// (x, y), by rising x.
    pub points: Vec<(f64, f64)>,
}

/// Directions in the space of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// What they are: “principal directions”.
    pub name: String,
    /// The names of the columns of the table.
    pub columns: Vec<String>,
    /// For each direction one weight per column.
    pub rows: Vec<Vec<f64>>,
}

impl Figure {
    pub(super) fn blocks(&self) -> Vec<Block> {
        let caption = self.whole_caption();
        match &self.content {
            Content::Images(groups) => strip(Some(&strip_of(groups)), &caption).into_iter().collect(),
            Content::Weights(groups) => {
                let figure = |weights: &Weights| {
                    let caption = format!("{}: {caption}", upper(&weights.name));
                    Block::figure(weights.figure(), caption)
                };
                groups.iter().filter_map(figure).collect()
            }
            Content::Curves { .. } => Block::figure(self.curves(), caption).into_iter().collect(),
            Content::Plane(plane) => {
                let films = plane.films().into_iter();
                let films = films.map(|(caption, figure)| Block::Figure { figure, caption });
                let stills = Block::figure(plane.stills(), "The same in pictures, each at the step below it.");
                [Block::Text(caption)].into_iter().chain(films).chain(stills).collect()
            }
        }
    }

    /// The drawings with their names.
    pub(super) fn drawings(&self) -> Vec<(String, plot::Figure)> {
        let named = |(index, figure): (usize, plot::Figure)| (format!("{}-{}", self.name, index + 1), figure);
        match &self.content {
            Content::Images(_) => Vec::new(),
            Content::Weights(groups) => groups.iter().filter_map(Weights::figure).enumerate().map(named).collect(),
            Content::Curves { .. } => self.curves().into_iter().map(|figure| (self.name.clone(), figure)).collect(),
            Content::Plane(plane) => {
                let films = plane.films().into_iter().map(|(_, figure)| figure).enumerate().map(named);
                plane.stills().into_iter().map(|figure| (self.name.clone(), figure)).chain(films).collect()
            }
        }
    }

    /// All images in one picture.
    pub(super) fn picture(&self) -> Option<Picture> {
        let Content::Images(groups) = &self.content else { return None };
        crate::training::pictures::whole_strip(&strip_of(groups))
    }

    fn curves(&self) -> Option<plot::Figure> {
        let Content::Curves { x, y, curves } = &self.content else { return None };
        let families = families(curves);
        let many = curves.len() > SERIES;
        let series = |(curve, family): (&Curve, &Family)| {
            let series = Series::new(&curve.name, curve.points.clone());
            let series = if curve.line { series } else { series.dots() };
            let series = if many { series.class(family.colour) } else { series };
            if many && family.is_second { series.dashed() } else { series }
        };
        let plot = Lines::new(x.drawn(), y.drawn());
        let plot = curves.iter().zip(&families).map(series).fold(plot, Lines::series);
        (!curves.is_empty()).then(|| plot.figure(&self.title))
    }

    /// Title and caption as one text.
    fn whole_caption(&self) -> String {
        [&self.title, &self.caption].map(|text| sentence(text)).join(" ").trim().to_owned()
    }
}

impl Weights {
    fn figure(&self) -> Option<plot::Figure> {
        HeatMap { columns: self.columns.clone(), rows: self.rows.clone() }.figure("direction")
    }
}

/// The colour of a curve, and whether it is the second in it.
struct Family {
    colour: usize,
    is_second: bool,
}

/// Two curves whose names differ after their last comma alone have one colour: “decay, SGD” and “decay, Adam”.
fn families(curves: &[Curve]) -> Vec<Family> {
    let stem = |curve: &Curve| curve.name.rsplit_once(", ").map_or(curve.name.clone(), |(stem, _)| stem.to_owned());
    let mut stems: Vec<(String, usize)> = Vec::new();
    let family = |curve: &Curve| {
        let stem = stem(curve);
        if let Some(colour) = stems.iter().position(|(known, size)| *known == stem && *size == 1) {
            stems[colour].1 += 1;
            return Family { colour, is_second: true };
        }
        stems.push((stem, 1));
        Family { colour: stems.len() - 1, is_second: false }
    };
    curves.iter().map(family).collect()
}

fn strip_of(groups: &[(String, Vec<Image>)]) -> Strip {
    Strip { rows: groups.to_vec(), notes: Vec::new() }
}

/// A text with a full stop at its end, unless it is empty or ends otherwise.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '?', '!', ':', '…', '”']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// A text that begins with a capital.
pub(super) fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
