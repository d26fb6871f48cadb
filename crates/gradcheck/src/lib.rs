//! Independent witnesses for every gradient.
//!
//! A backward rule is a claim: *this is the derivative of that*. A check asks witnesses that do not know how the rule is
//! written:
//!
//! | witness | what it compares | allowed |
//! |---|---|---|
//! | [duals](Witness::Duals) | value and slopes of rules of single numbers over their whole domain, and of all others every entry of the Jacobian at small shapes, in `f64` and `f32`, with the textbook formula on dual numbers of 106 bits, in units in the last place | the `ulps` of the op's card |
//! | [finite differences](Witness::FiniteDifferences) | each element of Jᵀȳ, for random signed ȳ, with extrapolated central differences of ⟨ȳ, y⟩ | [`tolerance::DIFFERENCES`] |
//! | [forward mode](Witness::ForwardMode) | ⟨ȳ, J·v⟩ on dual numbers with ⟨Jᵀȳ, v⟩, for random v | [`tolerance::FORWARD`] |
//! | [edge table](Witness::EdgeTable) | value and gradients at kinks, infinities and NaN with what the op's file says must come out | [`tolerance::EDGES`] |
//!
//! [`check_all`] asks them about every op of the registry, [`check_op`] about one, also one of your own.
//! [`check_gradient`] takes any closure, [`compare_gradients`] gradients that were made by any means, such as those of a
//! whole model.
//!
//! ```
//! use diabolo_gradcheck::check_gradient;
//! use ndarray::array;
//!
//! let inputs = [("x", array![[0.3, -1.2], [2.0, 0.7]].into_dyn()), ("scale", array![0.5, 1.5].into_dyn())];
//! let report = check_gradient(|_, v| (v[0] * v[1]).tanh().sum_all(), &inputs);
//! assert!(report.passed(), "{report}");
//! assert!(report.worst_difference < 1e-9);
//! ```

#![forbid(unsafe_code)]

mod claim;
mod diagnosis;
mod differences;
mod draw;
mod duals;
mod edges;
mod failure;
mod forward_mode;
mod gradient;
mod op;
mod precise;
mod probe;
mod run;
mod settings;
mod textbook;
pub mod tolerance;

pub use failure::{Failure, Place, Quantity, Witness};
pub use gradient::{GradientReport, check_gradient, check_gradient_with, compare_gradients};
pub use op::{ErrorCurve, OpReport, WorstUlps, check_all, check_op, check_ops};
pub use settings::Settings;
