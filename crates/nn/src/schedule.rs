//! How the rate of learning changes over a run.
//!
//! With base rate η, step t = 0, 1, …, of T steps, W of which warm up, in epoch e = 0, 1, …:
//!
//! ```text
//!   constant     η
//!   cosine       η (f + (1 − f) (1 + cos π s) / 2)         s = (t − W) / (T − W)
//!   step         η γ^⌊e / n⌋
//!   one-cycle    up to η and down again                    see [`OneCycle`]
//!   plateau      η γ^k after k plateaus of the test loss   see [`Plateau`]
//!
//!   t < W        times (t + 1) / (W + 1)
//! ```
//!
//! The cosine is that of Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts* (ICLR 2017),
//! equation 5, without restarts, with η_max = η and η_min = f η; from step T on the rate stays at f η. `step` is PyTorch's
//! `StepLR`. Warm-up is that of Goyal et al., *Accurate, large minibatch SGD* (2017), section 2.2, and goes with all.

use std::f64::consts::PI;

mod one_cycle;
mod plateau;
mod text;

pub use one_cycle::OneCycle;
pub use plateau::Plateau;

/// The rate of each step of a run.
///
/// Written as a name with options behind a colon: `constant:warmup=500`, `cosine:floor=0.01,warmup=500`,
/// `step:every=10,factor=0.1`, `one-cycle:rise=0.3,div=25,final_div=10000`,
/// `plateau:factor=0.1,patience=10,threshold=0.0001,floor=0`.
///
/// ```
/// use diabolo_nn::{Moment, Schedule};
///
/// let at = |step| Moment { step, steps: 1009, epochs: 1 };
/// let schedule: Schedule = "cosine:floor=0.1,warmup=9".parse()?;
/// assert_eq!(schedule.rate(0.01, at(0), []), 0.001);
/// assert_eq!(schedule.rate(0.01, at(9), []), 0.01);
/// assert_eq!(schedule.rate(0.01, at(1009), []), 0.001);
/// # Ok::<(), diabolo_nn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Schedule {
    /// How the rate goes, apart from warm-up.
    pub course: Course,
    /// W, the number of steps before the rate of the course is reached.
    pub warmup: u64,
}

/// How a rate goes, apart from warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Course {
    /// It stays.
    #[default]
    Constant,
    /// It falls along half a cosine.
    Cosine {
        /// f, the fraction of the base rate that it falls to.
        floor: f64,
    },
    /// It is multiplied by a factor again and again.
    Step {
        /// n, the number of epochs from one time to the next, at least 1.
        every: u32,
        /// γ
        factor: f64,
    },
    /// It rises and falls once in a run.
    OneCycle(OneCycle),
    /// It falls when the test loss does not.
    Plateau(Plateau),
}

/// A place in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// t, the number of steps done in the whole run.
    pub step: u64,
    /// The number of steps in an epoch, at least 1.
    pub steps: u64,
    /// The number of epochs in the run.
    pub epochs: u64,
}

impl Moment {
    /// T, the number of steps in the run.
    pub fn total(self) -> u64 {
        self.steps * self.epochs
    }

    /// e, the number of epochs done.
    pub fn epoch(self) -> u64 {
        self.step / self.steps
    }
}

impl Schedule {
    /// The base rate throughout.
    pub const CONSTANT: Self = Self { course: Course::Constant, warmup: 0 };

    /// A cosine from the base rate to 0.
    pub const COSINE: Self = Self { course: Course::Cosine { floor: 0.0 }, warmup: 0 };

    /// The same with `steps` steps of warm-up.
    #[must_use]
    pub fn warmup(self, steps: u64) -> Self {
        Self { warmup: steps, ..self }
    }

    /// The rate of the step at a place in a run whose epochs so far ended with these test `losses`.
    ///
    /// It depends on nothing else, so that a run which goes on from a checkpoint has the rates of one that never stopped.
    pub fn rate(&self, base: f64, at: Moment, losses: impl IntoIterator<Item = f64>) -> f64 {
        let rate = base * self.factor(at, losses);
        if at.step < self.warmup { rate * (at.step + 1) as f64 / (self.warmup as f64 + 1.0) } else { rate }
    }

    /// The course's part of the base rate.
    fn factor(&self, at: Moment, losses: impl IntoIterator<Item = f64>) -> f64 {
        // Steps after warm-up: done, and in all.
        let (done, total) = (at.step.saturating_sub(self.warmup), at.total().saturating_sub(self.warmup));
        match self.course {
            Course::Constant => 1.0,
            Course::Cosine { floor } if at.step >= at.total() => floor,
            Course::Cosine { floor } => floor + (1.0 - floor) * 0.5 * (1.0 + (PI * share(done, total)).cos()),
            Course::Step { every, factor } => factor.powf((at.epoch() / u64::from(every)) as f64),
            Course::OneCycle(cycle) => cycle.factor(done, total),
            Course::Plateau(plateau) => plateau.factor(losses),
        }
    }
}

/// `done / total`, and 0 of nothing.
fn share(done: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { done as f64 / total as f64 }
}

#[cfg(test)]
mod tests;
