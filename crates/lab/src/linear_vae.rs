//! # Linear variational autoencoder
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
//! Source: Lucas, Tucker, Grosse & Norouzi (2019), *Don't blame the ELBO! A linear VAE perspective on posterior collapse*,
//! equations 6 to 8.

use std::f64::consts::TAU;

use ndarray::{Array2, Axis, concatenate};

use crate::ascent::Ascent;
use crate::matrix::{dot, times, times_t};

/// V, Wᵀ (both k × d) and σ².
#[derive(Clone, Debug)]
pub(crate) struct LinearVae {
    pub(crate) encoder: Array2<f64>,
    pub(crate) decoder: Array2<f64>,
    pub(crate) noise: f64,
}

/// The bound and its gradient.
pub(crate) struct Slope {
    pub(crate) elbo: f64,
    encoder: Array2<f64>,
    decoder: Array2<f64>,
}

impl LinearVae {
    /// ELBO, ∇V and ∇Wᵀ by the formulas of this file's header, with D at its maximum for W and σ²; and then σ² at its maximum
    /// for the rest, unless it is `fixed`.
    pub(crate) fn slope(&mut self, covariance: &Array2<f64>, fixed: bool) -> Slope {
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
    pub(crate) fn step(&mut self, ascent: &mut Ascent, slope: &Slope, rate: f64) {
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
