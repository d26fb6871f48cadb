//! # Adagrad
//!
//! With gradient g of parameter θ, rate η, step t = 1, 2, …, weight decay λ, decay of the rate δ:
//!
//! ```text
//!   g ← g + λ θ
//!   s ← s + g²                     s = s₀ before the first step
//!   θ ← θ − η / (1 + (t − 1) δ) · g / (√s + ε)
//! ```
//!
//! Duchi, Hazan and Singer, *Adaptive subgradient methods for online learning and stochastic optimization* (JMLR 12,
//! 2011), section 1.2 with the diagonal of G, where δ, λ and s₀ are 0. The rate of a parameter only ever falls, and
//! the more the larger its gradients were: rare features keep learning.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Scalar, UpdateRule, update};

use crate::optimizers::state::Start;
use crate::optimizers::{Optimizer, State};
use crate::parameter::Module;

/// Adagrad; equal to `torch.optim.Adagrad`.
#[derive(Debug)]
pub struct Adagrad<S> {
    rate_decay: f64,
    epsilon: f64,
    weight_decay: f64,
    state: State<S>,
}

impl<S: Scalar> Default for Adagrad<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> Adagrad<S> {
    /// Adagrad with PyTorch's ε = 10⁻¹⁰, sums that start at 0, and neither decay of the rate nor of the weights.
    pub fn new() -> Self {
        Self { rate_decay: 0.0, epsilon: 1e-10, weight_decay: 0.0, state: State::new(["sum"]) }
    }

    /// The same with a rate that falls as 1 / (1 + (t − 1) δ), beside what a schedule does.
    #[must_use]
    pub fn rate_decay(self, rate_decay: f64) -> Self {
        Self { rate_decay, ..self }
    }

    /// The same with sums that start at s₀.
    ///
    /// # Panics
    /// If `start` is negative.
    #[must_use]
    #[track_caller]
    pub fn start(mut self, start: f64) -> Self {
        assert!(start >= 0.0, "a sum of squares cannot start at {start}");
        self.state.slots[0].start = Start::At(S::of(start));
        self
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
}

impl<S: Scalar> Optimizer<S> for Adagrad<S> {
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64) {
        let rule = Sum {
            weight_decay: S::of(self.weight_decay),
            epsilon: S::of(self.epsilon),
            rate: S::of(rate / (1.0 + self.state.step as f64 * self.rate_decay)),
        };
        self.state.advance(module, gradients, |theta, [s], g| update(rule, [theta, s], [g]));
    }

    fn state(&self) -> &State<S> {
        &self.state
    }

    fn state_mut(&mut self) -> &mut State<S> {
        &mut self.state
    }
}

#[derive(Clone, Copy)]
struct Sum<S> {
    weight_decay: S,
    epsilon: S,
    rate: S,
}

impl<S: Scalar> UpdateRule<S, 2, 1> for Sum<S> {
    #[inline(always)]
    fn apply(self, [theta, s]: [S; 2], [g]: [S; 1]) -> [S; 2] {
        let g = g + self.weight_decay * theta;
        let s = s + g.square();
        [theta - self.rate * g / (s.sqrt() + self.epsilon), s]
    }
}
