//! # AdamW
//!
//! With gradient g of parameter θ, rate η, weight decay λ, and the moments of [`Adam`]:
//!
//! ```text
//!   θ ← (1 − η λ) θ
//!   θ ← θ − η m̂ / (√v̂ + ε)        m̂, v̂ from g alone
//! ```
//!
//! Loshchilov and Hutter, *Decoupled weight decay regularization* (ICLR 2019), algorithm 2. In Adam a decay that enters
//! through g is divided by √v̂ like the rest of it, so that parameters with large gradients hardly decay; here all decay
//! at the same rate. There the decay is scaled by the schedule alone, here by the whole rate η, as in PyTorch.

use diabolo_autodiff::Gradients;
use diabolo_kernels::Scalar;

use crate::optimizers::adam::Decay;
use crate::optimizers::{Adam, Optimizer, State};
use crate::parameter::Module;

/// Adam with decoupled weight decay; equal to `torch.optim.AdamW`.
#[derive(Debug)]
pub struct AdamW<S>(Adam<S>);

impl<S: Scalar> Default for AdamW<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Scalar> AdamW<S> {
    /// AdamW with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸ and PyTorch's λ = 0.01.
    pub fn new() -> Self {
        Self(Adam::new().weight_decay(0.01))
    }

    /// The same with other decay rates of the moments.
    ///
    /// # Panics
    /// If one is not in [0, 1).
    #[must_use]
    #[track_caller]
    pub fn betas(self, beta1: f64, beta2: f64) -> Self {
        Self(self.0.betas(beta1, beta2))
    }

    /// The same with another ε.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self(self.0.epsilon(epsilon))
    }

    /// The same with weight decay λ.
    #[must_use]
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self(self.0.weight_decay(weight_decay))
    }
}

impl<S: Scalar> Optimizer<S> for AdamW<S> {
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64) {
        self.0.advance(module, gradients, rate, Decay::Decoupled);
    }

    fn state(&self) -> &State<S> {
        self.0.state()
    }

    fn state_mut(&mut self) -> &mut State<S> {
        self.0.state_mut()
    }
}
