//! # 5. The axes themselves
//!
//! Penalties ℓⱼ² that all differ, on row j of W₁ and column j of W₂, break the last symmetry: the column with the smallest ℓⱼ
//! takes u₁, the next one u₂, and so on, as far as λⱼ > ℓⱼ²; the others vanish. So do unequal chances pₜ to keep the first t
//! numbers of a code. But the valley that leads there is flat, and the more so the larger k. The *rotation-augmented gradient*
//! takes another way: no penalty, and a turn of the code added to each step,
//!
//! ```text
//! Y = W₁X,   Γ = ½(T − Tᵀ),   T the strict upper triangle of YYᵀ/n
//! W₁ ← W₁ − α(∇₁ − ΓW₁),   W₂ ← W₂ − α(∇₂ − W₂Γᵀ)
//! ```
//!
//! W₂W₁ changes by α²W₂ΓᵀΓW₁ only, for Γᵀ = −Γ.
//!
//! It rests where Γ = 0, that is, where the codes are uncorrelated. At an optimum W₂ = U_kC, W₁ = C⁻¹U_kᵀ this says that
//! C⁻¹ΛC⁻ᵀ is diagonal, which C = Λ^½QD is for every rotation Q and diagonal D; only with W₁ = W₂ᵀ, as descent from a small
//! start keeps it, is C a permutation. Adam, which divides each number by a length of its own, does not keep it: the codes come
//! out uncorrelated, the transpose distance stays near 1, and the columns are no axes. That is how the published code takes
//! Adam, and what it does here in `f32` and in `f64` alike; so only the descent of algorithm 1 is judged.
//!
//! **Normalisation.** As in the published code, which is what figure 2 was made with: the loss is the mean over samples of the
//! squared error, and its gradient keeps the factor 2; SGD has Nesterov's momentum 0.9 and Adam its defaults; the uniform
//! penalty is ℓ² = 0.5²; the others have ℓⱼ, *not* ℓⱼ², evenly spaced over [0.1, 0.9]; nested dropout has pₜ ∝ 0.9ᵗ with the
//! rest on t = k, and is taken in expectation. **Where ours differs:** `f64` for `f32`; other random numbers; Σ in place of
//! the samples; rates and penalties are carried over from MNIST, whose largest variance is 5.1168 for pixels in [0, 1], to
//! other data by λ₁, and Adam's ε = 10⁻⁸ is not. With their penalties the last ones exceed λⱼ on MNIST, so that two columns of
//! 20 vanish even at the global minimum, and the alignment distance ends near 2/20; a second run has ℓⱼ² evenly spaced over
//! [0.1, 0.9] · λ_k, where none does.
//!
//! Source: Bao, Lucas, Sachdeva & Grosse (2020), *Regularized linear autoencoders recover the principal components,
//! eventually*, theorem 1, sections 3 to 5, algorithm 1, figure 2.

mod variants;

use super::{orthogonal, start};
use crate::descent::{Descent, Method};
use crate::error::Error;
use crate::figure::{Axis, Directions, Figure, Series};
use crate::finding::{Claim, Finding, Prediction, Row};
use crate::matrix::{square, t_times};
use crate::metrics::{alignment, ordered_alignment, subspace_distance, transpose_distance};
use crate::objective::{Objective, Weights};
use crate::run::Lab;
use crate::statement::Statement;
use crate::subject::Subject;
use variants::{MNIST, Variant, vanishing, variants};

const CLAIM: Claim = Claim {
    statement: Statement::Axes,
    title: "Unequal penalties find the axes slowly, the rotation-augmented gradient fast",
    claim: "Penalties ℓⱼ² that all differ recover the ordered principal directions, slowly; the rotation-augmented gradient \
        does it fast, and equal penalties not at all.",
    source: "Bao et al. 2020, theorem 1, algorithm 1, figure 2",
};
const STATEMENT: Statement = CLAIM.statement;
const OPTIMIZERS: [&str; 2] = ["Nesterov", "Adam"];
const PUBLISHED_ITERATIONS: u32 = 30_000;
/// Standard deviation of the weights at the start.
const START: f64 = 1e-4;

pub(super) fn run(lab: &mut Lab<'_>) -> Result<Finding, Error> {
    let subject = lab.subject;
    let k = subject.latent();
    let iterations = lab.iterations(3_000, PUBLISHED_ITERATIONS);
    let variants = variants(subject, k);
    let mut courses = vec![];
    let count = 2 * variants.len();
    for (at, (variant, optimizer)) in variants.iter().flat_map(|v| [(v, 0), (v, 1)]).enumerate() {
        let share = |at| 0.8 * at as f64 / count as f64;
        let course = descend(lab, k, variant, optimizer, iterations, (share(at), share(at + 1)))?;
        courses.push(course);
    }
    let sweep = sweep(lab, iterations)?;
    let mut rows = rows(subject, k, &variants, &courses);
    if k > 1 {
        let ratio = change_of_product(lab, 0.1)? / change_of_product(lab, 0.05)?;
        rows.push(Row::new(
            "change of W₂W₁ by a turn with step α, over that with α/2",
            Prediction::Near { value: 4.0, within: 1e-6 },
            ratio,
        ));
    }
    let setup = format!(
        "k = {k}; full batch, {iterations} iterations from N(0, 1e-4²); rates on MNIST's scale, Nesterov 0.9/Adam: uniform \
             1e-3/1e-3, non-uniform 3e-4/1e-2, RAG 3e-3/1e-3, nested dropout 3e-2/1e-2; published figures are for MNIST with k = \
             20 and 30,000 iterations"
    );
    Ok(CLAIM.found(setup, rows, figures(subject, k, &courses, &sweep)))
}

struct Course {
    name: String,
    alignments: Vec<(f64, f64)>,
    distances: Vec<(f64, f64)>,
    end: Weights,
}

impl Course {
    fn alignment(&self) -> f64 {
        self.alignments.last().map_or(f64::NAN, |(_, distance)| *distance)
    }
}

fn descend(
    lab: &mut Lab<'_>,
    k: usize,
    variant: &Variant,
    optimizer: usize,
    iterations: u32,
    span: (f64, f64),
) -> Result<Course, Error> {
    let (subject, principal) = (lab.subject, lab.subject.directions(k));
    let start = start(lab, STATEMENT, k as u32, k, START);
    let rate = variant.rates[optimizer];
    let method = match optimizer {
        0 => Method::Nesterov { rate: rate * MNIST, momentum: 0.9 },
        _ => Method::Adam { rate },
    };
    let descent = Descent::new(&start, variant.objective.clone(), &subject.covariance, method);
    let mut descent = if variant.turning { descent.turning() } else { descent };
    let name = format!("{}, {}", variant.name, OPTIMIZERS[optimizer]);
    let mut course = Course { name, alignments: vec![], distances: vec![], end: start };
    descent.run(iterations, lab, span, |iteration, weights| {
        let at = f64::from(iteration);
        course.alignments.push((at, alignment(&principal, &weights.decoder)));
        course.distances.push((at, subspace_distance(&principal, &weights.decoder)));
        course.end = weights.clone();
        true
    })?;
    Ok(course)
}

fn rows(subject: &Subject, k: usize, variants: &[Variant], courses: &[Course]) -> Vec<Row> {
    let mut rows = vec![];
    for (variant, courses) in variants.iter().zip(courses.chunks(2)) {
        for (optimizer, course) in courses.iter().enumerate() {
            let what = format!("alignment distance, {}", course.name);
            let predicted = match variant.name {
                "RAG" if optimizer == 0 => Prediction::AtMost(0.01),
                "uniform" if k > 1 => Prediction::AtLeast(0.05),
                _ => Prediction::Nothing,
            };
            rows.push(Row::new(&what, predicted, course.alignment()));
            if let Some(published) = variant.published {
                rows.push(Row::new(
                    format!("{what}, beside figure 2"),
                    Prediction::Published(published[optimizer]),
                    course.alignment(),
                ));
            }
        }
    }
    for course in courses.iter().filter(|course| course.name.starts_with("RAG")) {
        let distance = transpose_distance(&course.end.encoder, &course.end.decoder);
        rows.push(Row::new(format!("transpose distance, {}", course.name), Prediction::Nothing, distance));
    }
    let floor = vanishing(subject, k);
    rows.push(Row::new("share of columns with ℓⱼ² ≥ λⱼ, non-uniform", Prediction::Nothing, floor));
    let turned = courses.iter().find(|course| course.name == "RAG, Nesterov").map(|course| &course.end.decoder);
    let ordered = turned.map_or(f64::NAN, |columns| ordered_alignment(&subject.directions(k), columns));
    rows.push(Row::new("ordered alignment distance, RAG, Nesterov", Prediction::AtMost(0.01), ordered));
    rows
}

/// ‖W₂'W₁' − W₂W₁‖ when a turned optimum takes the turn alone, with step α.
fn change_of_product(lab: &Lab<'_>, alpha: f64) -> Result<f64, Error> {
    let (subject, k) = (lab.subject, lab.subject.latent());
    let turned = t_times(&orthogonal(lab, STATEMENT, 1_000_000, k)?, &subject.principal());
    let weights = Weights { encoder: turned.clone(), decoder: turned };
    let plain = Objective::plain(k);
    let codes = plain.gradient(weights.encoder.view(), weights.decoder.view(), subject.covariance()).codes;
    let turn = weights.rotation(&codes);
    let after = t_times(&(&weights.decoder + &(turn.decoder * alpha)), &(&weights.encoder + &(turn.encoder * alpha)));
    Ok(square(&(after - t_times(&weights.decoder, &weights.encoder))).sqrt())
}

/// Alignment distances for several k after a tenth of the iterations, each way by the optimizer that suits it better.
fn sweep(lab: &mut Lab<'_>, iterations: u32) -> Result<Vec<Series>, Error> {
    let sizes: &[usize] = lab.by_effort(&[2, 4, 8, 16], &[2, 5, 10, 20, 50, 100, 200, 500]);
    let sizes: Vec<usize> = sizes.iter().copied().filter(|&k| k < lab.subject.rank()).collect();
    let mut series: Vec<Series> = vec![];
    for (at, &k) in sizes.iter().enumerate() {
        let variants = variants(lab.subject, k);
        let shown = [(&variants[2], 1), (&variants[3], 0), (&variants[4], 1)];
        let share = |which: usize| 0.8 + 0.2 * (at as f64 + which as f64 / shown.len() as f64) / sizes.len() as f64;
        for (which, (variant, optimizer)) in shown.into_iter().enumerate() {
            let span = (share(which), share(which + 1));
            let course = descend(lab, k, variant, optimizer, (iterations / 10).max(1), span)?;
            if series.len() == which {
                series.push(Series::line(course.name.clone(), vec![]));
            }
            series[which].points.push((k as f64, course.alignment()));
        }
    }
    Ok(series)
}

fn figures(subject: &Subject, k: usize, courses: &[Course], sweep: &[Series]) -> Vec<Figure> {
    let curves = |points: fn(&Course) -> &Vec<(f64, f64)>| {
        courses.iter().map(|course| Series::line(course.name.clone(), points(course).clone())).collect()
    };
    let columns = courses.iter().filter(|course| course.name.ends_with("Nesterov"));
    let columns = columns.map(|course| Directions::new(course.name.clone(), course.end.decoder.clone()));
    let groups =
        std::iter::once(Directions::new("principal directions", subject.directions(k))).chain(columns).collect();
    vec![
        Figure::curves(
            "alignment",
            "How far the decoder's columns are from the principal directions",
            "Equal penalties leave the columns where the start led; unequal ones turn them slowly; the rotation-augmented \
             gradient turns them faster, under the descent it was made for.",
            Axis::logarithmic("iteration"),
            Axis::logarithmic("alignment distance"),
            curves(|course| &course.alignments),
        ),
        Figure::curves(
            "subspace",
            "How far the decoder's span is from the principal subspace",
            "All of them find the subspace, long before the axes.",
            Axis::logarithmic("iteration"),
            Axis::logarithmic("subspace distance"),
            curves(|course| &course.distances),
        ),
        Figure::curves(
            "sizes",
            "Larger codes take longer",
            "Alignment distance after a tenth of the iterations, for codes of k numbers.",
            Axis::logarithmic("k"),
            Axis::logarithmic("alignment distance"),
            sweep.to_vec(),
        ),
        Figure::directions(
            "columns",
            "Principal directions and decoder columns",
            "By Nesterov's momentum, at the end.",
            groups,
        ),
    ]
}
