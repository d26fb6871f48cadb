//! # 3. The loss does not see a rotation of the code
//!
//! ```text
//! W₂ → W₂A, W₁ → A⁻¹W₁ leaves W₂W₁, and so ‖X − W₂W₁X‖², as it was
//! ```
//!
//! for every invertible A. So at a minimum W₂ = U_k C with whatever C the start led to, and the left singular vectors of W₂
//! are those of U_k C: some orthonormal basis of the subspace, the principal one only if CCᵀ is diagonal. The main theorem of
//! the first version of Plaut 2018, that they are the principal directions, fails as stated; his runs had weight decay, and
//! with it the statement is right. Kunin et al. found this out: *the next statement* says why.
//!
//! Sources: Baldi & Hornik (1989), fact 1; Plaut (2018), *From principal subspaces to principal components with linear
//! autoencoders*, arXiv 1804.10253; Kunin et al. (2019), *Loss landscapes of regularized linear autoencoders*, section 1 and
//! the erratum beside their code.

use ndarray::Array2;

use super::{DESCENT, DESCENT_IN_WORDS, inverse, large_start, largest, singular_directions};
use crate::descent::Descent;
use crate::error::Error;
use crate::figure::{Axis, Directions, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::matrix::{normal, t_times, times};
use crate::metrics::{alignment, squared_error};
use crate::objective::{Objective, Weights};
use crate::run::Lab;
use crate::statement::Statement;

const CLAIM: Claim = Claim {
    statement: Statement::Rotation,
    title: "The loss does not see a rotation of the code",
    claim: "Without a regulariser the left singular vectors of the decoder are not the principal directions; with weight \
        decay they are.",
    source: "Baldi & Hornik 1989, fact 1; Plaut 2018 (v1), main theorem, which fails as stated; Kunin et al. 2019, section 1",
};
const STATEMENT: Statement = CLAIM.statement;
const STARTS: u32 = 4;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let (k, iterations) = (subject.latent(), lab.by_effort(1_500, 20_000));
    let decay = 0.5 * subject.eigenvalues()[k - 1];
    let objectives = [Objective::plain(k), Objective::penalised(&vec![decay; k])];
    let mut ends = [vec![], vec![]];
    for start in 0..STARTS {
        for (which, objective) in objectives.iter().enumerate() {
            let done = 2 * start + which as u32;
            let span = (f64::from(done) / f64::from(2 * STARTS), f64::from(done + 1) / f64::from(2 * STARTS));
            ends[which].push(descend(lab, start, objective, iterations, span)?);
        }
    }
    let [plain, decayed] = ends;
    let changes: Vec<f64> =
        plain.iter().zip(0..).map(|(end, site)| change(lab, &end.weights, site)).collect::<Result<_, _>>()?;

    let mut rows = vec![Row::new(
        "relative change of the loss under W₂A, A⁻¹W₁, largest of all starts",
        Prediction::AtMost(1e-12),
        largest(changes),
    )];
    if k > 1 {
        let distances = |ends: &[End]| ends.iter().map(End::distance).collect::<Vec<_>>();
        rows.push(Row::new(
            "alignment distance of the left singular vectors, no decay, largest of all starts",
            Prediction::AtLeast(0.05),
            largest(distances(&plain)),
        ));
        rows.push(Row::new(
            "the same with decay μ = λ_k/2, largest of all starts",
            Prediction::AtMost(1e-6),
            largest(distances(&decayed)),
        ));
    }
    let setup = format!(
        "k = {k}; {DESCENT_IN_WORDS}, {iterations} steps, {STARTS} starts N(0, 0.25/d), each without decay and with μ = \
             λ_k/2 = {decay:.4} λ₁ a sample"
    );
    Ok(CLAIM.found(setup, rows, figures(lab, &plain[0], &decayed[0])))
}

struct End {
    weights: Weights,
    distances: Vec<(f64, f64)>,
}

impl End {
    fn distance(&self) -> f64 {
        self.distances.last().map_or(f64::NAN, |(_, distance)| *distance)
    }
}

fn descend(
    lab: &mut Lab<'_>,
    site: u32,
    objective: &Objective,
    iterations: u32,
    span: (f64, f64),
) -> Result<End, Error> {
    let start = large_start(lab, STATEMENT, site);
    let principal = lab.subject.principal();
    let mut descent = Descent::new(&start, objective.clone(), &lab.subject.covariance, DESCENT);
    let mut distances = vec![];
    descent.run(iterations, lab, span, |iteration, weights| {
        let directions = singular_directions(&weights.decoder).0;
        distances.push((f64::from(iteration), alignment(&principal, &directions)));
        true
    })?;
    Ok(End { weights: descent.weights(), distances })
}

/// |L(W₂A, A⁻¹W₁) − L(W₂, W₁)| / L for a random A.
fn change(lab: &Lab<'_>, weights: &Weights, site: u32) -> Result<f64, Error> {
    let k = lab.subject.latent();
    let a = Array2::eye(k) + normal(lab.key(STATEMENT, 100 + site), (k, k), 0.5 / (k as f64).sqrt());
    let loss = |encoder, decoder| squared_error(encoder, decoder, lab.subject.covariance());
    let before = loss(&weights.encoder, &weights.decoder);
    let after = loss(&times(&inverse(&a)?, &weights.encoder), &t_times(&a, &weights.decoder));
    Ok((after - before).abs() / before)
}

fn figures(lab: &Lab<'_>, plain: &End, decayed: &End) -> Vec<Figure> {
    let directions = |end: &End| singular_directions(&end.weights.decoder).0;
    vec![
        Figure::curves(
            "alignment",
            "Left singular vectors of the decoder against the principal directions",
            "With weight decay the distance falls to round-off; without, it stays where the start led.",
            Axis::logarithmic("iteration"),
            Axis::logarithmic("alignment distance"),
            vec![
                Series::line("no decay", plain.distances.clone()),
                Series::line("weight decay", decayed.distances.clone()),
            ],
        ),
        Figure::directions(
            "vectors",
            "Left singular vectors of the decoder",
            "With decay they are the principal directions, up to sign.",
            vec![
                Directions::new("principal directions", lab.subject.principal()),
                Directions::new("singular vectors, no decay", directions(plain)),
                Directions::new("singular vectors, weight decay", directions(decayed)),
            ],
        ),
    ]
}
