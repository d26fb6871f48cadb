//! # 7. Probabilistic PCA
//!
//! With the density x ∼ N(μ, C), C = WWᵀ + σ²I of [`Ppca`], three ways to its maximum:
//!
//! ```text
//! closed form   W = U_k(Λ_k − σ²I)^½ R,   σ² = Σ_{j>k} λⱼ/(d − k)
//! EM            W ← ΣW(σ²M + WᵀΣW)⁻¹M,   σ² ← tr(Σ − ΣWM⁻¹Wᵀ)/d, with the new W in the last place
//! ascent        ∇W = C⁻¹ΣC⁻¹W − C⁻¹W,   ∂L/∂ln σ² = −½ σ² tr(C⁻¹ − C⁻¹ΣC⁻¹)
//! ```
//!
//! Source: Tipping & Bishop (1999), *Probabilistic principal component analysis*, equations 4, 7, 8; appendix A for the
//! gradient; appendix B, equations 27 and 28, for EM.

use ndarray::Array2;

use super::start;
use crate::ascent::Ascent;
use crate::descent::moments;
use crate::error::Error;
use crate::figure::{Axis as Scale, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::metrics::largest_angle;
use crate::ppca::{Ppca, State};
use crate::run::Lab;
use crate::statement::Statement;

const CLAIM: Claim = Claim {
    statement: Statement::Probabilistic,
    title: "Probabilistic PCA, three ways",
    claim: "The likelihood of probabilistic PCA is largest at W = U_k(Λ_k − σ²I)^½R with σ² the mean of the discarded \
        eigenvalues; EM and gradient ascent end there too.",
    source: "Tipping & Bishop 1999, equations 4, 7, 8, 27, 28",
};
const STATEMENT: Statement = CLAIM.statement;
/// A gain in likelihood that counts as none.
const STILL: f64 = 1e-11;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let (k, principal) = (subject.latent(), subject.principal());
    let iterations = lab.by_effort(4_000, 40_000);
    let closed = Ppca::closed_form(subject, k);
    let best = closed.state(subject.covariance())?.log_likelihood;

    let first = Ppca {
        loadings: start(lab, STATEMENT, 0, k, 0.1 / (subject.features() as f64).sqrt()).decoder,
        ln_noise: (subject.left_out(0) / subject.features() as f64).ln(),
    };
    let em = climb(lab, first.clone(), best, iterations, (0.0, 0.5), |model, state| Ok(model.em(state)))?;
    let mut ascent = Ascent::new(0.95);
    let uphill = |model: &Ppca, state: &State| Ok(step_up(model, state, &mut ascent, closed.noise()));
    let ascent = climb(lab, first, best, iterations, (0.5, 1.0), uphill)?;
    let rows = [("EM", &em), ("gradient ascent", &ascent)];
    let rows = rows.iter().flat_map(|(name, end)| rows_of(name, end, best, &closed, &principal)).collect();
    let noise = closed.noise();
    let setup = format!(
        "k = {k}, σ² = {noise:.3e} λ₁, L = {best:.4} nats a sample in units of λ₁; from W ∼ N(0, 0.01/d), σ² = tr Σ/d; EM: {} \
             steps; ascent with Nesterov's momentum 0.95 at rates 0.1σ̂² and 0.1/d: {} steps",
        em.steps, ascent.steps
    );
    Ok(CLAIM.found(
        setup,
        rows,
        vec![Figure::curves(
            "likelihood",
            "EM and gradient ascent reach the closed form",
            "What the log-likelihood lacks to that of the closed form.",
            Scale::logarithmic("iteration"),
            Scale::logarithmic("lack (nats a sample)"),
            vec![Series::line("EM", em.course), Series::line("gradient ascent", ascent.course)],
        )],
    ))
}

/// One step of ascent, at rates that suit a noise near `noise`.
fn step_up(model: &Ppca, state: &State, ascent: &mut Ascent, noise: f64) -> Ppca {
    let mut next = model.clone();
    let (slope, of_noise) = model.gradient(state);
    let d = slope.ncols() as f64;
    let slope = slope.as_slice().expect("a new matrix is contiguous");
    let loadings = next.loadings.as_slice_mut().expect("a clone is contiguous");
    let ln_noise = std::slice::from_mut(&mut next.ln_noise);
    ascent.step(state.log_likelihood, &mut [(loadings, slope, 0.1 * noise), (ln_noise, &[of_noise], 0.1 / d)]);
    next
}

fn rows_of(name: &str, end: &Climb, best: f64, closed: &Ppca, principal: &Array2<f64>) -> [Row; 3] {
    [
        Row::new(
            format!("log-likelihood of the closed form less that of {name} (nats a sample)"),
            Prediction::Near { value: 0.0, within: 1e-6 },
            best - end.log_likelihood,
        ),
        Row::new(
            format!("σ² by {name}, relative to the mean of the discarded eigenvalues"),
            Prediction::Near { value: 1.0, within: 1e-4 },
            end.model.noise() / closed.noise(),
        ),
        Row::new(
            format!("largest principal angle of W by {name} (rad)"),
            Prediction::AtMost(1e-2),
            largest_angle(principal, &end.model.loadings),
        ),
    ]
}

struct Climb {
    model: Ppca,
    log_likelihood: f64,
    course: Vec<(f64, f64)>,
    steps: u32,
}

/// Steps until the likelihood stands still.
fn climb(
    lab: &mut Lab<'_>,
    mut model: Ppca,
    best: f64,
    iterations: u32,
    span: (f64, f64),
    mut step: impl FnMut(&Ppca, &State) -> Result<Ppca, Error>,
) -> Result<Climb, Error> {
    let covariance = lab.subject.covariance();
    let looks = moments(iterations);
    let (mut course, mut before) = (vec![], f64::NEG_INFINITY);
    for iteration in 0..=iterations {
        let state = model.state(covariance)?;
        let gain = (state.log_likelihood - before).abs();
        let done = iteration == iterations || gain <= STILL;
        if done || looks.binary_search(&iteration).is_ok() {
            course.push((f64::from(iteration), (best - state.log_likelihood).max(0.0)));
        }
        if done {
            return Ok(Climb { model, log_likelihood: state.log_likelihood, course, steps: iteration });
        }
        if iteration % 32 == 0 {
            lab.tell(span.0 + (span.1 - span.0) * f64::from(iteration) / f64::from(iterations))?;
        }
        before = state.log_likelihood;
        model = step(&model, &state)?;
    }
    unreachable!("the last iteration returns")
}
