//! Tape, variables, dual numbers, and one file per differentiable op.
//!
//! ```
//! use diabolo_autodiff::{Gradients, Tape};
//! use ndarray::array;
//!
//! let tape = Tape::<f64>::new();
//! let x = tape.variable(&array![[0.5, -1.0], [2.0, 0.0]]);
//! let loss = (x.tanh() * x).sum_all();
//!
//! let mut gradients = Gradients::new();
//! loss.backward(&mut gradients);
//! let slope = gradients.of(x).expect("the loss depends on x");
//! assert!((slope[[0, 0]] - (0.5_f64.tanh() + 0.5 / 0.5_f64.cosh().powi(2))).abs() < 1e-15);
//! ```
//!
//! Values on the tape are contiguous. The tape records *(op, inputs, place)* in a vector of slots, so the order of
//! creation is already a topological order, and [`Var::backward`] walks it once from the end, without recursion.
//! Rules hand their cotangents to the driver, which alone skips what nobody wants, accumulates, and undoes broadcasting.

#![forbid(unsafe_code)]

mod case;
mod difference;
mod dual;
mod elementwise;
mod extremes;
#[cfg(test)]
mod finite_difference;
mod gradients;
mod op;
pub mod ops;
mod rows;
mod shape;
mod slices;
mod tape;
mod var;

pub use case::{Case, Dice, Domain, Edge, Listed, OnTapes, Sample, Visitor};
pub use dual::Dual;
pub use elementwise::{Elementwise, Map};
pub use gradients::{Cotangents, Gradients};
pub use op::{Card, Inputs, Linearity, Op, Reads, Ulps};
pub use shape::{Axes, Shape};
pub use tape::{NonFinite, Recorded, Tape};
pub use var::Var;
