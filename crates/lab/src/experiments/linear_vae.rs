//! # 8. The linear variational autoencoder
//!
//! A [`LinearVae`] has the evidence lower bound of its header.
//!
//! Its global maximum is that of probabilistic PCA, where the bound is tight, and since D is diagonal, R = I up to order and
//! sign: the columns of W are the principal axes. If σ² is held fixed, exactly the dimensions with λᵢ > σ² have a column that
//! is not 0; too large a σ² is a collapse of the posterior that no better optimizer cures.
//!
//! Source: Lucas, Tucker, Grosse & Norouzi (2019), *Don't blame the ELBO! A linear VAE perspective on posterior collapse*,
//! equations 6 to 8, lemma 1, theorem 1, corollary 1.

use super::{levels, start};
use crate::ascent::Ascent;
use crate::descent::moments;
use crate::error::Error;
use crate::figure::{Axis as Scale, Directions, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::linear_vae::LinearVae;
use crate::metrics::alignment;
use crate::ppca::Ppca;
use crate::run::Lab;
use crate::statement::Statement;

const CLAIM: Claim = Claim {
    statement: Statement::LinearVae,
    title: "The linear variational autoencoder is probabilistic PCA",
    claim: "The ELBO of a linear VAE has probabilistic PCA as its global maximum, with the principal axes as columns; at a \
        fixed σ² exactly the dimensions with λᵢ < σ² collapse.",
    source: "Lucas et al. 2019, lemma 1, theorem 1, corollary 1",
};
const STATEMENT: Statement = CLAIM.statement;
const MOMENTUM: f64 = 0.998;
/// The rate of V and W in units of σ², by which their curvature is divided.
const RATE: f64 = 0.15;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let (k, principal) = (subject.latent(), subject.principal());
    let (iterations, fixed) = (lab.iterations(12_000, 200_000), lab.by_effort(3_000, 10_000));
    let closed = Ppca::closed_form(subject, k);
    let best = closed.state(subject.covariance())?.log_likelihood;
    let (noise, first) = (closed.noise(), beginning(lab, 0, None));
    let learned = train(lab, first, noise, iterations, (0.0, 0.6), best)?;
    let sweep = sweep(lab, fixed)?;

    let mut rows = vec![
        Row::new(
            "log-likelihood of probabilistic PCA less the trained ELBO (nats a sample)",
            Prediction::Near { value: 0.0, within: 1e-3 },
            best - learned.elbo,
        ),
        Row::new("alignment distance of W", Prediction::AtMost(1e-3), alignment(&principal, &learned.model.decoder)),
        Row::new(
            "σ², relative to the mean of the discarded eigenvalues",
            Prediction::Near { value: 1.0, within: 1e-3 },
            learned.model.noise / noise,
        ),
    ];
    for &(noise, predicted, measured) in &sweep {
        rows.push(Row::new(
            format!("active units at σ² = {noise:.4} λ₁"),
            Prediction::count(predicted),
            measured as f64,
        ));
    }
    let setup = format!(
        "k = {k}; analytic ELBO, ascent with Nesterov's momentum {MOMENTUM} at the rate {RATE}σ̂² in V \
             and W, D and σ² at their maxima for these; {} steps from N(0, 0.01/d), σ² = tr Σ/d; fixed σ²: {fixed} steps at \
             {RATE}σ²; a unit is active if \
             ‖w_j‖² exceeds half of the smallest λᵢ − σ²",
        learned.steps
    );
    Ok(CLAIM.found(setup, rows, figures(lab, &learned, &sweep)))
}

/// N(0, 0.01/d), and σ² at the mean variance unless it is given.
fn beginning(lab: &Lab<'_>, site: u32, noise: Option<f64>) -> LinearVae {
    let (subject, k) = (lab.subject, lab.subject.latent());
    let weights = start(lab, STATEMENT, site, k, 0.1 / (subject.features() as f64).sqrt());
    let noise = noise.unwrap_or(subject.left_out(0) / subject.features() as f64);
    LinearVae { encoder: weights.encoder, decoder: weights.decoder, noise }
}

struct Trained {
    model: LinearVae,
    elbo: f64,
    steps: u32,
    gaps: Vec<(f64, f64)>,
    alignments: Vec<(f64, f64)>,
}

/// Ascent with a learned σ², for rates that suit one near `noise`.
fn train(
    lab: &mut Lab<'_>,
    mut model: LinearVae,
    noise: f64,
    iterations: u32,
    span: (f64, f64),
    best: f64,
) -> Result<Trained, Error> {
    let (subject, principal) = (lab.subject, lab.subject.principal());
    let (looks, mut ascent) = (moments(iterations), Ascent::new(MOMENTUM));
    let (mut gaps, mut alignments) = (vec![], vec![]);
    for iteration in 0..=iterations {
        let slope = model.slope(subject.covariance(), false);
        let elbo = slope.elbo;
        let distance = || alignment(&principal, &model.decoder);
        let looking = looks.binary_search(&iteration).is_ok();
        if looking {
            gaps.push((f64::from(iteration), (best - elbo).max(0.0)));
            alignments.push((f64::from(iteration), distance()));
        }
        if iteration == iterations || !elbo.is_finite() || (looking && (best - elbo).abs() < 1e-9) {
            return Ok(Trained { model, elbo, steps: iteration, gaps, alignments });
        }
        if iteration % 32 == 0 {
            lab.tell(span.0 + (span.1 - span.0) * f64::from(iteration) / f64::from(iterations))?;
        }
        model.step(&mut ascent, &slope, RATE * noise);
    }
    unreachable!("the last iteration returns")
}

/// (σ², dimensions with λᵢ > σ², active units after training at that σ²), by rising σ²; the last is above all eigenvalues.
fn sweep(lab: &mut Lab<'_>, iterations: u32) -> Result<Vec<(f64, usize, usize)>, Error> {
    let values = lab.subject.eigenvalues();
    let mut levels = levels(lab.subject, lab.by_effort(4, lab.subject.latent()));
    levels.push((0, 1.2));
    let count = levels.len() as f64;
    let mut sweep = vec![];
    for (done, (above, noise)) in levels.into_iter().enumerate() {
        let mut model = beginning(lab, 1 + done as u32, Some(noise));
        let mut ascent = Ascent::new(MOMENTUM);
        for iteration in 0..iterations {
            if iteration % 32 == 0 {
                lab.tell(0.6 + 0.4 * (done as f64 + f64::from(iteration) / f64::from(iterations)) / count)?;
            }
            let slope = model.slope(lab.subject.covariance(), true);
            model.step(&mut ascent, &slope, RATE * noise);
        }
        let smallest = if above == 0 { 1.0 } else { values[above - 1] - noise };
        let active = model.decoder.rows().into_iter().filter(|w| w.dot(w) > 0.5 * smallest).count();
        sweep.push((noise, above, active));
    }
    Ok(sweep)
}

fn figures(lab: &Lab<'_>, learned: &Trained, sweep: &[(f64, usize, usize)]) -> Vec<Figure> {
    let predicted = sweep.iter().map(|&(noise, predicted, _)| (noise, predicted as f64)).collect();
    let measured = sweep.iter().map(|&(noise, _, measured)| (noise, measured as f64)).collect();
    vec![
        Figure::curves(
            "elbo",
            "The ELBO reaches the likelihood of probabilistic PCA",
            "What the ELBO lacks to it, and how far the columns of W are from the axes.",
            Scale::logarithmic("iteration"),
            Scale::logarithmic("lack (nats a sample), distance"),
            vec![
                Series::line("likelihood − ELBO", learned.gaps.clone()),
                Series::line("alignment distance", learned.alignments.clone()),
            ],
        ),
        Figure::curves(
            "active",
            "Units that stay active at a fixed σ²",
            "A dimension collapses where its variance is below σ².",
            Scale::logarithmic("σ²/λ₁"),
            Scale::linear("active units"),
            vec![Series::line("λᵢ > σ²", predicted), Series::marks("measured", measured)],
        ),
        Figure::directions(
            "columns",
            "Principal directions and the columns of W",
            "The columns are the principal directions, in some order and sign.",
            vec![
                Directions::new("principal directions", lab.subject.principal()),
                Directions::new("columns of W", learned.model.decoder.clone()),
            ],
        ),
    ]
}
