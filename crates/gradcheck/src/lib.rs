//! Independent witnesses for every gradient.
//!
//! A backward rule is a claim: *this is the derivative of that*. A check asks witnesses that do not know how the rule is
//! written:
//!
//! | witness | what it compares | allowed |
//! |---|---|---|
//! | [duals](Witness::Duals) | value and slopes of rules of single numbers over their whole domain, and of all others every entry of the Jacobian at small shapes, in `f64` and `f32`, with the textbook formula on dual numbers of 106 bits, in units in the last place | the `ulps` of the op's card |
//! | [finite differences](Witness::FiniteDifferences) | each element of Jᵀȳ, for random signed ȳ, with extrapolated central differences of ⟨ȳ, y⟩ | [`tolerance::DIFFERENCES`] |
//! | the same with step 1 | Jᵀȳ at whole numbers, in the inputs in which the op is linear; and that it is | to the last bit, or [`tolerance::EXACT`] where something is rounded |
//! | [forward mode](Witness::ForwardMode) | ⟨ȳ, J·v⟩ on dual numbers with ⟨Jᵀȳ, v⟩, for random v, at small and at large shapes | [`tolerance::FORWARD`] |
//! | [second order](Witness::SecondOrder) | H·v, forward over reverse, with extrapolated differences of Jᵀȳ; ⟨u, H·v⟩ with ⟨v, H·u⟩ | [`tolerance::SECOND`], [`tolerance::SYMMETRY`] |
//! | [structure](Witness::Structure) | an op with itself, used in another way: the laws below | to the last bit; [`tolerance::REPEATED`] for sums in another order |
//! | [edge table](Witness::EdgeTable) | value and gradients at kinks, infinities and NaN with what the op's file says must come out | [`tolerance::EDGES`] |
//!
//! The laws: a variable that is used twice, for two inputs, in two calls or through a shared intermediate result, receives the
//! sum of what its uses give it. What an op gives does not depend on what ran before, what reused memory held, what the card
//! says that the rule does not read, how the inputs lie in memory, and whether they were copied. Inputs stay as they are. A zero
//! cotangent gives zeros; constants and what is detached get nothing, and the others the same as ever. Inputs that are repeated
//! to a common shape, in all pairs of shapes up to rank 4, give what copies give, added up.
//!
//! [`check_all`] asks them about every op of the registry, [`check_op`] about one, also one of your own: at the samples that
//! its [`Case`](diabolo_autodiff::Case) lists, and at others drawn at random. Of those that fail, a small and simple one is
//! looked for and shown, with the seed that shows it again.
//! [`check_gradient`] takes any closure, [`check_function`] a function for any scalar, [`check_recording`] whatever can be
//! recorded with other inputs, such as a whole model, and [`compare_gradients`] gradients that were made by any means. Where
//! something disagrees, [`Blame`] names the op whose rule is wrong and the line that recorded it.
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

mod blame;
mod claim;
mod diagnosis;
mod differences;
mod draw;
mod drawn;
mod duals;
mod edges;
mod exact;
mod failure;
mod forward_mode;
mod function;
mod gradient;
mod nearby;
mod op;
mod point;
mod precise;
mod probe;
mod recording;
mod registry;
mod report;
mod run;
mod second_order;
mod settings;
mod shrink;
mod steadiness;
mod structure;
mod subject;
mod symmetry;
mod textbook;
pub mod tolerance;
mod ulps;

pub use blame::Blame;
pub use failure::{Failure, Place, Quantity, Witness};
pub use function::{Function, check_function, check_function_with};
pub use gradient::{check_gradient, check_gradient_with, check_recording, compare_gradients};
pub use op::{ErrorCurve, OpReport, WorstUlps, check_all, check_op, check_ops};
pub use recording::Recording;
pub use registry::{Registered, registered};
pub use report::{GradientReport, InputReport};
pub use settings::Settings;
pub use ulps::ulps_apart;
