//! # RMSprop
//!
//! With gradient g of parameter θ, rate η, weight decay λ, momentum μ:
//!
//! ```text
//!   g ← g + λ θ
//!   v ← α v + (1 − α) g²
//!   ḡ ← α ḡ + (1 − α) g            centered: s = √(v − ḡ²), else s = √v
//!   b ← μ b + g / (s + ε)
//!   θ ← θ − η b
//! ```
//!
//! Tieleman and Hinton, *Lecture 6.5: rmsprop* (Coursera: Neural networks for machine learning, 2012), which has neither
//! ε nor the options. Centered, the gradient is divided by its standard deviation in place of its size: Graves,
//! *Generating sequences with recurrent neural networks* (arXiv:1308.0850, 2013), equations 38–45, with ε outside the root.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Scalar, UpdateRule, update};

use crate::optimizers::{Optimizer, State};
use crate::parameter::Module;

/// RMSprop, centered and with momentum if asked for; equal to `torch.optim.RMSprop`.
#[derive(Debug)]
pub struct RmsProp<S> {
    alpha: f64,
    epsilon: f64,
    momentum: f64,
    centered: bool,
    weight_decay: f64,
    state: State<S>,
}

impl<S: Scalar> Default for RmsProp<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> RmsProp<S> {
    /// RMSprop with PyTorch's α = 0.99 and ε = 10⁻⁸, not centered, without momentum and weight decay.
    pub fn new() -> Self {
        Self {
            alpha: 0.99,
            epsilon: 1e-8,
            momentum: 0.0,
            centered: false,
            weight_decay: 0.0,
            state: State::new(["square_avg"]),
        }
    }

    /// The same with another decay rate of the moments.
    ///
    /// # Panics
    /// If it is not in [0, 1).
    #[must_use]
    #[track_caller]
    pub fn alpha(self, alpha: f64) -> Self {
        assert!((0.0..1.0).contains(&alpha), "alpha of RMSprop must lie in [0, 1), here {alpha}");
        Self { alpha, ..self }
    }

    /// The same with another ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// The same with momentum μ.
    ///
    /// # Panics
    /// If it is not in [0, 1).
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: f64) -> Self {
        assert!((0.0..1.0).contains(&momentum), "momentum must lie in [0, 1), here {momentum}");
        Self { momentum, ..self }.with_slots()
    }

    /// The same, dividing by the standard deviation of the gradient.
    #[must_use]
    pub fn centered(self) -> Self {
        Self { centered: true, ..self }.with_slots()
    }

    /// The same with weight decay λ.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self { weight_decay, ..self }
    }

    fn with_slots(self) -> Self {
        let state = match (self.momentum > 0.0, self.centered) {
            (false, false) => State::new(["square_avg"]),
            (true, false) => State::new(["square_avg", "momentum_buffer"]),
            (false, true) => State::new(["square_avg", "grad_avg"]),
            (true, true) => State::new(["square_avg", "momentum_buffer", "grad_avg"]),
        };
        Self { state, ..self }
    }
}

impl<S: Scalar> Optimizer<S> for RmsProp<S> {
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64) {
        let rule = Moments {
            weight_decay: S::of(self.weight_decay),
            alpha: S::of(self.alpha),
            fresh: S::of(1.0 - self.alpha),
            epsilon: S::of(self.epsilon),
            momentum: S::of(self.momentum),
            rate: S::of(rate),
        };
        let state = &mut self.state;
        match (self.momentum > 0.0, self.centered) {
            (false, false) => state.advance(module, gradients, |theta, [v], g| update(Plain(rule), [theta, v], [g])),
            (true, false) => {
                state.advance(module, gradients, |theta, [v, b], g| update(WithMomentum(rule), [theta, v, b], [g]));
            }
            (false, true) => {
                state.advance(module, gradients, |theta, [v, m], g| update(Centered(rule), [theta, v, m], [g]));
            }
            (true, true) => state.advance(module, gradients, |theta, [v, b, m], g| {
                update(CenteredWithMomentum(rule), [theta, v, b, m], [g]);
            }),
        }
    }

    fn state(&self) -> &State<S> {
        &self.state
    }

    fn state_mut(&mut self) -> &mut State<S> {
        &mut self.state
    }
}

/// The parts that the four rules are made of.
#[derive(Clone, Copy)]
struct Moments<S> {
    weight_decay: S,
    alpha: S,
    /// 1 − α
    fresh: S,
    epsilon: S,
    momentum: S,
    rate: S,
}

impl<S: Scalar> Moments<S> {
    #[inline(always)]
    fn decayed(self, theta: S, g: S) -> S {
        g + self.weight_decay * theta
    }

    #[inline(always)]
    fn square(self, v: S, g: S) -> S {
        self.alpha * v + self.fresh * g.square()
    }

    #[inline(always)]
    fn mean(self, mean: S, g: S) -> S {
        (mean + self.fresh * (g - mean)).settled()
    }

    /// b, which follows the directions.
    #[inline(always)]
    fn followed(self, b: S, direction: S) -> S {
        (self.momentum * b + direction).settled()
    }

    #[inline(always)]
    fn direction(self, g: S, variance: S) -> S {
        g / (variance.sqrt() + self.epsilon)
    }
}

#[derive(Clone, Copy)]
struct Plain<S>(Moments<S>);

impl<S: Scalar> UpdateRule<S, 2, 1> for Plain<S> {
    #[inline(always)]
    fn apply(self, [theta, v]: [S; 2], [g]: [S; 1]) -> [S; 2] {
        let g = self.0.decayed(theta, g);
        let v = self.0.square(v, g);
        [theta - self.0.rate * self.0.direction(g, v), v]
    }
}

#[derive(Clone, Copy)]
struct WithMomentum<S>(Moments<S>);

impl<S: Scalar> UpdateRule<S, 3, 1> for WithMomentum<S> {
    #[inline(always)]
    fn apply(self, [theta, v, b]: [S; 3], [g]: [S; 1]) -> [S; 3] {
        let g = self.0.decayed(theta, g);
        let v = self.0.square(v, g);
        let b = self.0.followed(b, self.0.direction(g, v));
        [theta - self.0.rate * b, v, b]
    }
}

#[derive(Clone, Copy)]
struct Centered<S>(Moments<S>);

impl<S: Scalar> UpdateRule<S, 3, 1> for Centered<S> {
    #[inline(always)]
    fn apply(self, [theta, v, m]: [S; 3], [g]: [S; 1]) -> [S; 3] {
        let g = self.0.decayed(theta, g);
        let (v, m) = (self.0.square(v, g), self.0.mean(m, g));
        [theta - self.0.rate * self.0.direction(g, v - m.square()), v, m]
    }
}

#[derive(Clone, Copy)]
struct CenteredWithMomentum<S>(Moments<S>);

impl<S: Scalar> UpdateRule<S, 4, 1> for CenteredWithMomentum<S> {
    #[inline(always)]
    fn apply(self, [theta, v, b, m]: [S; 4], [g]: [S; 1]) -> [S; 4] {
        let g = self.0.decayed(theta, g);
        let (v, m) = (self.0.square(v, g), self.0.mean(m, g));
        let b = self.0.followed(b, self.0.direction(g, v - m.square()));
        [theta - self.0.rate * b, v, b, m]
    }
}
