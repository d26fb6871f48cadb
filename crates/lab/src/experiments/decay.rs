//! # 4. Weight decay
//!
//! At a minimum of ‖X − W₂W₁X‖² + μ(‖W₁‖² + ‖W₂‖²) encoder and decoder are each other's transposes, W₁ = W₂ᵀ, the left
//! singular vectors of W₂ are the principal directions, and its singular values are
//!
//! ```text
//! sᵢ² = 1 − μ/σᵢ²    where σᵢ² > μ, and 0 elsewhere      σᵢ² = nλᵢ
//! ```
//!
//! so that the spectrum can be read off the decoder: σᵢ² = μ/(1 − sᵢ²). Here both sides are divided by n: μ is per sample, and
//! compared with λᵢ.
//!
//! Why: for a given product P = W₂W₁, ‖W₁‖² + ‖W₂‖² is at least twice the sum of the singular values of P, and equal to it only
//! where W₁ᵀW₁ and W₂W₂ᵀ agree. What is left is a convex function of P, least at P = Σ (1 − μ/λᵢ)₊ uᵢuᵢᵀ. A penalty ρ‖W₂W₁‖²
//! alone depends on P alone: P is fixed, P = Σ λᵢ/(λᵢ + ρ) uᵢuᵢᵀ, and the rotation of the code stays
//! free, as the start left it.
//!
//! Source: Kunin et al. (2019), *Loss landscapes of regularized linear autoencoders*, theorems 2.1 and 2.2, proposition 2.1.

use super::{DESCENT, DESCENT_IN_WORDS, large_start, largest, levels, singular_directions, usual_start};
use crate::descent::Descent;
use crate::error::Error;
use crate::figure::{Axis, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::metrics::{alignment, largest_angle, transpose_distance};
use crate::objective::{Objective, Weights};
use crate::run::Lab;
use crate::statement::Statement;

const CLAIM: Claim = Claim {
    statement: Statement::Decay,
    title: "Weight decay brings the principal directions",
    claim: "With μ(‖W₁‖² + ‖W₂‖²) the minimum has W₁ = W₂ᵀ, the decoder's left singular vectors are the principal \
        directions, sᵢ² = 1 − μ/σᵢ², and directions with σᵢ² ≤ μ vanish; a penalty on ‖W₂W₁‖² alone does not do this.",
    source: "Kunin et al. 2019, theorems 2.1 and 2.2, proposition 2.1",
};
const STATEMENT: Statement = CLAIM.statement;
/// Starts under the penalty on the product.
const STARTS: u32 = 4;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let (k, principal, values) = (subject.latent(), subject.principal(), subject.eigenvalues());
    let iterations = lab.by_effort(2_000, 20_000);
    let mu = 0.5 * values[k - 1];

    let first = usual_start(lab, STATEMENT, 0);
    let (weights, distances) = descend(lab, &first, Objective::penalised(&vec![mu; k]), iterations, (0.0, 0.2))?;
    let (directions, s) = singular_directions(&weights.decoder);
    let recovered: Vec<f64> = s.iter().map(|s| mu / (1.0 - s * s)).collect();
    let off = recovered.iter().zip(values).map(|(ours, lambda)| (ours / lambda - 1.0).abs());
    let mut rows = vec![
        Row::new(
            "transpose distance ‖W₁ − W₂ᵀ‖²/k",
            Prediction::AtMost(1e-10),
            transpose_distance(&weights.encoder, &weights.decoder),
        ),
        Row::new(
            "largest principal angle (rad)",
            Prediction::AtMost(1e-5),
            largest_angle(&principal, &weights.decoder),
        ),
        Row::new(
            "alignment distance of the left singular vectors",
            Prediction::AtMost(1e-8),
            alignment(&principal, &directions),
        ),
        Row::new("σᵢ² recovered from sᵢ, largest relative error", Prediction::AtMost(1e-4), largest(off)),
    ];

    let sweep = sweep(lab, iterations)?;
    for &(mu, predicted, measured) in &sweep {
        rows.push(Row::new(
            format!("directions kept at μ = {mu:.4} λ₁"),
            Prediction::count(predicted),
            measured as f64,
        ));
    }

    let mut free = vec![];
    for start in 0..STARTS {
        let span = (0.7 + 0.075 * f64::from(start), 0.775 + 0.075 * f64::from(start));
        let first = large_start(lab, STATEMENT, 20 + start);
        let (weights, _) = descend(lab, &first, Objective::product_penalised(k, mu), iterations, span)?;
        free.push(alignment(&principal, &singular_directions(&weights.decoder).0));
    }
    if k > 1 {
        rows.push(Row::new(
            "alignment distance of the left singular vectors under ρ‖W₂W₁‖² alone, largest of all starts",
            Prediction::AtLeast(0.05),
            largest(free),
        ));
    }
    let setup = format!(
        "k = {k}; μ = λ_k/2 = {mu:.4} λ₁ a sample; {DESCENT_IN_WORDS}, {iterations} steps from N(0, 0.01/d); a direction \
             is kept if sᵢ² exceeds half of the smallest predicted; ρ = μ from {STARTS} starts N(0, 0.25/d)"
    );
    Ok(CLAIM.found(setup, rows, figures(lab, &recovered, distances, &sweep)))
}

type Points = Vec<(f64, f64)>;

fn descend(
    lab: &mut Lab<'_>,
    start: &Weights,
    objective: Objective,
    iterations: u32,
    span: (f64, f64),
) -> Result<(Weights, Points), Error> {
    let mut descent = Descent::new(start, objective, &lab.subject.covariance, DESCENT);
    let mut distances = vec![];
    descent.run(iterations, lab, span, |iteration, weights| {
        distances.push((f64::from(iteration), transpose_distance(&weights.encoder, &weights.decoder)));
        true
    })?;
    Ok((descent.weights(), distances))
}

/// (μ, directions with λᵢ > μ, directions that a descent keeps), by rising μ; the last μ is above all eigenvalues.
fn sweep(lab: &mut Lab<'_>, iterations: u32) -> Result<Vec<(f64, usize, usize)>, Error> {
    let (k, values) = (lab.subject.latent(), lab.subject.eigenvalues());
    let mut levels = levels(lab.subject, lab.by_effort(4, k));
    levels.push((0, 1.2));
    let count = levels.len();
    let mut sweep = vec![];
    for (done, (above, mu)) in levels.into_iter().enumerate() {
        let share = |done| 0.2 + 0.5 * done as f64 / count as f64;
        let objective = Objective::penalised(&vec![mu; k]);
        let first = usual_start(lab, STATEMENT, 1 + done as u32);
        let (weights, _) = descend(lab, &first, objective, iterations, (share(done), share(done + 1)))?;
        let smallest = if above == 0 { 1.0 } else { 1.0 - mu / values[above - 1] };
        let kept = singular_directions(&weights.decoder).1.iter().filter(|&&s| s * s > 0.5 * smallest).count();
        sweep.push((mu, above, kept));
    }
    Ok(sweep)
}

fn figures(lab: &Lab<'_>, recovered: &[f64], distances: Points, sweep: &[(f64, usize, usize)]) -> Vec<Figure> {
    let (subject, k) = (lab.subject, lab.subject.latent());
    let spectrum = |values: &[f64]| values.iter().zip(1..).map(|(x, i)| (f64::from(i), x * subject.unit())).collect();
    let truth: Vec<f64> = subject.eigenvalues().iter().take(k).copied().collect();
    let predicted = sweep.iter().map(|&(mu, predicted, _)| (mu, predicted as f64)).collect();
    let measured = sweep.iter().map(|&(mu, _, measured)| (mu, measured as f64)).collect();
    vec![
        Figure::curves(
            "spectrum",
            "The spectrum, read off the decoder",
            "λᵢ = μ/(1 − sᵢ²), from the singular values of the decoder alone.",
            Axis::linear("direction i"),
            Axis::logarithmic("λᵢ"),
            vec![Series::line("eigenvalues", spectrum(&truth)), Series::marks("from the decoder", spectrum(recovered))],
        ),
        Figure::curves(
            "vanishing",
            "Directions that survive weight decay",
            "A direction survives if its variance exceeds μ.",
            Axis::logarithmic("μ/λ₁"),
            Axis::linear("directions kept"),
            vec![Series::line("λᵢ > μ", predicted), Series::marks("measured", measured)],
        ),
        Figure::curves(
            "transpose",
            "Encoder and decoder become each other's transposes",
            "‖W₁ − W₂ᵀ‖²/k falls to round-off.",
            Axis::logarithmic("iteration"),
            Axis::logarithmic("‖W₁ − W₂ᵀ‖²/k"),
            vec![Series::line("weight decay", distances)],
        ),
    ]
}
