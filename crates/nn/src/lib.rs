//! Layers, parameters, initialisers, optimizers and schedules.
//!
//! A layer is a value that owns its parameters; it computes on the tape of a [`Context`] and knows nothing of data or models.

#![forbid(unsafe_code)]

mod clip;
mod context;
pub mod initialiser;
pub mod layers;
pub mod optimizers;
mod parameter;
mod schedule;

pub use clip::clip_by_norm;
pub use context::Context;
pub use initialiser::{Initialiser, Keys};
pub use layers::{Activation, Dropout, Embedding, Layer, Linear, Sequential};
pub use optimizers::{Adam, AdamW, Optimizer, Sgd};
pub use parameter::{Module, Parameter, Path, count, count_all};
pub use schedule::{Course, Schedule};
