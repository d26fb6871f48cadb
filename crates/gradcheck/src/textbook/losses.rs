//! Losses as their papers write them: one number a sample, a sum along the last axis.

use std::any::Any;

use diabolo_autodiff::ops::{
    bce::Bce, bce_with_logits::BceWithLogits, cross_entropy::CrossEntropy, gaussian_kl::GaussianKl,
    gaussian_kl_between::GaussianKlBetween, gaussian_nll::GaussianNll, squared_error::SquaredError,
};
use diabolo_kernels::Scalar;
use ndarray::{ArrayD, Axis};

use super::slices::{reduce, sum};
use super::{Formula, of};

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    of(op, |_: &Bce, x| rows(x, |[p, t]| bce(p, t)))
        .or_else(|| of(op, |_: &BceWithLogits, x| rows(x, |[l, t]| bce_with_logits(l, t))))
        .or_else(|| of(op, |CrossEntropy { labels }, x| cross_entropy(&x[0], labels)))
        .or_else(|| of(op, |_: &SquaredError, x| rows(x, |[x, t]| (x - t) * (x - t))))
        .or_else(|| of(op, |_: &GaussianKl, x| rows(x, |[mu, lambda]| gaussian_kl(mu, lambda))))
        .or_else(|| of(op, |_: &GaussianKlBetween, x| rows(x, gaussian_kl_between)))
        .or_else(|| of(op, |_: &GaussianNll, x| rows(x, |[x, mu, lambda]| gaussian_nll(x, mu, lambda))))
}

/// Σⱼ of a term of the inputs at j, for each row.
fn rows<S: Scalar, const N: usize>(x: &[ArrayD<S>], term: impl Fn([S; N]) -> S) -> ArrayD<S> {
    let terms = ArrayD::from_shape_fn(x[0].shape(), |at| term(std::array::from_fn(|i| x[i][at.clone()])));
    reduce(&terms, &[terms.ndim() - 1], sum)
}

/// −t · ln p − (1 − t) · ln(1 − p)
fn bce<S: Scalar>(p: S, t: S) -> S {
    -(t * p.ln()) - (S::one() - t) * (S::one() - p).ln()
}

/// −t · ln σ(l) − (1 − t) · ln(1 − σ(l)) with −ln σ(l) = ln(1 + e⁻ˡ) and −ln(1 − σ(l)) = ln(1 + eˡ)
fn bce_with_logits<S: Scalar>(l: S, t: S) -> S {
    t * (-l).exp().ln_1p() + (S::one() - t) * l.exp().ln_1p()
}

/// −ln softmax(l)ₖ = ln(1 + Σⱼ e^(lⱼ − lₖ) over j ≠ k)
fn cross_entropy<S: Scalar>(logits: &ArrayD<S>, labels: &[usize]) -> ArrayD<S> {
    ArrayD::from_shape_fn(vec![labels.len()], |at| {
        let (row, k) = (logits.index_axis(Axis(0), at[0]), labels[at[0]]);
        let others = row.iter().enumerate().filter(|(j, _)| *j != k);
        others.map(|(_, &l)| (l - row[k]).exp()).fold(S::zero(), |sum, term| sum + term).ln_1p()
    })
}

/// ½ (μ² + e^λ − λ − 1)
fn gaussian_kl<S: Scalar>(mu: S, lambda: S) -> S {
    (mu * mu + lambda.exp() - lambda - S::one()) / S::of(2.0)
}

/// ln (τ/σ) + (σ² + (μ − ν)²) / 2τ² − ½
fn gaussian_kl_between<S: Scalar>([mu, lambda, nu, kappa]: [S; 4]) -> S {
    let two = S::of(2.0);
    (kappa - lambda) / two + (lambda.exp() + (mu - nu) * (mu - nu)) / (two * kappa.exp()) - S::of(0.5)
}

/// −ln (e^(−(x − μ)²/2σ²) / √(2πσ²))
fn gaussian_nll<S: Scalar>(x: S, mu: S, lambda: S) -> S {
    let two = S::of(2.0);
    (S::of(std::f64::consts::TAU).ln() + lambda) / two + (x - mu) * (x - mu) / (two * lambda.exp())
}
