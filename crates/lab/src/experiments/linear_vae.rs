//! # 8. The linear variational autoencoder
//!
//! q(z|x) = N(Vx, D) with a diagonal D that is the same for all samples, p(x|z) = N(Wz, σ²I), p(z) = N(0, I). Everything
//! random can be integrated, and the data enter through Σ. With H = VΣVᵀ, G = WᵀW (k × k):
//!
//! ```text
//! KL = ½ Σⱼ (Dⱼ + Hⱼⱼ − ln Dⱼ − 1)
//! E  = tr Σ − 2 tr(VΣW) + Σᵢⱼ GᵢⱼHᵢⱼ + Σⱼ DⱼGⱼⱼ                    the mean of ‖x − Wz‖²
//! ELBO = −KL − E/(2σ²) − ½ d ln(2πσ²)
//!
//! ∇V = (WᵀΣ − GVΣ)/σ² − VΣ          ∂/∂ln Dⱼ = ½ (1 − Dⱼ − DⱼGⱼⱼ/σ²)
//! ∇Wᵀ = (VΣ − HWᵀ − DWᵀ)/σ²         ∂/∂ln σ² = ½ (E/σ² − d)
//! ```
//!
//! Its global maximum is that of probabilistic PCA, where the bound is tight, and since D is diagonal, R = I up to order and
//! sign: the columns of W are the principal axes. If σ² is held fixed, exactly the dimensions with λᵢ > σ² have a column that
//! is not 0; too large a σ² is a collapse of the posterior that no better optimizer cures.
//!
//! Source: Lucas, Tucker, Grosse & Norouzi (2019), *Don't blame the ELBO! A linear VAE perspective on posterior collapse*,
//! equations 6 to 8, lemma 1, theorem 1, corollary 1.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, Axis};

use super::probabilistic::Ppca;
use super::{levels, start};
use crate::ascent::Ascent;
use crate::descent::moments;
use crate::error::Error;
use crate::figure::{Axis as Scale, Directions, Figure, Series};
use crate::finding::{Finding, Prediction, Row};
use crate::matrix::{dot, times, times_t};
use crate::metrics::alignment;
use crate::run::Lab;
use crate::statement::Statement;

const STATEMENT: Statement = Statement::LinearVae;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let (k, principal) = (subject.latent(), subject.principal());
    let iterations = lab.by_effort(12_000, 200_000);
    let closed = Ppca::closed_form(subject, k);
    let best = closed.state(subject.covariance())?.log_likelihood;
    let (noise, first) = (closed.noise(), LinearVae::start(lab, 0, None));
    let learned = train(lab, first, noise, iterations, (0.0, 0.6), best)?;
    let sweep = sweep(lab, iterations / 4)?;

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
            learned.model.noise() / noise,
        ),
    ];
    for &(noise, predicted, measured) in &sweep {
        rows.push(Row::new(format!("active units at σ² = {noise:.4} λ₁"), Prediction::count(predicted), measured as f64));
    }
    Ok(Finding {
        statement: STATEMENT,
        title: "The linear variational autoencoder is probabilistic PCA",
        claim: "The ELBO of a linear VAE has probabilistic PCA as its global maximum, with the principal axes as columns; at a \
            fixed σ² exactly the dimensions with λᵢ < σ² collapse.",
        source: "Lucas et al. 2019, lemma 1, theorem 1, corollary 1",
        setup: format!(
            "k = {k}; analytic ELBO, ascent with Nesterov's momentum 0.99 at rates 0.05σ̂² for V and W, 0.01 for ln D, 0.02/d \
             for ln σ²; {} steps from N(0, 0.01/d), D = I, σ² = tr Σ/d; fixed σ²: {} steps at 0.05σ²; a unit is active if \
             ‖w_j‖² exceeds half of the smallest λᵢ − σ²",
            learned.steps,
            iterations / 4
        ),
        rows,
        figures: figures(lab, &learned, &sweep),
    })
}

/// V, Wᵀ (both k × d), ln D and ln σ².
#[derive(Clone, Debug)]
struct LinearVae {
    encoder: Array2<f64>,
    decoder: Array2<f64>,
    log_var: Array1<f64>,
    ln_noise: f64,
}

/// The gradient, in the same places.
struct Slope {
    elbo: f64,
    of: LinearVae,
}

impl LinearVae {
    fn start(lab: &Lab<'_>, site: u32, noise: Option<f64>) -> Self {
        let (subject, k) = (lab.subject, lab.subject.latent());
        let weights = start(lab, STATEMENT, site, k, 0.1 / (subject.features() as f64).sqrt());
        let noise = noise.unwrap_or(subject.left_out(0) / subject.features() as f64);
        Self {
            encoder: weights.encoder,
            decoder: weights.decoder,
            log_var: Array1::zeros(k),
            ln_noise: noise.ln(),
        }
    }

    fn noise(&self) -> f64 {
        self.ln_noise.exp()
    }

    /// ELBO and gradient, by the formulas of this file's header.
    fn slope(&self, covariance: &Array2<f64>) -> Slope {
        let (v, w, noise, d) = (&self.encoder, &self.decoder, self.noise(), covariance.nrows() as f64);
        let (v_sigma, w_sigma) = (times(v, covariance), times(w, covariance));
        let (h, g) = (times_t(&v_sigma, v), times_t(w, w));
        let var = self.log_var.mapv(f64::exp);
        let kl = 0.5 * (&var + &h.diag() - &self.log_var - 1.0).sum();
        let whole: f64 = covariance.diag().sum();
        let error = whole - 2.0 * dot(&v_sigma, w) + dot(&g, &h) + var.dot(&g.diag());
        let elbo = -kl - error / (2.0 * noise) - 0.5 * d * (TAU.ln() + self.ln_noise);
        let of = Self {
            encoder: (w_sigma - times(&g, &v_sigma)) / noise - &v_sigma,
            decoder: (&v_sigma - &times(&h, w) - w * &var.view().insert_axis(Axis(1))) / noise,
            log_var: (1.0 - &var - &var * &g.diag() / noise) * 0.5,
            ln_noise: 0.5 * (error / noise - d),
        };
        Slope { elbo, of }
    }

    /// One step up; `rate` is that of V and W, and σ² stays where it is if it is `fixed`.
    fn step(&mut self, ascent: &mut Ascent, slope: &Self, rate: f64, fixed: bool) {
        let of_noise = if fixed { 0.0 } else { slope.ln_noise };
        let d = self.encoder.ncols() as f64;
        ascent.step(&mut [
            (flat_mut(&mut self.encoder), flat(&slope.encoder), rate),
            (flat_mut(&mut self.decoder), flat(&slope.decoder), rate),
            (self.log_var.as_slice_mut().expect("contiguous"), slope.log_var.as_slice().expect("contiguous"), 0.01),
            (std::slice::from_mut(&mut self.ln_noise), &[of_noise], 0.02 / d),
        ]);
    }
}

fn flat(matrix: &Array2<f64>) -> &[f64] {
    matrix.as_slice().expect("a new matrix is contiguous")
}

fn flat_mut(matrix: &mut Array2<f64>) -> &mut [f64] {
    matrix.as_slice_mut().expect("a new matrix is contiguous")
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
    let (looks, mut ascent) = (moments(iterations), Ascent::new(0.99));
    let (mut gaps, mut alignments) = (vec![], vec![]);
    for iteration in 0..=iterations {
        let Slope { elbo, of } = model.slope(subject.covariance());
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
        model.step(&mut ascent, &of, 0.05 * noise, false);
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
        let mut model = LinearVae::start(lab, 1 + done as u32, Some(noise));
        let mut ascent = Ascent::new(0.99);
        for iteration in 0..iterations {
            if iteration % 32 == 0 {
                lab.tell(0.6 + 0.4 * (done as f64 + f64::from(iteration) / f64::from(iterations)) / count)?;
            }
            let slope = model.slope(lab.subject.covariance()).of;
            model.step(&mut ascent, &slope, 0.05 * noise, true);
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
