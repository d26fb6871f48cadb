//! # Probabilistic PCA
//!
//! x = Wz + μ + ε with z ∼ N(0, I) of k numbers and ε ∼ N(0, σ²I), so that x ∼ N(μ, C), C = WWᵀ + σ²I. With M = WᵀW + σ²I
//! (k × k), no matrix of d × d needs inverting, and the data enter through Σ:
//!
//! ```text
//! C⁻¹ = (I − WM⁻¹Wᵀ)/σ²,   ln |C| = (d − k) ln σ² + ln |M|
//! L = −½ [ d ln 2π + ln |C| + tr(C⁻¹Σ) ]        the mean of ln p(x) over samples
//!
//! ∇W = C⁻¹ΣC⁻¹W − C⁻¹W,   ∂L/∂ln σ² = −½ σ² tr(C⁻¹ − C⁻¹ΣC⁻¹)        C⁻¹W = WM⁻¹
//! ```
//!
//! Source: Tipping & Bishop (1999), *Probabilistic principal component analysis*, equations 4, 7, 8, appendices A and B.

use std::f64::consts::TAU;

use diabolo_models::pca::svd::symmetric_eigen;
use ndarray::{Array1, Array2, Axis};

use crate::error::Error;
use crate::matrix::{dot, times, times_t};
use crate::subject::Subject;

/// Wᵀ (k × d) and ln σ².
#[derive(Clone, Debug)]
pub(crate) struct Ppca {
    pub(crate) loadings: Array2<f64>,
    pub(crate) ln_noise: f64,
}

/// What a model makes of Σ.
pub(crate) struct State {
    /// WᵀΣ, k × d.
    spread: Array2<f64>,
    /// WᵀΣW and M, k × k.
    codes: Array2<f64>,
    m: Array2<f64>,
    m_inverse: Array2<f64>,
    whole: f64,
    pub(crate) log_likelihood: f64,
}

impl Ppca {
    /// The maximum of the likelihood, with R = I.
    pub(crate) fn closed_form(subject: &Subject, k: usize) -> Self {
        let noise = subject.left_out(k) / (subject.features() - k) as f64;
        let lengths: Array1<f64> =
            subject.eigenvalues().iter().take(k).map(|lambda| (lambda - noise).max(0.0).sqrt()).collect();
        Self { loadings: subject.directions(k) * &lengths.insert_axis(Axis(1)), ln_noise: noise.ln() }
    }

    pub(crate) fn noise(&self) -> f64 {
        self.ln_noise.exp()
    }

    pub(crate) fn state(&self, covariance: &Array2<f64>) -> Result<State, Error> {
        let (k, d) = self.loadings.dim();
        let noise = self.noise();
        let spread = times(&self.loadings, covariance);
        let codes = times_t(&spread, &self.loadings);
        let m = times_t(&self.loadings, &self.loadings) + Array2::<f64>::eye(k) * noise;
        let (m_inverse, ln_determinant) = inverse(&m)?;
        let whole: f64 = covariance.diag().sum();
        let distance = (whole - dot(&m_inverse, &codes)) / noise;
        let volume = (d - k) as f64 * self.ln_noise + ln_determinant;
        let log_likelihood = -0.5 * (d as f64 * TAU.ln() + volume + distance);
        Ok(State { spread, codes, m, m_inverse, whole, log_likelihood })
    }

    /// One step of EM, equations 27 and 28: W ← ΣW(σ²M + WᵀΣW)⁻¹M, σ² ← tr(Σ − ΣWM⁻¹Wᵀ)/d with the new W in the last place.
    pub(crate) fn em(&self, state: &State) -> Self {
        let noise = self.noise();
        let (inner, _) = inverse(&(&state.m * noise + &state.codes)).expect("a sum of finite matrices");
        let loadings = times(&times(&state.m, &inner), &state.spread);
        let explained = dot(&times(&state.m_inverse, &loadings), &state.spread);
        let noise = (state.whole - explained) / loadings.ncols() as f64;
        Self { loadings, ln_noise: noise.ln() }
    }

    /// ∇W, as rows, and ∂L/∂ln σ².
    pub(crate) fn gradient(&self, state: &State) -> (Array2<f64>, f64) {
        let (w, inverse, noise) = (&self.loadings, &state.m_inverse, self.noise());
        let b = times(inverse, &state.spread);
        let shrunk = times(inverse, w);
        let twice = (&b - &times(&times_t(&b, w), &shrunk)) / noise;
        let gram = times_t(w, w);
        let trace = (w.ncols() as f64 - dot(inverse, &gram)) / noise;
        let folded = times(&times(inverse, &gram), inverse);
        let spread = (state.whole - 2.0 * dot(inverse, &state.codes) + dot(&folded, &state.codes)) / (noise * noise);
        (twice - shrunk, -0.5 * noise * (trace - spread))
    }
}

/// M⁻¹ and ln |M| of a positive definite matrix; what is not finite makes an error.
fn inverse(m: &Array2<f64>) -> Result<(Array2<f64>, f64), Error> {
    let eigen = symmetric_eigen(m.view())?;
    let inverse = times_t(&(&eigen.vectors / &eigen.values), &eigen.vectors);
    Ok((inverse, eigen.values.mapv(f64::ln).sum()))
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use diabolo_kernels::random::{Key, Stream};
    use diabolo_models::Pca;

    use super::*;
    use crate::matrix::normal;

    fn subject() -> (Array2<f64>, Subject) {
        let data = normal(Key::new(1, Stream::Data), (40, 6), 1.0) * &ndarray::array![3.0, 2.0, 1.5, 1.0, 0.5, 0.2];
        let subject = Subject::new(data.view(), Some(2)).expect("the data are in order");
        (data, subject)
    }

    #[test]
    fn the_likelihood_is_that_of_the_model_of_pca() {
        let (data, subject) = subject();
        let pca = Pca::fit(data.view(), 2).expect("the data are in order");
        // Pca divides by n − 1: its model of the data is that of Σ n/(n − 1), seen with Σ.
        let factor = 40.0 / 39.0;
        let mut model = Ppca::closed_form(&subject, 2);
        model.loadings *= f64::sqrt(factor);
        model.ln_noise += f64::ln(factor);
        let state = model.state(subject.covariance()).expect("the matrices are finite");
        let in_units_of_the_data = state.log_likelihood - 3.0 * subject.unit().ln();
        let wanted = pca.mean_log_likelihood(data.view()).expect("there is a density");
        assert_relative_eq!(in_units_of_the_data, wanted, max_relative = 1e-12);
    }

    #[test]
    fn the_gradient_is_that_of_the_likelihood() {
        let (_, subject) = subject();
        let sigma = subject.covariance();
        let model = Ppca { loadings: normal(Key::new(2, Stream::Data), (2, 6), 0.4), ln_noise: -1.3 };
        let value = |model: &Ppca| model.state(sigma).expect("the matrices are finite").log_likelihood;
        let (slope, of_noise) = model.gradient(&model.state(sigma).expect("the matrices are finite"));
        let h = 1e-6;
        let difference = |change: &dyn Fn(&mut Ppca, f64)| {
            let (mut up, mut down) = (model.clone(), model.clone());
            change(&mut up, h);
            change(&mut down, -h);
            (value(&up) - value(&down)) / (2.0 * h)
        };
        for at in [(0, 0), (1, 3), (0, 5)] {
            assert_relative_eq!(slope[at], difference(&|m, h| m.loadings[at] += h), max_relative = 1e-7);
        }
        assert_relative_eq!(of_noise, difference(&|m, h| m.ln_noise += h), max_relative = 1e-7);
    }
}
