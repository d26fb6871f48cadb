//! One rise and one fall.

use std::f64::consts::PI;

/// The rate rises along half a cosine to the base rate, then falls along another far below where it began.
///
/// With step t of T, the peak at p = rise · T − 1, and half a cosine ½(1 − cos π s) between two values at s = 0 and 1:
///
/// ```text
///   t ≤ p    from η / div to η                             s = t / p
///   t > p    from η to η / (div · final_div)               s = (t − p) / (T − 1 − p)
/// ```
///
/// Smith and Topin, *Super-convergence: very fast training of neural networks using large learning rates* (2017), in the
/// two phases of PyTorch's `OneCycleLR`, whose `pct_start`, `div_factor` and `final_div_factor` these are. The base rate
/// is the largest: `max_lr` there. The momentum is left alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The share of the run in which the rate rises.
    pub rise: f64,
    /// How many times lower than the base rate it begins.
    pub div: f64,
    /// How many times lower than at the beginning it ends.
    pub final_div: f64,
}

impl Default for OneCycle {
    /// PyTorch's: up for 0.3 of the run from η / 25, then down to η / 250,000.
    fn default() -> Self {
        Self { rise: 0.3, div: 25.0, final_div: 1e4 }
    }
}

impl OneCycle {
    /// The part of the base rate after `done` of `total` steps.
    pub(super) fn factor(self, done: u64, total: u64) -> f64 {
        let (first, end) = (1.0 / self.div, 1.0 / (self.div * self.final_div));
        if total == 0 {
            return first; // all of the run is warm-up
        }
        let (t, last) = (done as f64, total as f64 - 1.0);
        let peak = self.rise * total as f64 - 1.0;
        if peak > 0.0 && t <= peak {
            between(first, 1.0, t / peak)
        } else if t >= last {
            end
        } else {
            between(1.0, end, (t - peak) / (last - peak))
        }
    }
}

/// From `from` at s = 0 to `to` at s = 1 along half a cosine.
fn between(from: f64, to: f64, s: f64) -> f64 {
    to + (from - to) * 0.5 * (1.0 + (PI * s).cos())
}
