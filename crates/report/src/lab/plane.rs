//! Two-dimensional data in which two decoder columns move.

use super::arrows::View;
use super::figure::upper;
use super::{film, stills};
use crate::plot::Figure;
use crate::{count, significant};

/// Two-dimensional data, their principal directions, and the ways that two decoder columns took in training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// Samples, centred.
    pub samples: Vec<[f64; 2]>,
    /// Principal directions, each as long as the standard deviation along it.
    pub axes: [[f64; 2]; 2],
    /// One for each way to train.
    pub paths: Vec<PlanePath>,
}

/// How two decoder columns moved in training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanePath {
    /// How it was trained: “no penalty”.
    pub name: String,
    /// By rising iteration.
    pub steps: Vec<PlaneStep>,
}

/// Two decoder columns at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlaneStep {
    /// Steps of descent that came before.
    pub iteration: u32,
    /// What is left of the loss, in units of the total variance.
    pub loss: f64,
    /// How far the columns are from the principal axes: 0 is on them.
    pub alignment: f64,
    /// The two columns.
    pub columns: [[f64; 2]; 2],
}

impl PlanePath {
    /// Where it leads, in words; `None` if there is no step.
    fn end(&self) -> Option<String> {
        let last = self.steps.last()?;
        let [loss, distance] = [last.loss, last.alignment].map(|value| significant(value, 2));
        let (name, steps) = (upper(&self.name), count(last.iteration as usize));
        Some(format!("{name}: after {steps} steps the loss is {loss}, and the distance from the axes {distance}."))
    }
}

impl Plane {
    /// A film of each path, with a sentence on its end: in motion, unless the reader prefers none.
    pub(super) fn films(&self) -> Vec<(String, Figure)> {
        let film = |path: &PlanePath| Some((path.end()?, film::film(self, path)));
        self.paths.iter().filter_map(film).collect()
    }

    /// All paths as rows of pictures.
    pub(super) fn stills(&self) -> Option<Figure> {
        let paths: Vec<&PlanePath> = self.paths.iter().filter(|path| !path.steps.is_empty()).collect();
        (!paths.is_empty()).then(|| stills::stills(self, &paths))
    }

    /// Data and one path in a square of `side`, whose top left corner is at `corner`. All paths are seen at the same scale.
    pub(super) fn view(&self, side: f64, corner: (f64, f64)) -> View {
        let columns = self.paths.iter().flat_map(|path| &path.steps).flat_map(|step| step.columns);
        View::new(&self.samples, self.axes, columns, side, corner)
    }
}
