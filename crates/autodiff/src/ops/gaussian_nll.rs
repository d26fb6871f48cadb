//! # gaussian_nll
//!
//! ```text
//! yᵢ = ½ Σⱼ (ln 2π + λᵢⱼ + (xᵢⱼ − μᵢⱼ)² · e^−λᵢⱼ)
//! x̄ᵢⱼ = ȳᵢ · (xᵢⱼ − μᵢⱼ) · e^−λᵢⱼ
//! μ̄ᵢⱼ = −ȳᵢ · (xᵢⱼ − μᵢⱼ) · e^−λᵢⱼ
//! λ̄ᵢⱼ = ½ · ȳᵢ · (1 − (xᵢⱼ − μᵢⱼ)² · e^−λᵢⱼ)
//! ```
//!
//! −ln N(x; μ, σ²) in nats, with λ = ln σ² and with the constant ½ ln 2π, so that it can be compared between models (Bishop,
//! *Pattern recognition and machine learning*, 2006, equation 1.46). In r = (x − μ)/σ the term is ½ (ln 2π + λ + r²), with the
//! slopes r/σ and ½ (1 − r²).
//!
//! 1/σ is computed as e^(−λ/2), which overflows at twice the λ at which e^−λ does. The forward rule keeps both slopes.
//!
//! Ulps: r² has what rounding does to x − μ and to 1/σ twice.
//!
//! Kinks: none. With a variance of 0 the loss is ∞ − ∞ = NaN, and with an infinite one ∞.

use diabolo_kernels::{Buffer, Scalar, TermRule, sum_rows};

use crate::rows;
use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Negative log-likelihood of each sample in nats under a diagonal Gaussian, summed over the last axis.
#[derive(Clone, Copy, Debug)]
pub struct GaussianNll;

impl GaussianNll {
    const CARD: Card = Card {
        name: "gaussian_nll",
        forward: "yᵢ = ½ Σⱼ (ln 2π + λᵢⱼ + (xᵢⱼ − μᵢⱼ)² · e^−λᵢⱼ)",
        backward: &[
            "x̄ᵢⱼ = ȳᵢ · (xᵢⱼ − μᵢⱼ) · e^−λᵢⱼ",
            "μ̄ᵢⱼ = −ȳᵢ · (xᵢⱼ − μᵢⱼ) · e^−λᵢⱼ",
            "λ̄ᵢⱼ = ½ · ȳᵢ · (1 − (xᵢⱼ − μᵢⱼ)² · e^−λᵢⱼ)",
        ],
        latex: r"y_i = \tfrac12 \sum_j \left(\ln 2\pi + \lambda_{ij} + (x_{ij} - \mu_{ij})^2 e^{-\lambda_{ij}}\right), \qquad
            \bar x_{ij} = -\bar\mu_{ij} = \bar y_i (x_{ij} - \mu_{ij})\, e^{-\lambda_{ij}}, \quad
            \bar\lambda_{ij} = \tfrac12 \bar y_i \left(1 - (x_{ij} - \mu_{ij})^2 e^{-\lambda_{ij}}\right)",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

impl<S: Scalar> Op<S> for GaussianNll {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        rows::shape(x)
    }

    /// Keeps the slopes for x, and behind them those for λ.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let size = x.value(0).len();
        kept.resize(2 * size);
        let (of_x, of_log_var) = kept.split_at_mut(size);
        sum_rows(SlopesAndTerm, [x.value(0), x.value(1), x.value(2)], [of_x, of_log_var], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let (of_x, of_log_var) = kept.split_at(x.value(0).len());
        gx.give(0, |g| rows::scale(1.0, gy, of_x, g));
        gx.give(1, |g| rows::scale(-1.0, gy, of_x, g));
        gx.give(2, |g| rows::scale(1.0, gy, of_log_var, g));
    }
}

/// r/σ, ½ (1 − r²) and ½ (ln 2π + λ + r²)
#[derive(Clone, Copy)]
struct SlopesAndTerm;

impl<S: Scalar> TermRule<S, 2, 3> for SlopesAndTerm {
    #[inline(always)]
    fn apply(self, [x, mu, log_var]: [S; 3]) -> ([S; 2], S) {
        let half = S::of(0.5);
        let precision = (-half * log_var).exp(); // 1/σ
        let r = (x - mu) * precision;
        let constant = S::of(std::f64::consts::TAU.ln());
        ([r * precision, half * (S::one() - r.square())], half * (constant + log_var + r.square()))
    }
}

impl<S: Scalar> Var<'_, S> {
    /// −ln N(self; μ, σ²) in nats for means `mu` and `log_var` = ln σ², summed over the last axis: one number a sample.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.constant(&array![[1.0, 2.0]]);
    /// let mu = tape.variable(&array![[1.0, 0.0]]);
    /// let log_var = tape.variable(&array![[0.0, 0.0]]);
    /// let nats = x.gaussian_nll(mu, log_var).item();
    /// assert!((nats - (std::f64::consts::TAU.ln() + 2.0)).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or have no axis. One variance for all: [`broadcast_to`](Self::broadcast_to).
    #[must_use]
    #[track_caller]
    pub fn gaussian_nll(self, mu: Self, log_var: Self) -> Self {
        self.tape.record(GaussianNll, &[self, mu, log_var])
    }
}

impl Case for GaussianNll {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].gaussian_nll(x[1], x[2])
    }

    fn samples() -> Vec<Sample<Self>> {
        let shapes: [&[usize]; 3] = [&[3, 4], &[5], &[2, 1, 3]];
        let real = Domain::REAL;
        shapes.map(|shape| Sample::new(Self).input(shape, real).input(shape, real).input(shape, real)).to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        let mean = Domain::Powers(-20.0, 20.0);
        vec![mean, mean, Domain::Between(-40.0, 40.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |inputs: [f64; 3], value: f64, slopes: [f64; 3], why| Edge {
            op: Self,
            inputs: inputs.map(|x| (vec![1, 1], vec![x])).to_vec(),
            value: vec![value],
            gradients: slopes.map(|slope| vec![slope]).to_vec(),
            why,
        };
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, f64::MIN_POSITIVE / 4.0);
        let standard = 0.918_938_533_204_672_8; // ½ ln 2π
        vec![
            edge([0.0, 0.0, 0.0], standard, [0.0, 0.0, 0.5], "the top of the standard normal"),
            edge([tiny, 0.0, 0.0], standard, [tiny, -tiny, 0.5], "next to the top the slope is subnormal, and not 0"),
            edge([3.0, 1.0, 0.0], standard + 2.0, [2.0, -2.0, -1.5], "½ · 2²"),
            edge([0.0, 0.0, -1000.0], standard - 500.0, [0.0, 0.0, 0.5], "e^−λ alone would overflow, and 0 · ∞ be NaN"),
            edge([1.0, 0.0, 1000.0], standard + 500.0, [0.0, 0.0, 0.5], "far too wide"),
            edge([1.0, 0.0, inf], inf, [0.0, 0.0, 0.5], "infinitely wide"),
            edge([1.0, 0.0, -inf], nan, [inf, -inf, -inf], "∞ − ∞ in the value: a variance of 0"),
            edge([inf, 0.0, 0.0], inf, [inf, -inf, -inf], "infinitely far away"),
            edge([nan, 0.0, 0.0], nan, [nan, nan, nan], "NaN sample"),
            edge([0.0, nan, 0.0], nan, [nan, nan, nan], "NaN mean"),
            edge([1.0, 0.0, nan], nan, [nan, nan, nan], "NaN variance"),
            Edge::no_elements(Self, [&[2, 0]; 3], &[0.0; 2], "no terms"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::GaussianNll>();
    }
}
