//! Less when nothing is gained.

/// The rate is multiplied by a factor when the test loss has not improved for more than a number of epochs.
///
/// A loss improves on the best so far, b, if it is below b − threshold · |b|. After each epoch without improvement a
/// counter goes up; when it exceeds the patience, the rate falls and the counter starts again.
///
/// PyTorch's `ReduceLROnPlateau` with its defaults, but that the floor is a fraction of the base rate, that however small
/// a fall counts, and that b − threshold · |b| is below b for a negative loss too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// γ, what the rate is multiplied by.
    pub factor: f64,
    /// The number of epochs without improvement that are put up with.
    pub patience: u32,
    /// The part of the best loss by which another must be lower.
    pub threshold: f64,
    /// The fraction of the base rate that it never falls below.
    pub floor: f64,
}

impl Default for Plateau {
    /// PyTorch's: a tenth after more than ten epochs without an improvement by 10⁻⁴, without a floor.
    fn default() -> Self {
        Self { factor: 0.1, patience: 10, threshold: 1e-4, floor: 0.0 }
    }
}

impl Plateau {
    /// The part of the base rate after epochs with these test losses.
    ///
    /// It is computed anew from all of them, so that nothing has to be remembered beside what was measured.
    pub(super) fn factor(self, losses: impl IntoIterator<Item = f64>) -> f64 {
        let (mut factor, mut best, mut since) = (1.0, f64::INFINITY, 0);
        for loss in losses {
            if best == f64::INFINITY || loss < best - self.threshold * best.abs() {
                (best, since) = (loss, 0);
                continue;
            }
            since += 1;
            if since > self.patience {
                (factor, since) = (self.floor.max(factor * self.factor), 0);
            }
        }
        factor
    }
}
