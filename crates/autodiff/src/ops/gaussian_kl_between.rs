//! # gaussian_kl_between
//!
//! ```text
//! yᵢ = ½ Σⱼ (e^(λᵢⱼ − κᵢⱼ) − 1 − (λᵢⱼ − κᵢⱼ) + (μᵢⱼ − νᵢⱼ)² · e^−κᵢⱼ)
//! μ̄ᵢⱼ = ȳᵢ · (μᵢⱼ − νᵢⱼ) · e^−κᵢⱼ
//! λ̄ᵢⱼ = ½ · ȳᵢ · (e^(λᵢⱼ − κᵢⱼ) − 1)
//! ν̄ᵢⱼ = −ȳᵢ · (μᵢⱼ − νᵢⱼ) · e^−κᵢⱼ
//! κ̄ᵢⱼ = −½ · ȳᵢ · (e^(λᵢⱼ − κᵢⱼ) − 1 + (μᵢⱼ − νᵢⱼ)² · e^−κᵢⱼ)
//! ```
//!
//! KL(N(μ, σ²) ‖ N(ν, τ²)) in nats, with λ = ln σ² and κ = ln τ². It is the mean over z ~ N(μ, σ²) of
//! ln N(z; μ, σ²) − ln N(z; ν, τ²) = ½ ((z − ν)²/τ² − (z − μ)²/σ² + ln τ² − ln σ²), where (z − ν)² has mean σ² + (μ − ν)² and
//! (z − μ)²/σ² has mean 1. With ν = 0 and κ = 0 it is gaussian_kl.
//!
//! With δ = λ − κ, e^δ − 1 is computed as expm1 δ, which keeps its digits where the variances are nearly equal, with what
//! rounding took from δ made good; and (μ − ν)² e^−κ as the square of (μ − ν) e^(−κ/2), which overflows later. The forward rule
//! keeps the slopes.
//!
//! Ulps: (μ − ν)² e^−κ has what rounding does to μ − ν and to e^(−κ/2) twice.
//!
//! Kinks: none. A variance of 0 is infinitely far from any other, on either side.

use diabolo_kernels::{Buffer, Scalar, TermRule, sum_rows};

use crate::difference::exp_m1_of_difference;
use crate::rows;
use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Divergence of each sample's diagonal Gaussian from another one in nats, summed over the last axis.
#[derive(Clone, Copy, Debug)]
pub struct GaussianKlBetween;

impl GaussianKlBetween {
    const CARD: Card = Card {
        name: "gaussian_kl_between",
        forward: "yᵢ = ½ Σⱼ (e^(λᵢⱼ − κᵢⱼ) − 1 − (λᵢⱼ − κᵢⱼ) + (μᵢⱼ − νᵢⱼ)² · e^−κᵢⱼ)",
        backward: &[
            "μ̄ᵢⱼ = ȳᵢ · (μᵢⱼ − νᵢⱼ) · e^−κᵢⱼ",
            "λ̄ᵢⱼ = ½ · ȳᵢ · (e^(λᵢⱼ − κᵢⱼ) − 1)",
            "ν̄ᵢⱼ = −ȳᵢ · (μᵢⱼ − νᵢⱼ) · e^−κᵢⱼ",
            "κ̄ᵢⱼ = −½ · ȳᵢ · (e^(λᵢⱼ − κᵢⱼ) − 1 + (μᵢⱼ − νᵢⱼ)² · e^−κᵢⱼ)",
        ],
        latex: r"y_i = \tfrac12 \sum_j \left(e^{\delta_{ij}} - 1 - \delta_{ij} + (\mu_{ij} - \nu_{ij})^2
            e^{-\kappa_{ij}}\right), \quad \delta = \lambda - \kappa, \qquad
            \bar\mu_{ij} = -\bar\nu_{ij} = \bar y_i (\mu_{ij} - \nu_{ij})\, e^{-\kappa_{ij}}, \quad
            \bar\lambda_{ij} = \tfrac12 \bar y_i (e^{\delta_{ij}} - 1), \quad
            \bar\kappa_{ij} = -\bar\lambda_{ij} - \tfrac12 \bar y_i (\mu_{ij} - \nu_{ij})^2 e^{-\kappa_{ij}}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

impl<S: Scalar> Op<S> for GaussianKlBetween {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        rows::shape(x)
    }

    /// Keeps the slopes for μ, λ and κ, one behind the other.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let size = x.value(0).len();
        kept.resize(3 * size);
        let (of_mu, rest) = kept.split_at_mut(size);
        let (of_lambda, of_kappa) = rest.split_at_mut(size);
        sum_rows(SlopesAndTerm, [0, 1, 2, 3].map(|i| x.value(i)), [of_mu, of_lambda, of_kappa], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let size = x.value(0).len();
        let [of_mu, of_lambda, of_kappa] = [0, 1, 2].map(|slope| &kept[slope * size..(slope + 1) * size]);
        gx.give(0, |g| rows::scale(1.0, gy, of_mu, g));
        gx.give(1, |g| rows::scale(1.0, gy, of_lambda, g));
        gx.give(2, |g| rows::scale(-1.0, gy, of_mu, g));
        gx.give(3, |g| rows::scale(1.0, gy, of_kappa, g));
    }
}

/// The slopes of the term for μ, λ and κ, and the term.
#[derive(Clone, Copy)]
struct SlopesAndTerm;

impl<S: Scalar> TermRule<S, 3, 4> for SlopesAndTerm {
    #[inline(always)]
    fn apply(self, [mu, lambda, nu, kappa]: [S; 4]) -> ([S; 3], S) {
        let half = S::of(0.5);
        let precision = (-half * kappa).exp(); // 1/τ
        let r = (mu - nu) * precision;
        let [difference, excess] = exp_m1_of_difference(lambda, kappa);
        let term = half * ((excess - difference) + r.square());
        ([r * precision, half * excess, -half * (excess + r.square())], term)
    }
}

impl<S: Scalar> Var<'_, S> {
    /// KL(N(μ, σ²) ‖ N(ν, τ²)) in nats for means `self` and `other_mu`, `log_var` = ln σ² and `other_log_var` = ln τ²,
    /// summed over the last axis: one number a sample.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let mu = tape.variable(&array![[1.0, 5.0]]);
    /// let other = tape.variable(&array![[1.0, 2.0]]);
    /// let log_var = tape.variable(&array![[0.0, 0.0]]);
    /// assert_eq!(mu.gaussian_kl_between(log_var, other, log_var).item(), 4.5);
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or have no axis.
    #[must_use]
    #[track_caller]
    pub fn gaussian_kl_between(self, log_var: Self, other_mu: Self, other_log_var: Self) -> Self {
        self.tape.record(GaussianKlBetween, &[self, log_var, other_mu, other_log_var])
    }
}

impl Case for GaussianKlBetween {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].gaussian_kl_between(x[1], x[2], x[3])
    }

    fn samples() -> Vec<Sample<Self>> {
        let shapes: [&[usize]; 3] = [&[3, 4], &[5], &[2, 1, 3]];
        let four = |shape: &[usize]| (0..4).fold(Sample::new(Self), |sample, _| sample.input(shape, Domain::REAL));
        shapes.map(four).to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        let (mean, log_variance) = (Domain::Powers(-20.0, 20.0), Domain::Between(-20.0, 20.0));
        vec![mean, log_variance, mean, log_variance]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |inputs: [f64; 4], value: f64, slopes: [f64; 4], why| Edge {
            op: Self,
            inputs: inputs.map(|x| (vec![1, 1], vec![x])).to_vec(),
            value: vec![value],
            gradients: slopes.map(|slope| vec![slope]).to_vec(),
            why,
        };
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, f64::MIN_POSITIVE / 4.0);
        vec![
            edge([3.0, 2.0, 3.0, 2.0], 0.0, [0.0; 4], "from itself: the minimum"),
            edge([3.0, 0.0, 1.0, 0.0], 2.0, [2.0, 0.0, -2.0, -2.0], "½ · 2²"),
            edge(
                [0.0, 1e-20, 0.0, 0.0],
                0.0,
                [0.0, 5e-21, 0.0, -5e-21],
                "the slope next to the minimum is not rounded away",
            ),
            edge([tiny, tiny, 0.0, 0.0], 0.0, [tiny, tiny / 2.0, -tiny, -tiny / 2.0], "nor are subnormal slopes"),
            edge([1.0, -1000.0, 1.0, -1000.0], 0.0, [0.0; 4], "e^−κ alone would overflow, and 0 · ∞ be NaN"),
            edge(
                [0.0, -1e12, 0.0, 0.1],
                499_999_999_999.55,
                [0.0, -0.5, 0.0, 0.5],
                "what rounding takes from λ − κ is no part of a slope that saturates",
            ),
            edge([inf, 0.0, 0.0, 0.0], inf, [inf, 0.0, -inf, -inf], "infinitely far away"),
            edge([0.0, -inf, 0.0, 0.0], inf, [0.0, -0.5, 0.0, 0.5], "a variance of 0 is infinitely far"),
            edge(
                [1.0, 0.0, 0.0, -inf],
                nan,
                [inf, inf, -inf, -inf],
                "∞ − ∞ in the value: nothing is near a variance of 0",
            ),
            edge([0.0, 1e3, 0.0, 0.0], inf, [0.0, inf, 0.0, -inf], "e^δ overflows"),
            edge([nan, 0.0, 0.0, 0.0], nan, [nan, 0.0, nan, nan], "NaN mean"),
            edge([0.0, nan, 0.0, 0.0], nan, [0.0, nan, 0.0, nan], "NaN variance"),
            edge([0.0, 0.0, nan, 0.0], nan, [nan, 0.0, nan, nan], "NaN in the other mean"),
            edge([1.0, 0.0, 0.0, nan], nan, [nan, nan, nan, nan], "NaN in the other variance"),
            Edge::no_elements(Self, [&[2, 0]; 4], &[0.0; 2], "no terms"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::GaussianKlBetween>();
    }
}
