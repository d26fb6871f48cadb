//! # Gradient descent with momentum
//!
//! With gradient g of parameter θ, rate η, weight decay λ, momentum μ, dampening τ:
//!
//! ```text
//!   g ← g + λ θ
//!   b ← μ b + (1 − τ) g        at the first step b ← g
//!   θ ← θ − η b                Nesterov: θ ← θ − η (g + μ b)
//! ```
//!
//! Sutskever, Martens, Dahl and Hinton, *On the importance of initialization and momentum in deep learning* (ICML
//! 2013), equations 1–4, in PyTorch's form: there the velocity is v = −η b, here the rate stays outside, so that a new
//! rate acts at once on all of b. Nesterov's form is rewritten so that θ itself is the point at which g is taken.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Scalar, UpdateRule, update};

use crate::optimizers::{Optimizer, State};
use crate::parameter::Module;

/// Gradient descent, with momentum and Nesterov's correction if asked for; equal to `torch.optim.SGD`.
#[derive(Debug)]
pub struct Sgd<S> {
    momentum: f64,
    dampening: f64,
    nesterov: bool,
    weight_decay: f64,
    state: State<S>,
}

impl<S: Scalar> Default for Sgd<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> Sgd<S> {
    /// θ ← θ − η g, which keeps no memory.
    pub fn new() -> Self {
        Self { momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0, state: State::new([]) }
    }

    /// Descent with momentum μ.
    ///
    /// # Panics
    /// If `momentum` is not in [0, 1).
    #[must_use]
    #[track_caller]
    pub fn with_momentum(momentum: f64) -> Self {
        assert!((0.0..1.0).contains(&momentum), "momentum must lie in [0, 1), here {momentum}");
        Self { momentum, state: State::new(["momentum_buffer"]), ..Self::new() }
    }

    /// Descent with Nesterov's momentum μ.
    ///
    /// # Panics
    /// If `momentum` is not in [0, 1).
    #[must_use]
    #[track_caller]
    pub fn nesterov(momentum: f64) -> Self {
        Self { nesterov: true, ..Self::with_momentum(momentum) }
    }

    /// The same with dampening τ, 0 unless set; it has no effect without momentum.
    #[must_use]
    pub fn dampening(self, dampening: f64) -> Self {
        Self { dampening, ..self }
    }

    /// The same with weight decay λ, 0 unless set.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }
}

impl<S: Scalar> Optimizer<S> for Sgd<S> {
    #[inline(never)]
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64) {
        let fresh = if self.state.step == 0 { 1.0 } else { 1.0 - self.dampening };
        let rule = Descent {
            rate: S::of(rate),
            weight_decay: S::of(self.weight_decay),
            momentum: S::of(self.momentum),
            fresh: S::of(fresh),
            nesterov: self.nesterov,
        };
        if self.momentum == 0.0 {
            self.state.advance(module, gradients, |theta, [], g| update(rule, [theta], [g]));
        } else {
            self.state.advance(module, gradients, |theta, [b], g| update(rule, [theta, b], [g]));
        }
    }

    fn state(&self) -> &State<S> {
        &self.state
    }

    fn state_mut(&mut self) -> &mut State<S> {
        &mut self.state
    }
}

#[derive(Clone, Copy)]
struct Descent<S> {
    rate: S,
    weight_decay: S,
    momentum: S,
    /// What a new gradient weighs in b: 1 − τ, and 1 at the first step.
    fresh: S,
    nesterov: bool,
}

impl<S: Scalar> UpdateRule<S, 1, 1> for Descent<S> {
    #[inline(always)]
    fn apply(self, [theta]: [S; 1], [g]: [S; 1]) -> [S; 1] {
        [theta - self.rate * (g + self.weight_decay * theta)]
    }
}

impl<S: Scalar> UpdateRule<S, 2, 1> for Descent<S> {
    #[inline(always)]
    fn apply(self, [theta, b]: [S; 2], [g]: [S; 1]) -> [S; 2] {
        let g = g + self.weight_decay * theta;
        let b = (self.momentum * b + self.fresh * g).settled();
        let direction = if self.nesterov { g + self.momentum * b } else { b };
        [theta - self.rate * direction, b]
    }
}
