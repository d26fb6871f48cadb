//! # 1. The same subspace, and no other minimum
//!
//! ‖X − W₂W₁X‖² is smallest, Σ_{i>k} σᵢ², exactly where W₂ = U_k C and W₁ = C⁻¹U_kᵀ for an invertible C. Its other critical
//! points of full rank are W₂ = U_S C, W₁ = C⁻¹U_Sᵀ for other sets S of k eigenvectors, and they are saddles.
//!
//! Why a saddle: at C = I let x stand in row i of W₁ and y in column i of W₂, both along an eigenvector uⱼ outside of S. Then
//! L changes by λⱼ(x² − 2xy) + λᵢy² + …, with the Hessian [2λⱼ, −2λⱼ; −2λⱼ, 2λᵢ], whose determinant 4λⱼ(λᵢ − λⱼ) is negative
//! if λⱼ > λᵢ. So the smallest eigenvalue of the whole Hessian at a saddle is
//!
//! ```text
//! min over i in S, j outside of   λᵢ + λⱼ − √((λⱼ − λᵢ)² + 4λⱼ²)
//! ```
//!
//! while at the top k it is 0, since L does not change along C. Another C changes the numbers and not their signs.
//!
//! Source: Baldi & Hornik (1989), *Neural networks and principal component analysis: learning from examples without local
//! minima*, facts 1 to 4.

use ndarray::{Array2, Axis};

use super::{DESCENT, DESCENT_IN_WORDS, inverse, largest, range, start, usual_start};
use crate::descent::Descent;
use crate::error::Error;
use crate::figure::{Axis as Scale, Directions, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::lanczos::{Extremes, extremes};
use crate::matrix::{normal, t_times, times};
use crate::metrics::{alignment, principal_angles, reconstruction_gap, squared_error};
use crate::objective::{Objective, Weights};
use crate::run::Lab;
use crate::statement::Statement;
use crate::subject::Subject;

const CLAIM: Claim = Claim {
    statement: Statement::Subspace,
    title: "The same subspace, and no other minimum",
    claim: "The minimum of ‖X − W₂W₁X‖² is the projection on the first k principal directions, in any basis; every \
        other critical point is a saddle.",
    source: "Baldi & Hornik 1989, facts 1–4",
};
const STATEMENT: Statement = CLAIM.statement;
/// Random starts.
const STARTS: u32 = 3;
/// The length of a row of the push off a saddle.
const PUSH: f64 = 1e-3;
/// What counts as 0 beside the largest curvature.
const FLAT: f64 = 1e-8;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let iterations = lab.by_effort(3_000, 40_000);
    let mut descents = vec![];
    for start in 0..STARTS {
        let span = (0.2 * f64::from(start), 0.2 * f64::from(start + 1));
        descents.push(descend(lab, &usual_start(lab, STATEMENT, start), iterations, span)?);
    }
    let saddles = saddles(lab)?;
    let last = &saddles[saddles.len() - 1].weights;
    let push = start(lab, STATEMENT, 50, lab.subject.latent(), PUSH / (lab.subject.features() as f64).sqrt());
    let pushed = Weights { encoder: &last.encoder + &push.encoder, decoder: &last.decoder + &push.decoder };
    let escape = descend(lab, &pushed, iterations, (0.8, 1.0))?;

    let mut rows = learned(lab.subject, &descents);
    rows.extend(saddles.iter().flat_map(Saddle::rows));
    rows.push(Row::new("gap to PCA's error after a push off a saddle", Prediction::AtMost(1e-6), escape.gap()));
    let figures = figures(lab.subject, &descents[0], &escape);
    let subject = lab.subject;
    let setup = format!(
        "n = {}, d = {}, rank {}, k = {}; {DESCENT_IN_WORDS}, at most {iterations} steps, from \
             {STARTS} starts N(0, 0.01/d); saddles at W₂ = U_S C with a random C; λ_k/λ_{{k+1}} = {:.4}",
        subject.samples(),
        subject.features(),
        subject.rank(),
        subject.latent(),
        subject.eigenvalues()[subject.latent() - 1] / subject.eigenvalues()[subject.latent()],
    );
    Ok(CLAIM.found(setup, rows, figures))
}

/// A descent of the plain loss, as it is seen from PCA.
struct Course {
    gaps: Vec<(f64, f64)>,
    angles: Vec<Vec<(f64, f64)>>,
    alignment: f64,
    end: Weights,
}

impl Course {
    fn gap(&self) -> f64 {
        self.gaps.last().map_or(f64::NAN, |(_, gap)| *gap)
    }

    fn largest_angle(&self) -> f64 {
        largest(self.angles.iter().filter_map(|points| points.last()).map(|(_, angle)| *angle))
    }
}

fn descend(lab: &mut Lab<'_>, start: &Weights, iterations: u32, span: (f64, f64)) -> Result<Course, Error> {
    let subject = lab.subject;
    let (k, principal) = (subject.latent(), subject.principal());
    let mut descent = Descent::new(start, Objective::plain(k), &subject.covariance, DESCENT);
    let mut course = Course { gaps: vec![], angles: vec![vec![]; k], alignment: f64::NAN, end: start.clone() };
    descent.run(iterations, lab, span, |iteration, weights| {
        let at = f64::from(iteration);
        let error = squared_error(&weights.encoder, &weights.decoder, subject.covariance());
        course.gaps.push((at, reconstruction_gap(error, subject.left_out(k))));
        let angles = principal_angles(&principal, &weights.decoder);
        course.angles.iter_mut().zip(&angles).for_each(|(points, angle)| points.push((at, *angle)));
        course.alignment = alignment(&principal, &weights.decoder);
        course.end = weights.clone();
        angles[k - 1] > 1e-9 || !angles[k - 1].is_finite()
    })?;
    Ok(course)
}

fn learned(subject: &Subject, descents: &[Course]) -> Vec<Row> {
    let k = subject.latent();
    let mut rows = vec![
        Row::new(
            "gap to PCA's error, largest of all starts",
            Prediction::AtMost(1e-6),
            largest(descents.iter().map(Course::gap)),
        ),
        Row::new(
            "largest principal angle (rad), largest of all starts",
            Prediction::AtMost(1e-3),
            largest(descents.iter().map(Course::largest_angle)),
        ),
    ];
    if k > 1 {
        let poorest = largest(descents.iter().map(|course| course.alignment));
        rows.push(Row::new("axis alignment distance, largest of all starts", Prediction::AtLeast(0.05), poorest));
    }
    rows
}

/// A critical point: which eigenvectors, and how the loss bends there.
struct Saddle {
    name: String,
    top: bool,
    weights: Weights,
    /// ‖∇L‖/‖H‖
    slope: f64,
    ends: Extremes,
    /// The smallest eigenvalue by the formula, where C = I.
    predicted: Option<f64>,
}

impl Saddle {
    fn rows(&self) -> Vec<Row> {
        let Self { name, ends, .. } = self;
        let relative = ends.smallest / ends.norm();
        let sign = if self.top { Prediction::AtLeast(-FLAT) } else { Prediction::AtMost(-FLAT) };
        let mut rows = vec![
            Row::new(format!("‖gradient‖/‖H‖ at {name}"), Prediction::AtMost(1e-10), self.slope),
            Row::new(format!("smallest Hessian eigenvalue/‖H‖ at {name}"), sign, relative),
        ];
        if let Some(value) = self.predicted {
            let within = 1e-6 * ends.norm();
            rows.push(Row::new(
                format!("smallest Hessian eigenvalue at {name}"),
                Prediction::Near { value, within },
                ends.smallest,
            ));
        }
        rows
    }
}

/// The top k, and two other sets: one that has uₖ₊₁ in place of uₖ or of the next one that differs from it, one that has it in
/// place of u₁; the latter with C = I once more.
fn saddles(lab: &mut Lab<'_>) -> Result<Vec<Saddle>, Error> {
    let (k, values) = (lab.subject.latent(), lab.subject.eigenvalues());
    // Of equal eigenvalues the top k may hold any, so another set is one only if something is lost.
    let lost = (0..k).rev().find(|&i| values[i] > values[k] * (1.0 + 1e-3)).unwrap_or(0);
    let without = |i: usize| -> Vec<usize> { (0..=k).filter(|&at| at != i).collect() };
    let name = |i: usize| format!("u{} in place of u{}", k + 1, i + 1);
    let mixed = mixing(lab, k);
    let sets = [
        ("the top k".to_owned(), (0..k).collect(), mixed.clone()),
        (name(0), without(0), mixed.clone()),
        (name(lost), without(lost), mixed),
        (format!("{}, C = I", name(0)), without(0), Array2::eye(k)),
    ];
    let mut saddles = vec![];
    for (done, (name, set, c)) in sets.into_iter().enumerate() {
        if done != 2 || lost != 0 {
            saddles.push(look_at(lab, name, &set, &c, 40 + done as u32)?);
        }
        lab.tell(0.6 + 0.05 * (done + 1) as f64)?;
    }
    Ok(saddles)
}

/// An invertible C, I + N(0, 1/(4k)).
fn mixing(lab: &Lab<'_>, k: usize) -> Array2<f64> {
    Array2::eye(k) + normal(lab.key(STATEMENT, 100), (k, k), 0.5 / (k as f64).sqrt())
}

fn look_at(lab: &Lab<'_>, name: String, set: &[usize], c: &Array2<f64>, site: u32) -> Result<Saddle, Error> {
    let (subject, k) = (lab.subject, set.len());
    let directions = subject.directions(k + 1).select(Axis(0), set);
    let inverse = inverse(c)?;
    let weights = Weights { encoder: times(&inverse, &directions), decoder: t_times(c, &directions) };
    let objective = Objective::plain(k);
    let gradient = objective.gradient(weights.encoder.view(), weights.decoder.view(), subject.covariance());
    let product = |x: &[f64]| {
        let image = objective.curvature(&weights, &unflat(x, weights.encoder.dim()), subject.covariance());
        image.encoder.iter().chain(&image.decoder).copied().collect()
    };
    let (few, many) = lab.by_effort((80, 320), (160, 640));
    let (size, key, top) = (2 * weights.encoder.len(), lab.key(STATEMENT, site), set.iter().all(|&i| i < k));
    let mut ends = extremes(product, size, few, key)?;
    if !top && ends.smallest > -FLAT * ends.norm() {
        ends = extremes(product, size, many, key)?;
    }
    let plain = *c == Array2::<f64>::eye(k);
    let predicted = plain.then(|| smallest_curvature(subject, set));
    Ok(Saddle { name, top, slope: gradient.slope.norm() / ends.norm(), weights, ends, predicted })
}

fn unflat(x: &[f64], shape: (usize, usize)) -> Weights {
    let (encoder, decoder) = x.split_at(x.len() / 2);
    let matrix =
        |half: &[f64]| Array2::from_shape_vec(shape, half.to_vec()).expect("half of the numbers are one matrix");
    Weights { encoder: matrix(encoder), decoder: matrix(decoder) }
}

/// The formula of this file's header.
fn smallest_curvature(subject: &Subject, set: &[usize]) -> f64 {
    let values = subject.eigenvalues();
    let outside = (0..values.len()).filter(|j| !set.contains(j));
    let pairs = outside.flat_map(|j| set.iter().map(move |&i| (values[i], values[j])));
    range(pairs.map(|(inner, outer)| inner + outer - ((outer - inner).powi(2) + 4.0 * outer * outer).sqrt())).0
}

fn figures(subject: &Subject, course: &Course, escape: &Course) -> Vec<Figure> {
    let k = subject.latent();
    let spectrum: Vec<_> = subject.eigenvalues().iter().take(subject.rank()).enumerate().collect();
    let points =
        |part: &[(usize, &f64)]| part.iter().map(|(i, lambda)| ((i + 1) as f64, *lambda * subject.unit())).collect();
    let angles = course.angles.iter().enumerate();
    let angles = angles.map(|(i, points)| Series::line(format!("θ{}", i + 1), points.clone())).collect();
    vec![
        Figure::curves(
            "spectrum",
            "The variance along each principal direction",
            "The autoencoder has to find the first k; the sum of the rest is the error that is left.",
            Scale::linear("direction i"),
            Scale::logarithmic("λᵢ"),
            vec![Series::marks("kept", points(&spectrum[..k])), Series::marks("left out", points(&spectrum[k..]))],
        ),
        Figure::curves(
            "angles",
            "Principal angles between the decoder's span and PCA's",
            "All angles fall to round-off: the subspace is the same.",
            Scale::logarithmic("iteration"),
            Scale::logarithmic("angle (rad)"),
            angles,
        ),
        Figure::curves(
            "escape",
            "Descent from a saddle after a small push",
            "The loss stays at that of the saddle, then falls to PCA's.",
            Scale::logarithmic("iteration"),
            Scale::logarithmic("gap to PCA's error"),
            vec![
                Series::line("from a saddle", escape.gaps.clone()),
                Series::line("from a random start", course.gaps.clone()),
            ],
        ),
        Figure::directions(
            "columns",
            "Principal directions and what the decoder learned",
            "Each column is a mixture of all principal directions of the upper row.",
            vec![
                Directions::new("principal directions", subject.principal()),
                Directions::new("decoder columns", course.end.decoder.clone()),
            ],
        ),
    ]
}
