//! Numbers with twice the digits of `f64`, and duals of them that know how large the terms of their sums were.

mod double_double;
mod exponential;
mod functions;
mod jet;
mod logarithm;
mod logistic;
mod normal;
mod power;
mod slopes;
mod trigonometric;

pub(crate) use double_double::DoubleDouble;
pub(crate) use jet::Jet;

#[cfg(test)]
mod figures;
