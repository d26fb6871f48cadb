//! # Adam
//!
//! With gradient g of parameter θ, rate η, step t = 1, 2, …, weight decay λ:
//!
//! ```text
//!   g ← g + λ θ
//!   m ← β₁ m + (1 − β₁) g
//!   v ← β₂ v + (1 − β₂) g²
//!   θ ← θ − η m̂ / (√v̂ + ε)        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
//! ```
//!
//! Kingma and Ba, *Adam: a method for stochastic optimization* (ICLR 2015), algorithm 1, which has λ = 0. Weight decay
//! that enters through g, as an L2 penalty does, is PyTorch's `Adam`; [`AdamW`](crate::AdamW) takes it out again.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Scalar, UpdateRule, update};

use crate::optimizers::{Optimizer, State};
use crate::parameter::Module;

/// Adam; equal to `torch.optim.Adam`.
#[derive(Debug)]
pub struct Adam<S> {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
    state: State<S>,
}

impl<S: Scalar> Default for Adam<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> Adam<S> {
    /// Adam with the published β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, and no weight decay.
    pub fn new() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            state: State::new(["exp_avg", "exp_avg_sq"]),
        }
    }

    /// The same with other decay rates of the moments.
    ///
    /// # Panics
    /// If one is not in [0, 1).
    #[must_use]
    #[track_caller]
    pub fn betas(self, beta1: f64, beta2: f64) -> Self {
        let valid = [beta1, beta2].iter().all(|beta| (0.0..1.0).contains(beta));
        assert!(valid, "the betas of Adam must lie in [0, 1), here {beta1} and {beta2}");
        Self { beta1, beta2, ..self }
    }

    /// The same with another ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// The same with weight decay λ.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }

    pub(super) fn advance(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64, decay: Decay) {
        let t = (self.state.step + 1) as f64;
        let (penalty, shrink) = match decay {
            Decay::Coupled => (self.weight_decay, 1.0),
            Decay::Decoupled => (0.0, 1.0 - rate * self.weight_decay),
        };
        let rule = Moments {
            penalty: S::of(penalty),
            shrink: S::of(shrink),
            fresh1: S::of(1.0 - self.beta1),
            beta2: S::of(self.beta2),
            fresh2: S::of(1.0 - self.beta2),
            rate: S::of(rate / (1.0 - self.beta1.powf(t))),
            unbias: S::of(1.0 / (1.0 - self.beta2.powf(t)).sqrt()),
            epsilon: S::of(self.epsilon),
        };
        self.state.advance(module, gradients, |theta, [m, v], g| update(rule, [theta, m, v], [g]));
    }
}

impl<S: Scalar> Optimizer<S> for Adam<S> {
    #[inline(never)]
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64) {
        self.advance(module, gradients, rate, Decay::Coupled);
    }

    fn state(&self) -> &State<S> {
        &self.state
    }

    fn state_mut(&mut self) -> &mut State<S> {
        &mut self.state
    }
}

/// Where weight decay enters.
#[derive(Clone, Copy)]
pub(super) enum Decay {
    /// Into the gradient, and so into the moments.
    Coupled,
    /// Into the parameter alone.
    Decoupled,
}

/// The rule of Adam and AdamW, with what is the same for all elements of a step.
#[derive(Clone, Copy)]
struct Moments<S> {
    penalty: S,
    shrink: S,
    /// 1 − β₁
    fresh1: S,
    beta2: S,
    /// 1 − β₂
    fresh2: S,
    /// η / (1 − β₁ᵗ)
    rate: S,
    /// 1 / √(1 − β₂ᵗ)
    unbias: S,
    epsilon: S,
}

impl<S: Scalar> UpdateRule<S, 3, 1> for Moments<S> {
    #[inline(always)]
    fn apply(self, [theta, m, v]: [S; 3], [g]: [S; 1]) -> [S; 3] {
        let theta = self.shrink * theta;
        let g = g + self.penalty * theta;
        let m = (m + self.fresh1 * (g - m)).settled();
        let v = self.beta2 * v + self.fresh2 * g.square();
        [theta - self.rate * m / (v.sqrt() * self.unbias + self.epsilon), m, v]
    }
}
