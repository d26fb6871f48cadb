//! Cutting work in two until a piece is small enough, each half on whichever thread is free.
//!
//! Nothing is allocated on the way. Where the cuts fall depends on the size of the work alone.

/// Work over a number of units (elements, rows, blocks) that can be cut between any two of them.
pub(crate) trait Divisible: Sized + Send {
    /// How many units there are.
    fn units(&self) -> usize;
    /// The first `at` units, and the rest.
    fn cut(self, at: usize) -> (Self, Self);
    /// Does the work, on this thread.
    fn run(self);
}

/// Runs `work` in pieces of at most `grain` units, all but the last a multiple of it.
pub(crate) fn run<W: Divisible>(work: W, grain: usize) {
    let pieces = work.units().div_ceil(grain);
    if pieces <= 1 {
        return work.run();
    }
    let (front, back) = work.cut(pieces / 2 * grain);
    rayon::join(|| run(front, grain), || run(back, grain));
}
