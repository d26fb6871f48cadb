//! The optimizers, one a file: how parameters follow their gradients.
//!
//! Each one computes what PyTorch's optimizer of the same name does, in one pass over a parameter, its gradient and its
//! moments. The rate is an argument of every step, so that a [`Schedule`](crate::Schedule) can set it.
//!
//! In one thing they depart from PyTorch's: a mean of gradients, or a velocity, that is subnormal becomes 0. What is multiplied by 0.9 at
//! every step, as the mean of a unit that has died, would stay among the subnormal numbers, which processors are slow with; and beside
//! ε it moves nothing. Means of squares are left as they are: where ε is 0 they must not become 0. By default they take 70,000 steps of
//! Adam, and 7,000 of RMSprop, to become subnormal in `f32`.
//!
//! ```
//! use diabolo_autodiff::{Gradients, Tape};
//! use diabolo_nn::{Adam, Context, Keys, Layer, Linear, Optimizer};
//! use ndarray::array;
//!
//! let mut model = Linear::<f64>::new(&mut Keys::new(0), 2, 1);
//! let mut optimizer = Adam::new();
//! let (mut tape, mut gradients) = (Tape::new(), Gradients::new());
//! let mut losses = vec![];
//! for _ in 0..100 {
//!     let x = tape.constant(&array![[1.0, 2.0], [3.0, -1.0]]);
//!     let y = model.forward(&mut Context::inference(&tape), x);
//!     let loss = (y * y).sum_all();
//!     loss.backward(&mut gradients);
//!     losses.push(loss.item());
//!     tape.reset(); // lets go of the parameters, so that the step changes them in place
//!     optimizer.step(&mut model, &gradients, 0.05);
//! }
//! assert!(losses[99] < 0.01 * losses[0]);
//! ```

use std::fmt::Debug;

use diabolo_autodiff::Gradients;
use diabolo_kernels::Scalar;

use crate::parameter::Module;

mod adagrad;
mod adam;
mod adamw;
mod ema;
mod rmsprop;
mod sgd;
mod state;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use ema::Ema;
pub use rmsprop::RmsProp;
pub use sgd::Sgd;
pub use state::{Slot, State};

/// A rule that moves parameters against their gradients.
pub trait Optimizer<S: Scalar>: Debug + Send {
    /// Moves every trained parameter of `module` that has a gradient; the others stay as they are.
    ///
    /// Steps after the first allocate nothing, provided that the tape which made the gradients has been reset: a
    /// parameter that a tape still holds is copied before it changes.
    ///
    /// Steps are counted for the module as a whole; PyTorch counts them for each parameter, which differs only where a
    /// parameter gets its first gradient later than others.
    ///
    /// # Panics
    /// If the state belongs to a module with other parameters.
    fn step(&mut self, module: &mut dyn Module<S>, gradients: &Gradients<S>, rate: f64);

    /// What the optimizer remembers from step to step, to be saved.
    fn state(&self) -> &State<S>;

    /// The same, to be restored: call [`State::prepare`], then fill the slots and set the step.
    fn state_mut(&mut self) -> &mut State<S>;

    /// Exchanges the parameters of `module` with their average, if this optimizer keeps one: twice is as if never.
    ///
    /// Steps are taken with the parameters in the module; models are measured, shown and saved with the average in it.
    fn swap_average(&mut self, _module: &mut dyn Module<S>) {}
}
