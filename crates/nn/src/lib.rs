//! Layers, parameters, initialisers, optimizers and schedules.
//!
//! A layer is a value that owns its parameters; it computes on the tape of a [`Context`] and knows nothing of data or models.

#![forbid(unsafe_code)]

mod clip;
mod context;
mod error;
pub mod initialiser;
pub mod layers;
pub mod optimizers;
mod parameter;
mod schedule;
mod updates;

pub use clip::{clip_by_norm, clip_by_value};
pub use context::Context;
pub use error::Error;
pub use initialiser::{Initialiser, Keys};
pub use layers::{Activation, BatchNorm1d, Dense, Dropout, Embedding, Layer, LayerNorm, Linear, Norm, Sequential};
pub use optimizers::{Adagrad, Adam, AdamW, Ema, Optimizer, RmsProp, Sgd};
pub use parameter::{Module, Parameter, Path, count, count_all};
pub use schedule::{Course, Moment, OneCycle, Plateau, Schedule};
pub use updates::Updates;
