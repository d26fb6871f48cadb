//! Formulas that join the numbers along axes, as they stand in any textbook: nothing is shifted, nothing kept.

use std::any::Any;

use diabolo_autodiff::ops::{
    cumsum::Cumsum, log_softmax::LogSoftmax, logsumexp::LogSumExp, max::Max, mean::Mean, min::Min, prod::Prod,
    softmax::Softmax, sum::Sum, variance::Variance,
};
use diabolo_kernels::Scalar;

use super::slices::{reduce, replace, sum};
use super::{Formula, of};

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    of(op, |Sum { axes }, x| reduce(&x[0], axes, sum))
        .or_else(|| of(op, |Mean { axes }, x| reduce(&x[0], axes, mean)))
        .or_else(|| of(op, |Variance { axes, ddof }, x| reduce(&x[0], axes, |x| variance(x, *ddof))))
        .or_else(|| of(op, |Prod { axes }, x| reduce(&x[0], axes, prod)))
        .or_else(|| of(op, |Max { axes }, x| reduce(&x[0], axes, |x| extreme(x, |a, b| a > b))))
        .or_else(|| of(op, |Min { axes }, x| reduce(&x[0], axes, |x| extreme(x, |a, b| a < b))))
        .or_else(|| of(op, |LogSumExp { axes }, x| reduce(&x[0], axes, logsumexp)))
        .or_else(|| of(op, |Softmax { axes }, x| replace(&x[0], axes, softmax)))
        .or_else(|| of(op, |LogSoftmax { axes }, x| replace(&x[0], axes, log_softmax)))
        .or_else(|| of(op, |Cumsum { axis }, x| replace(&x[0], &[*axis], running_sums)))
}

/// Σ x / n
fn mean<S: Scalar>(x: &[S]) -> S {
    sum(x) / S::of(x.len() as f64)
}

/// Σ (x − m)² / (n − ddof). It does not matter from where numbers are counted, so it is from the first here: a large mean is no excuse.
fn variance<S: Scalar>(x: &[S], ddof: usize) -> S {
    let origin = S::of(x[0].to_f64());
    let x: Vec<S> = x.iter().map(|&x| x - origin).collect();
    let m = mean(&x);
    let squares: Vec<S> = x.iter().map(|&x| (x - m) * (x - m)).collect();
    sum(&squares) / S::of(x.len() as f64 - ddof as f64)
}

/// Π x
fn prod<S: Scalar>(x: &[S]) -> S {
    x.iter().fold(S::one(), |product, &x| product * x)
}

/// The element that comes before all others; the mean of them if there are several, so that each has the documented share.
fn extreme<S: Scalar>(x: &[S], before: impl Fn(S, S) -> bool) -> S {
    let first: Vec<S> = x.iter().copied().filter(|&own| !x.iter().any(|&other| before(other, own))).collect();
    mean(&first)
}

fn exp<S: Scalar>(x: &[S]) -> Vec<S> {
    x.iter().map(|x| x.exp()).collect()
}

/// ln Σ eˣ. A sum of exponentials is rounded, so its logarithm has no better last place than 1 has, nor than the largest x.
fn logsumexp<S: Scalar>(x: &[S]) -> S {
    let largest = x.iter().map(|x| x.to_f64()).fold(f64::NEG_INFINITY, f64::max);
    let size = S::of(1.0 + largest.abs());
    (sum(&exp(x)).ln() - size) + size
}

/// eˣ / Σ eˣ
fn softmax<S: Scalar>(x: &[S]) -> Vec<S> {
    let e = exp(x);
    let total = sum(&e);
    e.into_iter().map(|e| e / total).collect()
}

/// x − ln Σ eˣ
fn log_softmax<S: Scalar>(x: &[S]) -> Vec<S> {
    let log_total = logsumexp(x);
    x.iter().map(|&x| x - log_total).collect()
}

/// Σⱼ xⱼ over j ≤ i
fn running_sums<S: Scalar>(x: &[S]) -> Vec<S> {
    (0..x.len()).map(|i| sum(&x[..=i])).collect()
}
