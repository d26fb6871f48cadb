//! Minka's estimate of the number of components.
//!
//! Let λ₁ ≥ … ≥ λ_d be the variances along all components and v the mean of those behind the k-th. Laplace's method
//! gives for the probability of the data under probabilistic PCA with k components (Minka 2000, equations 30 and 31)
//!
//! ```text
//! ln p(D|k) ≈ ln p(U) − n/2 Σᵢ≤ₖ ln λᵢ − n(d − k)/2 ln v + (m + k)/2 ln 2π − ½ ln |A| − k/2 ln n
//!
//! m = dk − k(k + 1)/2                                          degrees of freedom of k directions
//! ln p(U) = −k ln 2 + Σᵢ≤ₖ [ln Γ((d − i + 1)/2) − (d − i + 1)/2 ln π]          the uniform prior on them
//! |A| = Πᵢ≤ₖ Πⱼ₌ᵢ₊₁…d (1/λ̂ⱼ − 1/λ̂ᵢ)(λᵢ − λⱼ) n                 λ̂ᵢ = λᵢ up to k, v behind
//! ```
//!
//! The double product would cost d² logarithms for each k. Between the first k it is Π (λᵢ − λⱼ)²/(λᵢλⱼ), and between
//! one of them and one behind Π (λᵢ − λⱼ)(λᵢ − v)/(vλᵢ), so that its logarithm can be carried from k to k + 1 with the d
//! logarithms of the differences from λₖ₊₁. A difference of 0, between equal variances, is left out: the formula has no value
//! there.

use std::f64::consts::{LN_2, PI};

/// What is smaller counts as 0. It is absolute, as in scikit-learn.
const NEGLIGIBLE: f64 = 1e-15;

/// The k from 1 to d − 1 with the largest evidence, the first of several; 1 if there is none.
pub(super) fn dimension(variances: &[f64], samples: usize) -> usize {
    let mut best = (1, f64::NEG_INFINITY);
    let mut evidence = Evidence::new(variances, samples);
    for k in 1..variances.len() {
        if variances[k - 1] < NEGLIGIBLE {
            break;
        }
        let value = evidence.of_next();
        if value > best.1 {
            best = (k, value);
        }
    }
    best.0
}

/// The sums of the formula, carried from k to k + 1.
struct Evidence<'a> {
    variances: &'a [f64],
    samples: f64,
    k: usize,
    /// ln p(U)
    prior: f64,
    /// Σᵢ≤ₖ ln λᵢ
    logs: f64,
    /// Σᵢ<ⱼ≤ₖ ln (λᵢ − λⱼ)
    within: f64,
    /// Σᵢ≤ₖ<ⱼ ln (λᵢ − λⱼ)
    across: f64,
}

impl<'a> Evidence<'a> {
    fn new(variances: &'a [f64], samples: usize) -> Self {
        Self { variances, samples: samples as f64, k: 0, prior: 0.0, logs: 0.0, within: 0.0, across: 0.0 }
    }

    /// ln p(D|k) for the next k.
    fn of_next(&mut self) -> f64 {
        let (features, dimension) = (self.variances.len(), self.variances.len() as f64);
        let (front, rest) = self.variances.split_at(self.k);
        let (new, behind) = (rest[0], &rest[1..]);
        let to_front: f64 = front.iter().map(|lambda| ln_or_nothing(lambda - new)).sum();
        let to_behind: f64 = behind.iter().map(|lambda| ln_or_nothing(new - lambda)).sum();
        self.within += to_front;
        self.across += to_behind - to_front;
        self.logs += new.ln();
        let degrees = features - self.k;
        self.prior += ln_gamma_of_half(degrees) - LN_2 - degrees as f64 / 2.0 * PI.ln();
        self.k += 1;

        let (k, n) = (self.k as f64, self.samples);
        let others = dimension - k;
        let noise = (behind.iter().sum::<f64>() / others).max(NEGLIGIBLE);
        let freedom = dimension * k - k * (k + 1.0) / 2.0;
        let to_noise: f64 =
            self.variances[..self.k].iter().map(|lambda| ln_or_nothing(1.0 / noise - 1.0 / lambda)).sum();
        let curvature = 2.0 * self.within - (k - 1.0) * self.logs + self.across + others * to_noise + freedom * n.ln();
        let fit = -n / 2.0 * (self.logs + others * noise.ln());
        self.prior + fit + (freedom + k) / 2.0 * (2.0 * PI).ln() - curvature / 2.0 - k / 2.0 * n.ln()
    }
}

fn ln_or_nothing(x: f64) -> f64 {
    if x > 0.0 { x.ln() } else { 0.0 }
}

/// ln Γ(m/2) for m ≥ 1, by Γ(x + 1) = x Γ(x) from Γ(½) = √π and Γ(1) = 1.
fn ln_gamma_of_half(m: usize) -> f64 {
    let start = if m.is_multiple_of(2) { 0.0 } else { PI.ln() / 2.0 };
    let first = if m.is_multiple_of(2) { 2 } else { 1 };
    start + (first..m).step_by(2).map(|i| (i as f64 / 2.0).ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_of_halves() {
        let factorial_of_5 = 120.0_f64;
        approx::assert_relative_eq!(ln_gamma_of_half(12), factorial_of_5.ln(), max_relative = 1e-15);
        approx::assert_relative_eq!(ln_gamma_of_half(5), (0.75 * PI.sqrt()).ln(), max_relative = 1e-15);
        assert_eq!((ln_gamma_of_half(2), ln_gamma_of_half(1)), (0.0, PI.ln() / 2.0));
    }

    /// The formula as it is written, without carrying anything along.
    fn evidence(variances: &[f64], k: usize, samples: usize) -> f64 {
        let (d, n) = (variances.len(), samples as f64);
        let noise = variances[k..].iter().sum::<f64>() / (d - k) as f64;
        let hat = |i: usize| if i < k { variances[i] } else { noise };
        let half = |i: usize| (d - i) as f64 / 2.0;
        let prior: f64 = (0..k).map(|i| ln_gamma_of_half(d - i) - half(i) * PI.ln() - LN_2).sum();
        let logs: f64 = variances[..k].iter().map(|lambda| lambda.ln()).sum();
        let m = (d * k) as f64 - (k * (k + 1)) as f64 / 2.0;
        let pairs = (0..k).flat_map(|i| (i + 1..d).map(move |j| (i, j)));
        let curvature: f64 =
            pairs.map(|(i, j)| ((1.0 / hat(j) - 1.0 / hat(i)) * (variances[i] - variances[j]) * n).ln()).sum();
        prior - n / 2.0 * (logs + (d - k) as f64 * noise.ln()) + (m + k as f64) / 2.0 * (2.0 * PI).ln()
            - curvature / 2.0
            - k as f64 / 2.0 * n.ln()
    }

    #[test]
    fn carried_along_is_as_written() {
        let variances = [9.0, 5.5, 4.0, 1.2, 1.1, 0.7, 0.65, 0.1];
        let mut carried = Evidence::new(&variances, 50);
        for k in 1..variances.len() {
            approx::assert_relative_eq!(carried.of_next(), evidence(&variances, k, 50), max_relative = 1e-12);
        }
    }

    #[test]
    fn equal_variances_and_none() {
        assert!((1..6).contains(&dimension(&[2.0, 2.0, 1.0, 1.0, 1.0, 1.0], 20)));
        assert_eq!(dimension(&[0.0; 4], 20), 1);
        assert_eq!(dimension(&[3.0], 20), 1);
        assert_eq!(dimension(&[5.0, 3.0, 0.0, 0.0], 20), 2);
    }
}
