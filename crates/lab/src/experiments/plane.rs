//! # 9. The answer in the small
//!
//! The data seen in the plane of their first two principal directions, turned by 30° so that these are no coordinate axes, and
//! a code of two numbers. The loss can fall to 0, and does so soon; what is seen after that is the turning of the two columns
//! of W₂ that the loss does not see, and what each of the ways to train makes of it.
//!
//! From a start W₁ = W₂ᵀ = R/10 with a rotation R the plain descent leads to W₂ = R: the columns stay where the start pointed.
//! On the way V = W₂ᵀ = R U diag(s) Uᵀ, with s₁ and s₂ growing from 1/10 to 1.

use std::f64::consts::PI;
use std::sync::Arc;

use ndarray::{Array2, array};

use crate::descent::{Descent, Method};
use crate::error::Error;
use crate::figure::{Axis, Content, Figure, Plane, PlanePath, PlaneStep, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::matrix::{t_times, times, times_t};
use crate::metrics::{alignment, squared_error};
use crate::objective::{Objective, Weights};
use crate::run::Lab;
use crate::statement::Statement;
use crate::subject::every;

const CLAIM: Claim = Claim {
    statement: Statement::Plane,
    title: "The answer in the plane",
    claim: "The loss is flat long before the decoder's columns rest, and only what breaks the symmetry turns them into the \
        principal axes.",
    source: "Bao et al. 2020, section 2; drawn from the data's first two principal components",
};
/// What the plane is turned by, and then the first column against the first axis.
const TURNS: [f64; 2] = [PI / 6.0, 2.0 * PI / 9.0];
/// What is left of the loss where it counts as flat, in units of the whole variance.
const FLAT: f64 = 1e-6;
/// Samples to be drawn.
const SHOWN: usize = 400;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let iterations = 40_000;
    let second = lab.subject.eigenvalues()[1];
    let axes = turn(TURNS[0]);
    let covariance = Arc::new(t_times(&axes, &times(&Array2::from_diag(&array![1.0, second]), &axes)));
    let ways = [
        ("no penalty", Objective::plain(2), false),
        ("equal penalties", Objective::penalised(&[1e-3 * second; 2]), false),
        ("unequal penalties", Objective::penalised(&[0.1 * second, 0.5 * second]), false),
        ("RAG", Objective::plain(2), true),
        ("nested dropout", Objective::nested(&[0.5, 0.5]), false),
    ];
    let mut paths = vec![];
    for (done, (name, objective, turning)) in ways.into_iter().enumerate() {
        let share = |done| done as f64 / 5.0;
        let span = (share(done), share(done + 1));
        paths.push(descend(lab, name, objective, turning, (&axes, &covariance), iterations, span)?);
    }
    let lengths = array![[1.0], [second.sqrt()]];
    let samples = times(&times_t(&every(&lab.subject.excerpt, SHOWN), &lab.subject.directions(2)), &axes);
    let plane = Plane { samples, axes: &axes * &lengths, paths: paths.clone() };
    let setup = format!(
        "k = d = 2, λ₂ = {second:.4} λ₁; start W₁ = W₂ᵀ = R/10 with the columns 40° off the axes; Nesterov 0.9 at rate \
             0.01/λ₁, {iterations} steps; penalties 0.001, and 0.1 and 0.5, of λ₂; pₜ = 1/2"
    );
    Ok(CLAIM.found(setup, rows(&paths), figures(plane)))
}

/// Rows (cos, sin) and (−sin, cos).
fn turn(angle: f64) -> Array2<f64> {
    let (sin, cos) = angle.sin_cos();
    array![[cos, sin], [-sin, cos]]
}

fn descend(
    lab: &mut Lab<'_>,
    name: &str,
    objective: Objective,
    turning: bool,
    (axes, covariance): (&Array2<f64>, &Arc<Array2<f64>>),
    iterations: u32,
    span: (f64, f64),
) -> Result<PlanePath, Error> {
    let columns = turn(TURNS[0] + TURNS[1]) * 0.1;
    let start = Weights { encoder: columns.clone(), decoder: columns };
    let descent = Descent::new(&start, objective, covariance, Method::Nesterov { rate: 0.01, momentum: 0.9 });
    let mut descent = if turning { descent.turning() } else { descent };
    let whole = covariance.diag().sum();
    let mut steps = vec![];
    descent.run(iterations, lab, span, |iteration, Weights { encoder, decoder: w }| {
        let loss = squared_error(encoder, w, covariance).max(0.0) / whole;
        let columns = [[w[[0, 0]], w[[0, 1]]], [w[[1, 0]], w[[1, 1]]]];
        steps.push(PlaneStep { iteration, loss, alignment: alignment(axes, w), columns });
        true
    })?;
    Ok(PlanePath { name: name.to_owned(), steps })
}

fn rows(paths: &[PlanePath]) -> Vec<Row> {
    let last = |path: &PlanePath| path.steps[path.steps.len() - 1];
    let free = &paths[0];
    let flat = free.steps.iter().find(|step| step.loss <= FLAT).copied().unwrap_or(last(free));
    let mut rows = vec![
        Row::new("iteration from which the loss is flat, no penalty", Prediction::Nothing, flat.iteration.into()),
        Row::new("loss there, of the whole variance", Prediction::AtMost(FLAT), flat.loss),
        Row::new("alignment distance there", Prediction::AtLeast(0.05), flat.alignment),
        Row::new(
            "its change from there to the end",
            Prediction::AtMost(1e-3),
            (last(free).alignment - flat.alignment).abs(),
        ),
    ];
    for path in &paths[1..] {
        let predicted = match &*path.name {
            "equal penalties" => Prediction::AtLeast(0.05),
            // Γ = 0 says that the codes are uncorrelated. Columns are then the axes if W₁ = W₂ᵀ, which steps of finite length keep
            // only nearly; in the plane nothing brings it back, for the loss is 0 for every W₁ = W₂⁻¹.
            "RAG" => Prediction::AtMost(1e-4),
            _ => Prediction::AtMost(1e-6),
        };
        rows.push(Row::new(format!("alignment distance at the end, {}", path.name), predicted, last(path).alignment));
    }
    rows.push(Row::new("loss at the end, RAG", Prediction::AtMost(1e-9), last(&paths[3]).loss));
    rows
}

fn figures(plane: Plane) -> Vec<Figure> {
    let curves = |value: fn(&PlaneStep) -> f64| {
        let points = |path: &PlanePath| path.steps.iter().map(|step| (step.iteration.into(), value(step))).collect();
        plane.paths.iter().map(|path| Series::line(path.name.clone(), points(path))).collect()
    };
    let loss = Figure::curves(
        "loss",
        "The loss",
        "It is flat early on.",
        Axis::logarithmic("iteration"),
        Axis::logarithmic("loss/total variance"),
        curves(|step| step.loss),
    );
    let distance = Figure::curves(
        "alignment",
        "The columns' distance from the axes",
        "The columns turn, or do not, while the loss is flat.",
        Axis::logarithmic("iteration"),
        Axis::logarithmic("alignment distance"),
        curves(|step| step.alignment),
    );
    let film = Figure {
        name: "plane",
        title: "Two decoder columns in the plane of the data".to_owned(),
        caption: "Arrows are the columns of W₂, dotted lines the principal directions.".to_owned(),
        content: Content::Plane(plane),
    };
    vec![film, loss, distance]
}
