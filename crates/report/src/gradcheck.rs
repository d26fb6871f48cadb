//! A check of gradients, as plain data, and its page.

mod curves;
mod op;
mod page;
mod tables;

use std::path::Path;

use crate::{Error, write_atomic};

/// Everything that the page of a gradient check shows.
///
/// Worst values may be infinite or NaN, where something was not a number; what is empty leaves no trace on the page.
///
/// ```
/// use diabolo_report::{CheckedOp, GradcheckReport, Precisions};
/// let tanh = CheckedOp {
///     name: "tanh".into(),
///     forward: "y = tanh x".into(),
///     backward: vec!["x̄ = ȳ · sech² x".into()],
///     latex: r"y = \tanh x, \qquad \bar x = \bar y\, \mathrm{sech}^2\, x".into(),
///     worst_ulps: Precisions { f64: 1.6, f32: 2.1 },
///     ..CheckedOp::default()
/// };
/// let page = GradcheckReport { ops: vec![tanh], ..GradcheckReport::default() }.render();
/// assert!(page.contains("<a href=\"#op-tanh\">tanh</a>"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct GradcheckReport {
    /// The ops, in the order in which they are to stand.
    pub ops: Vec<CheckedOp>,
    /// The models.
    pub models: Vec<CheckedModel>,
    /// The seed of everything random.
    pub seed: u64,
    /// How long the check took.
    pub seconds: f64,
    /// What each column of the tables says, in a sentence.
    pub legend: Vec<(String, String)>,
    /// How to run the same check again.
    pub command: String,
}

/// What the witnesses say of one op.
#[derive(Clone, Debug, Default)]
pub struct CheckedOp {
    /// Its name: letters, digits and `_`.
    pub name: String,
    /// The forward formula, as text.
    pub forward: String,
    /// The backward formula of each input, as text.
    pub backward: Vec<String>,
    /// All formulas in LaTeX, `\qquad` or `\quad` between them.
    pub latex: String,
    /// What the op says of itself beside its formulas, by name: what is taken at kinks, what the backward rule reads.
    pub properties: Vec<(String, String)>,
    /// How many times inputs were drawn.
    pub samples: usize,
    /// The largest distance from the exact result, in units in the last place.
    pub worst_ulps: Precisions,
    /// How large it may be.
    pub bound: Precisions,
    /// The worst relative difference from finite differences.
    pub worst_difference: f64,
    /// The worst relative difference of reverse from forward mode.
    pub worst_forward: f64,
    /// The worst relative difference of second derivatives.
    pub worst_second: f64,
    /// The table of edges.
    pub edges: Vec<CheckedEdge>,
    /// Structural laws.
    pub structure: Tally,
    /// For rules of single numbers, the error of the gradient over the domain of each input.
    pub curves: Vec<ErrorCurve>,
    /// Everything that disagreed, in full.
    pub failures: Vec<String>,
}

/// A number for each precision.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Precisions {
    /// In double precision.
    pub f64: f64,
    /// In single precision.
    pub f32: f64,
}

/// How many of how many hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that hold.
    pub passed: usize,
    /// Those that were tried.
    pub total: usize,
}

/// A point where rules go wrong, and what must come out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedEdge {
    /// The inputs.
    pub inputs: String,
    /// The value.
    pub value: String,
    /// The gradients.
    pub gradients: String,
    /// Why this must come out.
    pub why: String,
    /// Whether it did.
    pub passed: bool,
}

/// How far the gradient with respect to one input is from the exact one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorCurve {
    /// The name of the input.
    pub input: String,
    /// The input and the distance in units in the last place, in double precision.
    pub f64: Vec<[f64; 2]>,
    /// The same in single precision.
    pub f32: Vec<[f64; 2]>,
}

/// What the witnesses say of the loss of a whole model.
#[derive(Clone, Debug, Default)]
pub struct CheckedModel {
    /// Its name.
    pub name: String,
    /// Each time that it was checked: with other settings, or after steps of training.
    pub runs: Vec<CheckedRun>,
}

/// What the witnesses say of a model with some settings.
#[derive(Clone, Debug, Default)]
pub struct CheckedRun {
    /// The settings in a line; empty for those of the model.
    pub settings: String,
    /// The steps of training before.
    pub steps: u32,
    /// The tensors of parameters, each with the worst relative difference from finite differences.
    pub tensors: Vec<CheckedTensor>,
    /// How far the Hessian is from symmetric, relative to its terms; none if that was not looked at.
    pub asymmetry: Option<f64>,
    /// Everything that disagreed, in full.
    pub failures: Vec<String>,
}

/// What finite differences say of one tensor of parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckedTensor {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// The worst relative difference.
    pub worst_difference: f64,
}

impl CheckedModel {
    /// How many tensors were checked, each run for itself.
    #[must_use]
    pub fn tensors(&self) -> usize {
        self.runs.iter().map(|run| run.tensors.len()).sum()
    }

    /// The worst relative difference of all.
    #[must_use]
    pub fn worst_difference(&self) -> f64 {
        worst(self.runs.iter().flat_map(|run| &run.tensors).map(|tensor| tensor.worst_difference))
    }

    /// How far any Hessian is from symmetric.
    #[must_use]
    pub fn worst_asymmetry(&self) -> f64 {
        worst(self.runs.iter().filter_map(|run| run.asymmetry))
    }

    /// Everything that disagreed.
    pub fn failures(&self) -> impl Iterator<Item = &str> {
        self.runs.iter().flat_map(|run| run.failures.iter().map(String::as_str))
    }

    /// Whether nothing disagreed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }
}

/// The largest; what is not a number is larger than all.
fn worst(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| if value.is_nan() { f64::INFINITY } else { value }).fold(0.0, f64::max)
}

impl CheckedOp {
    fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// The part of the page that is about this op.
    fn anchor(&self) -> String {
        format!("op-{}", self.name)
    }

    fn edge_tally(&self) -> Tally {
        Tally { passed: self.edges.iter().filter(|edge| edge.passed).count(), total: self.edges.len() }
    }
}

impl GradcheckReport {
    /// Whether nothing disagreed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Everything that disagreed, with the name of the op or model.
    fn failures<'a>(&'a self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let of_op = |op: &'a CheckedOp| op.failures.iter().map(|failure| (op.name.as_str(), failure.as_str()));
        let of_model = |model: &'a CheckedModel| model.failures().map(|failure| (model.name.as_str(), failure));
        self.ops.iter().flat_map(of_op).chain(self.models.iter().flat_map(of_model))
    }

    /// Writes the page to a file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Folder`] or [`Error::Write`], naming what could not be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        write_atomic(path, self.render().as_bytes())
    }
}
