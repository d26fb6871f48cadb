//! What the benches and the program beside them have in common: data, reference models, and training by steps and epochs.

#![forbid(unsafe_code)]

pub mod data;
pub mod reference;
pub mod training;
