//! # gaussian_kl
//!
//! ```text
//! yᵢ = ½ Σⱼ (μᵢⱼ² + e^λᵢⱼ − λᵢⱼ − 1)
//! μ̄ᵢⱼ = ȳᵢ · μᵢⱼ
//! λ̄ᵢⱼ = ½ · ȳᵢ · (e^λᵢⱼ − 1)
//! ```
//!
//! KL(N(μ, σ²) ‖ N(0, 1)) in nats, with λ = ln σ² (Kingma and Welling, *Auto-encoding variational Bayes*, 2014, appendix B).
//! It is the mean over z ~ N(μ, σ²) of ln N(z; μ, σ²) − ln N(z; 0, 1) = ½ (z² − (z − μ)²/σ² − ln σ²), where z² has mean
//! μ² + σ² and (z − μ)²/σ² has mean 1.
//!
//! Kinks: none. e^λ − 1 is computed as expm1 λ, which keeps its digits near λ = 0, where training ends.

use diabolo_kernels::{Buffer, Rule, Scalar, TermRule, map_rows, sum_rows};

use crate::rows;
use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Divergence of each sample's diagonal Gaussian from the standard one in nats, summed over the last axis.
#[derive(Clone, Copy, Debug)]
pub struct GaussianKl;

impl GaussianKl {
    const CARD: Card = Card {
        name: "gaussian_kl",
        forward: "yᵢ = ½ Σⱼ (μᵢⱼ² + e^λᵢⱼ − λᵢⱼ − 1)",
        backward: &["μ̄ᵢⱼ = ȳᵢ · μᵢⱼ", "λ̄ᵢⱼ = ½ · ȳᵢ · (e^λᵢⱼ − 1)"],
        latex: r"y_i = \tfrac12 \sum_j (\mu_{ij}^2 + e^{\lambda_{ij}} - \lambda_{ij} - 1), \qquad
            \bar\mu_{ij} = \bar y_i\, \mu_{ij}, \quad \bar\lambda_{ij} = \tfrac12 \bar y_i (e^{\lambda_{ij}} - 1)",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for GaussianKl {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        rows::shape(x)
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        sum_rows(Term, [x.value(0), x.value(1)], [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| rows::scale(1.0, gy, x.value(0), g));
        gx.give(1, |g| map_rows(SlopeOfLogVar, gy, [x.value(1)], g));
    }
}

/// ½ (μ² + e^λ − λ − 1)
#[derive(Clone, Copy)]
struct Term;

impl<S: Scalar> TermRule<S, 0, 2> for Term {
    #[inline(always)]
    fn apply(self, [mu, log_var]: [S; 2]) -> ([S; 0], S) {
        ([], S::of(0.5) * (mu.square() + (log_var.exp_m1() - log_var)))
    }
}

/// ½ · ȳ · (e^λ − 1)
#[derive(Clone, Copy)]
struct SlopeOfLogVar;

impl<S: Scalar> Rule<S, 1, 1> for SlopeOfLogVar {
    #[inline(always)]
    fn apply(self, [gy]: [S; 1], [log_var]: [S; 1]) -> S {
        S::of(0.5) * gy * log_var.exp_m1()
    }
}

impl<S: Scalar> Var<'_, S> {
    /// KL(N(μ, σ²) ‖ N(0, 1)) in nats for means `self` and `log_var` = ln σ², summed over the last axis: one number a sample.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let mu = tape.variable(&array![[0.0, 0.0], [1.0, 2.0]]);
    /// let log_var = tape.variable(&array![[0.0, 0.0], [0.0, 0.0]]);
    /// assert_eq!(mu.gaussian_kl(log_var).value(), array![0.0, 2.5].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or have no axis.
    #[must_use]
    #[track_caller]
    pub fn gaussian_kl(self, log_var: Self) -> Self {
        self.tape.record(GaussianKl, &[self, log_var])
    }
}

impl Case for GaussianKl {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].gaussian_kl(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        let shapes: [&[usize]; 3] = [&[3, 4], &[5], &[2, 1, 3]];
        shapes.map(|shape| Sample::new(Self).input(shape, Domain::REAL).input(shape, Domain::REAL)).to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-20.0, 20.0), Domain::Between(-40.0, 40.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |mu: f64, log_var: f64, value: f64, slopes: [f64; 2], why| Edge {
            op: Self,
            inputs: vec![(vec![1, 1], vec![mu]), (vec![1, 1], vec![log_var])],
            value: vec![value],
            gradients: slopes.map(|slope| vec![slope]).to_vec(),
            why,
        };
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, f64::MIN_POSITIVE / 4.0);
        vec![
            edge(0.0, 0.0, 0.0, [0.0, 0.0], "the standard normal itself: the minimum"),
            edge(2.0, 0.0, 2.0, [2.0, 0.0], "½·2²"),
            edge(0.0, 1e-20, 0.0, [0.0, 5e-21], "the slope next to the minimum is not rounded away"),
            edge(tiny, tiny, 0.0, [tiny, tiny / 2.0], "nor are subnormal slopes"),
            edge(0.0, -inf, inf, [0.0, -0.5], "a variance of 0 is infinitely far"),
            edge(0.0, 1e3, inf, [0.0, inf], "e^λ overflows"),
            edge(0.0, inf, nan, [0.0, inf], "∞ − ∞ in the value"),
            edge(nan, 0.0, nan, [nan, 0.0], "NaN mean"),
            edge(1.0, nan, nan, [1.0, nan], "NaN variance"),
            Edge::no_elements(Self, [&[2, 0]; 2], &[0.0; 2], "no terms"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::GaussianKl>();
    }
}
