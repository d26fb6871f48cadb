//! # Exponential moving average of the weights
//!
//! After each step t = 1, 2, … of another optimizer:
//!
//! ```text
//!   θ̄ ← d θ̄ + (1 − d) θ            θ̄ = θ before the first step
//!   d = decay                      with warm-up: d = min(decay, (1 + t) / (10 + t))
//! ```
//!
//! Polyak and Juditsky, *Acceleration of stochastic approximation by averaging* (SIAM J. Control Optim. 30, 1992), with
//! weights that decay. The average lags behind by about 1 / (1 − d) steps, over which noise averages out: it is the
//! better model, and never trained itself. Warm-up is TensorFlow's (`tf.train.ExponentialMovingAverage`): an average
//! over few steps at first, so that a short run does not remember where it began.

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Buffer, Scalar, UpdateRule, update};

use crate::optimizers::state::{Slot, Start};
use crate::optimizers::{Optimizer, State};
use crate::parameter::{Module, Parameter, Path};

/// An optimizer that also averages the parameters which another one moves.
///
/// The average is one more slot of the other's [`State`], so that it is saved and restored with the moments.
/// [`swap_average`](Optimizer::swap_average) puts it into the module and the module's own numbers into the slot; the slot
/// is called `raw` for what it holds then, whenever a module is shown or saved. Buffers are not averaged.
///
/// ```
/// use diabolo_nn::{Ema, Optimizer, Sgd};
///
/// let optimizer = Ema::<f32>::new(Box::new(Sgd::with_momentum(0.9)), 0.999).warmup();
/// let names: Vec<&str> = optimizer.state().slots.iter().map(|slot| slot.name).collect();
/// assert_eq!(names, ["momentum_buffer", "raw"]);
/// ```
#[derive(Debug)]
pub struct Ema<S> {
    inner: Box<dyn Optimizer<S>>,
    decay: f64,
    warmup: bool,
}

impl<S: Scalar> Ema<S> {
    /// An average of what `inner` moves, with this decay at every step.
    ///
    /// # Panics
    /// If `decay` is not in [0, 1).
    #[track_caller]
    pub fn new(mut inner: Box<dyn Optimizer<S>>, decay: f64) -> Self {
        assert!((0.0..1.0).contains(&decay), "the decay of an average must lie in [0, 1), here {decay}");
        inner.state_mut().slots.push(Slot { name: "raw", start: Start::AtParameter, values: vec![] });
        Self { inner, decay, warmup: false }
    }

    /// The same with a decay that grows to its value over the first steps.
    #[must_use]
    pub fn warmup(self) -> Self {
        Self { warmup: true, ..self }
    }

    /// d at step t.
    fn decay_at(&self, t: f64) -> f64 {
        if self.warmup { self.decay.min((1.0 + t) / (10.0 + t)) } else { self.decay }
    }

    /// Shows each trained parameter with its place in the slot.
    fn pair(&mut self, module: &mut dyn Module<S>, mut see: impl FnMut(&mut Parameter<S>, &mut Buffer<S>)) {
        let state = self.inner.state_mut();
        state.prepare(module);
        let slot = state.slots.last_mut().expect("the average has a slot");
        let mut values = slot.values.iter_mut();
        module.visit_mut(Path::ROOT, &mut |path, parameter| {
            if parameter.is_trained() {
                let value = values.next().filter(|value| value.len() == parameter.value().len());
                let value = value.unwrap_or_else(|| panic!("the average of {path} belongs to another module"));
                see(parameter, value);
            }
        });
    }
}

impl<S: Scalar> Optimizer<S> for Ema<S> {
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64) {
        self.inner.step(module, gradients, rate);
        let fresh = S::of(1.0 - self.decay_at(self.inner.state().step as f64));
        self.pair(module, |parameter, average| update(Approach { fresh }, [average], [parameter.value()]));
    }

    fn state(&self) -> &State<S> {
        self.inner.state()
    }

    fn state_mut(&mut self) -> &mut State<S> {
        self.inner.state_mut()
    }

    fn swap_average(&mut self, module: &mut dyn Module<S>) {
        self.pair(module, Parameter::swap);
    }
}

#[derive(Clone, Copy)]
struct Approach<S> {
    /// 1 − d
    fresh: S,
}

impl<S: Scalar> UpdateRule<S, 1, 1> for Approach<S> {
    #[inline(always)]
    fn apply(self, [average]: [S; 1], [theta]: [S; 1]) -> [S; 1] {
        [average + self.fresh * (theta - average)]
    }
}
