//! What a training run is told.

use diabolo_autodiff::Gradients;
use diabolo_kernels::Scalar;
use diabolo_nn::{Module, Schedule, clip_by_norm, clip_by_value};

/// What a training run is told beyond model, data and optimizer.
///
/// ```
/// use diabolo_models::trainer::Plan;
/// use diabolo_nn::Schedule;
///
/// let plan = Plan { epochs: 50, rate: 3e-3, schedule: Schedule::COSINE, ..Plan::default() };
/// assert_eq!((plan.batch, plan.clip), (128, None));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Epochs in all.
    pub epochs: u32,
    /// Samples in a batch; the last of an epoch may be smaller.
    pub batch: usize,
    /// The learning rate that the schedule starts from.
    pub rate: f64,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// The largest norm of a gradient, if any.
    pub clip: Option<f64>,
    /// The largest size of a number in a gradient, if any; it comes before the norm.
    pub clip_value: Option<f64>,
    /// The seed of shuffling and noise.
    pub seed: u64,
    /// Whether every number of every step is looked at, and the run stops where an op makes the first NaN or infinity, forward
    /// or backward, even if the loss stays finite.
    pub anomaly: bool,
}

impl Default for Plan {
    /// Ten epochs in batches of 128 at the rate 10⁻³, which stays; no clipping; seed 0; a look at
    /// loss and gradients alone.
    fn default() -> Self {
        let schedule = Schedule::CONSTANT;
        Self { epochs: 10, batch: 128, rate: 1e-3, schedule, clip: None, clip_value: None, seed: 0, anomaly: false }
    }
}

impl Plan {
    /// Clips the gradients of `module` as asked for.
    pub(super) fn clip<S: Scalar>(&self, gradients: &mut Gradients<S>, module: &dyn Module<S>) {
        if let Some(limit) = self.clip_value {
            clip_by_value(gradients, module, limit);
        }
        if let Some(limit) = self.clip {
            clip_by_norm(gradients, module, limit);
        }
    }
}
