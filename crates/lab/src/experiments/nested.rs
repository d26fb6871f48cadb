//! # 6. All nested truncations at once
//!
//! ```text
//! L = Σₜ pₜ ‖X − W₂IₜW₁X‖²/n,   t = 1, …, k,   pₜ = 1/k
//! ```
//!
//! where Iₜ keeps the first t numbers of a code. Each term alone asks for the top t subspace; together they ask that the first
//! t columns of W₂ span it for every t at once, and so that column t is u_t itself, up to its length. The only minima are
//! these, in order, and every other critical point is a saddle. An optimum of the plain loss that is turned within its
//! subspace is no critical point any more.
//!
//! The plain sum of Oftadeh et al. is k times this; a factor changes the rate and nothing else. Bao et al. call the same with
//! falling pₜ deterministic nested dropout.
//!
//! Source: Oftadeh et al. (2020), *Eliminating the invariance on the loss landscape of linear autoencoders*, theorem 2.

use super::{orthogonal, usual_start};
use crate::descent::{Descent, Method};
use crate::error::Error;
use crate::figure::{Axis, Directions, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::matrix::t_times;
use crate::metrics::{ordered_alignment, reconstruction_gap, squared_error};
use crate::objective::{Objective, Weights};
use crate::run::Lab;
use crate::statement::Statement;

const CLAIM: Claim = Claim {
    statement: Statement::Nested,
    title: "All nested truncations at once bring the axes in order",
    claim: "The only minima of the sum of the losses of all truncations of the code are the ordered principal directions.",
    source: "Oftadeh et al. 2020, theorem 2",
};
const STATEMENT: Statement = CLAIM.statement;
/// What tells the axes j and j + 1 apart is a single term of the k, pⱼ(λⱼ − λⱼ₊₁): a long valley, which takes more momentum.
const DESCENT: Method = Method::Restarted { rate: 0.05, momentum: 0.99 };

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let (k, principal) = (subject.latent(), subject.principal());
    let each = k.max(4) as u32;
    let iterations = lab.iterations(1_000 * each, 10_000 * each);
    let nested = Objective::nested(&vec![1.0 / k as f64; k]);

    let turn = orthogonal(lab, STATEMENT, 100, k)?;
    let turned = Weights { encoder: t_times(&turn, &principal), decoder: t_times(&turn, &principal) };
    let slope = |objective: &Objective| {
        objective.gradient(turned.encoder.view(), turned.decoder.view(), subject.covariance()).slope.norm()
    };
    let (plain_slope, nested_slope) = (slope(&Objective::plain(k)), slope(&nested));
    let escape = descend(lab, &turned, &nested, iterations, (0.0, 0.5))?;
    let learned = descend(lab, &usual_start(lab, STATEMENT, 0), &nested, iterations, (0.5, 1.0))?;
    let plain = descend_plainly(lab, &turned, iterations / 10)?;

    let mut rows = vec![
        Row::new("‖gradient‖ of the plain loss at a turned optimum", Prediction::AtMost(1e-12), plain_slope),
        Row::new("ordered alignment distance after descent from there", Prediction::AtMost(1e-4), escape.distance()),
        Row::new("gap to PCA's error there", Prediction::AtMost(1e-4), escape.gap()),
        Row::new("ordered alignment distance from a random start", Prediction::AtMost(1e-4), learned.distance()),
        Row::new("gap to PCA's error from a random start", Prediction::AtMost(1e-4), learned.gap()),
    ];
    if k > 1 {
        rows.insert(1, Row::new("‖gradient‖ of the nested loss there", Prediction::AtLeast(1e-4), nested_slope));
        rows.insert(
            2,
            Row::new(
                "ordered alignment distance there, after descent of the plain loss",
                Prediction::AtLeast(0.05),
                plain,
            ),
        );
    }
    let setup = format!(
        "k = {k}; pₜ = 1/k; full-batch descent with Nesterov's momentum 0.99 at rate 0.05/λ₁, started anew where \
         the loss rises, {iterations} steps, from U_k R with a random rotation R and from N(0, 0.01/d)"
    );
    Ok(CLAIM.found(setup, rows, figures(lab, &escape, &learned, &turned)))
}

struct Course {
    distances: Vec<(f64, f64)>,
    gaps: Vec<(f64, f64)>,
    end: Weights,
}

impl Course {
    fn distance(&self) -> f64 {
        self.distances.last().map_or(f64::NAN, |(_, distance)| *distance)
    }

    fn gap(&self) -> f64 {
        self.gaps.last().map_or(f64::NAN, |(_, gap)| *gap)
    }
}

fn descend(
    lab: &mut Lab<'_>,
    start: &Weights,
    objective: &Objective,
    iterations: u32,
    span: (f64, f64),
) -> Result<Course, Error> {
    let (subject, principal) = (lab.subject, lab.subject.principal());
    let left_out = subject.left_out(subject.latent());
    let mut descent = Descent::new(start, objective.clone(), &subject.covariance, DESCENT);
    let mut course = Course { distances: vec![], gaps: vec![], end: start.clone() };
    descent.run(iterations, lab, span, |iteration, weights| {
        let at = f64::from(iteration);
        let error = squared_error(&weights.encoder, &weights.decoder, subject.covariance());
        let distance = ordered_alignment(&principal, &weights.decoder);
        course.gaps.push((at, reconstruction_gap(error, left_out)));
        course.distances.push((at, distance));
        course.end = weights.clone();
        distance >= 1e-12
    })?;
    Ok(course)
}

/// Where descent of the plain loss ends that starts at the same place: there.
fn descend_plainly(lab: &mut Lab<'_>, start: &Weights, iterations: u32) -> Result<f64, Error> {
    let objective = Objective::plain(lab.subject.latent());
    Ok(descend(lab, start, &objective, iterations, (1.0, 1.0))?.distance())
}

fn figures(lab: &Lab<'_>, escape: &Course, learned: &Course, turned: &Weights) -> Vec<Figure> {
    vec![
        Figure::curves(
            "order",
            "The axes fall into order",
            "From a turned optimum of the plain loss, and from a random start.",
            Axis::logarithmic("iteration"),
            Axis::logarithmic("ordered alignment distance"),
            vec![
                Series::line("from a turned optimum", escape.distances.clone()),
                Series::line("from a random start", learned.distances.clone()),
            ],
        ),
        Figure::curves(
            "gap",
            "The error of the full code",
            "It rises a little while the axes turn, and falls back to PCA's.",
            Axis::logarithmic("iteration"),
            Axis::logarithmic("gap to PCA's error"),
            vec![
                Series::line("from a turned optimum", escape.gaps.clone()),
                Series::line("from a random start", learned.gaps.clone()),
            ],
        ),
        Figure::directions(
            "columns",
            "From a turned optimum to the principal directions",
            "Each column of the last row is a principal direction, at its place.",
            vec![
                Directions::new("principal directions", lab.subject.principal()),
                Directions::new("decoder columns at the start", turned.decoder.clone()),
                Directions::new("decoder columns at the end", escape.end.decoder.clone()),
            ],
        ),
    ]
}
