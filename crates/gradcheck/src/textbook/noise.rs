//! Formulas with noise, which is drawn from the op's key by the documented fills and used as the paper says.

use std::any::Any;

use diabolo_autodiff::ops::{dropout::Dropout, reparameterize::Reparameterize};
use diabolo_kernels::Scalar;
use diabolo_kernels::random::{Key, fill_normal, fill_uniform};
use ndarray::{ArrayD, Zip};

use super::{Formula, of};

pub(super) fn formula(op: &dyn Any) -> Option<Formula<'_>> {
    of(op, |Dropout { p, key }, x| dropout(&x[0], *p, *key))
        .or_else(|| of(op, |Reparameterize { key }, x| reparameterize(&x[0], &x[1], *key)))
}

/// x · m / (1 − p), with m = 1 where a number drawn evenly from [0, 1) is below 1 − p; for p = 1 nothing stays.
fn dropout<S: Scalar>(x: &ArrayD<S>, p: f64, key: Key) -> ArrayD<S> {
    let u = noise(x.shape(), |u| fill_uniform(key, 0.0, 1.0, u));
    let keep = S::one() - S::of(p);
    Zip::from(x).and(&u).map_collect(|&x, &u| if u < 1.0 - p { x / keep } else { S::zero() * x })
}

/// μ + e^(λ/2) · ε
fn reparameterize<S: Scalar>(mu: &ArrayD<S>, log_var: &ArrayD<S>, key: Key) -> ArrayD<S> {
    let epsilon = noise(mu.shape(), |epsilon| fill_normal(key, 0.0, 1.0, epsilon));
    Zip::from(mu).and(log_var).and(&epsilon).map_collect(|&mu, &log_var, &epsilon| {
        let sigma = (log_var / S::of(2.0)).exp();
        mu + sigma * S::of(epsilon)
    })
}

/// The draws of a key, in the order of the elements.
fn noise(shape: &[usize], fill: impl FnOnce(&mut [f64])) -> ArrayD<f64> {
    let mut noise = ArrayD::zeros(shape);
    fill(noise.as_slice_mut().expect("new arrays are contiguous"));
    noise
}
