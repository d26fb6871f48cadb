//! The experiments, one statement a file.

use diabolo_models::pca::svd::svd;
use ndarray::Array2;

use crate::descent::Method;
use crate::error::Error;
use crate::finding::Finding;
use crate::matrix::{normal, times};
use crate::objective::Weights;
use crate::run::Lab;
use crate::statement::Statement;
use crate::subject::Subject;

mod axes;
mod decay;
mod linear_vae;
mod nested;
mod nonlinear;
mod plane;
mod probabilistic;
mod rotation;
mod subspace;

/// Puts a statement to the test.
pub(crate) fn run(statement: Statement, lab: &mut Lab<'_>) -> Result<Finding, Error> {
    match statement {
        Statement::Subspace => subspace::run(lab),
        Statement::Nonlinear => nonlinear::run(lab),
        Statement::Rotation => rotation::run(lab),
        Statement::Decay => decay::run(lab),
        Statement::Axes => axes::run(lab),
        Statement::Nested => nested::run(lab),
        Statement::Probabilistic => probabilistic::run(lab),
        Statement::LinearVae => linear_vae::run(lab),
        Statement::Plane => plane::run(lab),
    }
}

/// How descents are made unless a paper says otherwise. In units of λ₁ the curvature at a minimum with W₁ = W₂ᵀ is at most
/// 4, and a step without momentum stable up to the rate 0.5.
const DESCENT: Method = Method::Restarted { rate: 0.05, momentum: 0.95 };
const DESCENT_IN_WORDS: &str =
    "full-batch descent with Nesterov's momentum 0.95 at rate 0.05/λ₁, started anew where the loss rises";

/// A start N(0, std²).
fn start(lab: &Lab<'_>, statement: Statement, site: u32, k: usize, std: f64) -> Weights {
    let shape = (k, lab.subject.features());
    let draw = |half| normal(lab.key(statement, 2 * site + half), shape, std);
    Weights { encoder: draw(0), decoder: draw(1) }
}

/// N(0, 0.01/d): rows of length about 0.1.
fn usual_start(lab: &Lab<'_>, statement: Statement, site: u32) -> Weights {
    let std = 0.1 / (lab.subject.features() as f64).sqrt();
    start(lab, statement, site, lab.subject.latent(), std)
}

/// N(0, 0.25/d): rows of length about 0.5. Descent keeps W₁W₁ᵀ − W₂ᵀW₂ as it was, apart from penalties. From a small start that is
/// nearly 0, W₁ nearly W₂ᵀ, and the code already half in order; from this one it is not.
fn large_start(lab: &Lab<'_>, statement: Statement, site: u32) -> Weights {
    start(lab, statement, site, lab.subject.latent(), 0.5 / (lab.subject.features() as f64).sqrt())
}

/// C⁻¹ by its singular values.
fn inverse(c: &Array2<f64>) -> Result<Array2<f64>, Error> {
    let svd = svd(c.view())?;
    Ok(times(&(&svd.u / &svd.singular_values), &svd.vt).reversed_axes())
}

/// An orthogonal k × k matrix, drawn evenly.
fn orthogonal(lab: &Lab<'_>, statement: Statement, site: u32, k: usize) -> Result<Array2<f64>, Error> {
    let svd = svd(normal(lab.key(statement, site), (k, k), 1.0).view())?;
    Ok(times(&svd.u, &svd.vt))
}

/// The left singular vectors of W₂, as rows by falling singular value, and these; NaN if W₂ is not finite.
fn singular_directions(decoder: &Array2<f64>) -> (Array2<f64>, Vec<f64>) {
    match svd(decoder.view()) {
        Ok(svd) => (svd.vt, svd.singular_values.to_vec()),
        Err(_) => (Array2::from_elem(decoder.dim(), f64::NAN), vec![f64::NAN; decoder.nrows()]),
    }
}

/// The numbers i < k + 1 after which the eigenvalues fall most steeply, at most `count` of them, and a level between λᵢ and
/// λᵢ₊₁ for each, their geometric mean: (how many eigenvalues are above, the level), by rising level.
fn levels(subject: &Subject, count: usize) -> Vec<(usize, f64)> {
    let values = subject.eigenvalues();
    let mut gaps: Vec<usize> = (1..=subject.latent()).collect();
    gaps.sort_by(|&a, &b| (values[a] / values[a - 1]).total_cmp(&(values[b] / values[b - 1])));
    gaps.truncate(count);
    gaps.sort_by(|a, b| b.cmp(a));
    gaps.into_iter().map(|above| (above, (values[above - 1] * values[above]).sqrt())).collect()
}

/// The smallest and the largest of some numbers; NaN if there is one among them.
fn range(numbers: impl IntoIterator<Item = f64>) -> (f64, f64) {
    numbers.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| {
        if x.is_nan() || least.is_nan() { (f64::NAN, f64::NAN) } else { (least.min(x), most.max(x)) }
    })
}

fn largest(numbers: impl IntoIterator<Item = f64>) -> f64 {
    range(numbers).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_is_one() {
        let c = ndarray::array![[2.0, 1.0], [0.5, -1.0]];
        let product = c.dot(&inverse(&c).expect("the matrix is finite"));
        assert!((product - Array2::<f64>::eye(2)).iter().all(|x| x.abs() < 1e-15));
    }

    #[test]
    fn a_range_with_nan_is_nan() {
        assert_eq!(range([2.0, -1.0, 3.0]), (-1.0, 3.0));
        let (least, most) = range([1.0, f64::NAN, 3.0]);
        assert!(least.is_nan() && most.is_nan());
    }
}
