//! What to run, and how long.

use crate::statement::Statement;

/// What to run, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// k, the numbers of a code; `None` for the smaller of 8 and half the rank of the data.
    pub latent: Option<usize>,
    /// Seed of every random number.
    pub seed: u64,
    /// Which statements to put to the test, in this order.
    pub statements: Vec<Statement>,
    /// How long to train.
    pub effort: Effort,
    /// Steps of the longest descents (statements 5, 6 and 8), in place of what the effort says.
    pub iterations: Option<u32>,
}

/// How long to train.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Everything within a minute or two on two cores.
    Quick,
    /// As long as the papers did: 30,000 iterations for statement 5.
    Full,
}

impl Default for Settings {
    /// All statements, quickly, with seed 0.
    fn default() -> Self {
        Self { latent: None, seed: 0, statements: Statement::ALL.to_vec(), effort: Effort::Quick, iterations: None }
    }
}
