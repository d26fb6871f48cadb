//! Memory filled with a value that must not be seen, for checks.

use diabolo_kernels::Scalar;

use super::Tape;

impl<S: Scalar> Tape<S> {
    /// As [`reset`](Self::reset), and overwrites the memory that is kept with `value`, for checks: an op that fills its output
    /// and what it keeps gives the same as before.
    pub fn poison_memory(&mut self, value: S) {
        self.reset();
        for node in &mut self.0.get_mut().nodes {
            node.own.fill(value);
            node.kept.fill(value);
        }
    }
}
