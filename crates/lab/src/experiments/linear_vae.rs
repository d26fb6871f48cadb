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
//! ∇V = (WᵀΣ − GVΣ)/σ² − VΣ          Dⱼ = σ²/(σ² + Gⱼⱼ)    where ∂/∂Dⱼ = 0
//! ∇Wᵀ = (VΣ − HWᵀ − DWᵀ)/σ²         σ² = E/d              where ∂/∂σ² = 0
//! ```
//!
//! V and W climb the gradient; D and σ² follow at their maxima, for with rates of their own they throw a fast ascent out.
//!
//! Its global maximum is that of probabilistic PCA, where the bound is tight, and since D is diagonal, R = I up to order and
//! sign: the columns of W are the principal axes. If σ² is held fixed, exactly the dimensions with λᵢ > σ² have a column that
//! is not 0; too large a σ² is a collapse of the posterior that no better optimizer cures.
//!
//! Source: Lucas, Tucker, Grosse & Norouzi (2019), *Don't blame the ELBO! A linear VAE perspective on posterior collapse*,
//! equations 6 to 8, lemma 1, theorem 1, corollary 1.

use std::f64::consts::TAU;

use ndarray::{Array2, Axis, concatenate};

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
const MOMENTUM: f64 = 0.998;
/// The rate of V and W in units of σ², by which their curvature is divided.
const RATE: f64 = 0.15;

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
    Ok(Finding {
        statement: STATEMENT,
        title: "The linear variational autoencoder is probabilistic PCA",
        claim: "The ELBO of a linear VAE has probabilistic PCA as its global maximum, with the principal axes as columns; at a \
            fixed σ² exactly the dimensions with λᵢ < σ² collapse.",
        source: "Lucas et al. 2019, lemma 1, theorem 1, corollary 1",
        setup: format!(
            "k = {k}; analytic ELBO, ascent with Nesterov's momentum {MOMENTUM} at the rate {RATE}σ̂² in V \
             and W, D and σ² at their maxima for these; {} steps from N(0, 0.01/d), σ² = tr Σ/d; fixed σ²: {} steps at {RATE}σ²; a unit is active if \
             ‖w_j‖² exceeds half of the smallest λᵢ − σ²",
            learned.steps,
            iterations / 4
        ),
        rows,
        figures: figures(lab, &learned, &sweep),
    })
}

/// V, Wᵀ (both k × d) and σ².
#[derive(Clone, Debug)]
struct LinearVae {
    encoder: Array2<f64>,
    decoder: Array2<f64>,
    noise: f64,
}

/// The bound and its gradient.
struct Slope {
    elbo: f64,
    encoder: Array2<f64>,
    decoder: Array2<f64>,
}

impl LinearVae {
    fn start(lab: &Lab<'_>, site: u32, noise: Option<f64>) -> Self {
        let (subject, k) = (lab.subject, lab.subject.latent());
        let weights = start(lab, STATEMENT, site, k, 0.1 / (subject.features() as f64).sqrt());
        let noise = noise.unwrap_or(subject.left_out(0) / subject.features() as f64);
        Self { encoder: weights.encoder, decoder: weights.decoder, noise }
    }

    /// ELBO, ∇V and ∇Wᵀ by the formulas of this file's header, with D at its maximum for W and σ²; and then σ² at its maximum
    /// for the rest, unless it is `fixed`.
    fn slope(&mut self, covariance: &Array2<f64>, fixed: bool) -> Slope {
        let (v, w, d) = (&self.encoder, &self.decoder, covariance.nrows() as f64);
        let both = concatenate(Axis(0), &[v.view(), w.view()]).expect("V and Wᵀ have the same shape");
        let spread = times(&both, covariance);
        let (v_sigma, w_sigma) = spread.view().split_at(Axis(0), v.nrows());
        let (v_sigma, w_sigma) = (v_sigma.to_owned(), w_sigma.to_owned());
        let (h, g) = (times_t(&v_sigma, v), times_t(w, w));
        let var = g.diag().mapv(|square| self.noise / (self.noise + square));
        let whole: f64 = covariance.diag().sum();
        let error = whole - 2.0 * dot(&v_sigma, w) + dot(&g, &h) + var.dot(&g.diag());
        if !fixed {
            self.noise = error / d;
        }
        let kl = 0.5 * (&var + &h.diag() - &var.mapv(f64::ln) - 1.0).sum();
        Slope {
            elbo: -kl - error / (2.0 * self.noise) - 0.5 * d * (TAU * self.noise).ln(),
            encoder: (w_sigma - times(&g, &v_sigma)) / self.noise - &v_sigma,
            decoder: (&v_sigma - &times(&h, w) - w * &var.insert_axis(Axis(1))) / self.noise,
        }
    }

    /// One step up in V and W.
    fn step(&mut self, ascent: &mut Ascent, slope: &Slope, rate: f64) {
        ascent.step(
            slope.elbo,
            &mut [
                (flat_mut(&mut self.encoder), flat(&slope.encoder), rate),
                (flat_mut(&mut self.decoder), flat(&slope.decoder), rate),
            ],
        );
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
        let mut model = LinearVae::start(lab, 1 + done as u32, Some(noise));
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

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use diabolo_autodiff::{Gradients, Tape};
    use diabolo_kernels::random::{Key, Stream};
    use ndarray::{Array1, ArrayD, Ix2};

    use super::*;
    use crate::matrix::{normal, t_times};

    /// The negative ELBO and its gradients on the tape, from the samples, with ln D given. The mean over z of a quadratic
    /// function is that over the 2k points μ ± √(kDⱼ) eⱼ, so that nothing is left to chance.
    fn on_the_tape(model: &LinearVae, log_var: &Array1<f64>, samples: &Array2<f64>) -> (f64, [Array2<f64>; 2]) {
        let (tape, (n, d), k) = (Tape::<f64>::new(), samples.dim(), log_var.len());
        let x = tape.constant(samples);
        let (v, w) = (tape.variable(&model.encoder), tape.variable(&model.decoder));
        let mu = x.matmul(v.t());
        let whole = |row: Array1<f64>| tape.constant(&row.broadcast((n, k)).expect("one row for all").to_owned());
        let kl = mu.gaussian_kl(whole(log_var.clone())).mean_all();
        let ln_noise = tape.constant(&Array2::from_elem((n, d), model.noise.ln()));
        let points = (0..2 * k).map(|point| {
            let mut shift = Array1::zeros(k);
            shift[point / 2] = (k as f64 * log_var[point / 2].exp()).sqrt() * if point % 2 == 0 { 1.0 } else { -1.0 };
            x.gaussian_nll((mu + whole(shift)).matmul(w), ln_noise).mean_all()
        });
        let sum = points.reduce(|sum, point| sum + point).expect("a code has numbers");
        let loss = kl + sum * (1.0 / (2.0 * k as f64));
        let mut gradients = Gradients::new();
        loss.backward(&mut gradients);
        let of = |var| -> ArrayD<f64> { gradients.of(var).expect("the loss depends on it").to_owned() };
        (loss.item(), [v, w].map(|var| of(var).into_dimensionality::<Ix2>().expect("a matrix")))
    }

    #[test]
    fn bound_and_gradient_are_those_of_the_tape() {
        let (n, d, k) = (30, 5, 2);
        let draw = |site, shape| normal(Key::new(3, Stream::Data).site(site), shape, 0.6);
        let samples = draw(1, (n, d));
        let covariance = t_times(&samples, &samples) / n as f64;
        for fixed in [true, false] {
            let mut model = LinearVae { encoder: draw(2, (k, d)), decoder: draw(3, (k, d)), noise: 0.3 };
            let gram = times_t(&model.decoder, &model.decoder);
            let log_var = gram.diag().mapv(|g| (0.3_f64 / (0.3 + g)).ln());
            let slope = model.slope(&covariance, fixed);
            let (loss, gradients) = on_the_tape(&model, &log_var, &samples);
            assert_relative_eq!(slope.elbo, -loss, max_relative = 1e-12);
            for (ours, theirs) in [&slope.encoder, &slope.decoder].into_iter().zip(&gradients) {
                for (ours, theirs) in ours.iter().zip(theirs) {
                    assert_relative_eq!(*ours, -theirs, max_relative = 1e-10);
                }
            }
            assert_eq!(model.noise == 0.3, fixed);
        }
    }
}
