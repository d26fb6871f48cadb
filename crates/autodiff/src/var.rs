//! A variable: a handle to a value on a tape.

use std::fmt;

use diabolo_kernels::Scalar;
use ndarray::{ArrayD, ArrayViewD};

use crate::gradients::Gradients;
use crate::shape::Shape;
use crate::tape::Tape;

/// A value on a tape. Arithmetic on it is recorded; the methods of each op are written in the op's own file.
pub struct Var<'t, S> {
    pub(crate) tape: &'t Tape<S>,
    pub(crate) id: usize,
}

impl<S> Clone for Var<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Var<'_, S> {}

impl<S: Scalar> fmt::Debug for Var<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.look(|value| write!(f, "{value}"))
    }
}

impl<'t, S: Scalar> Var<'t, S> {
    /// The tape that this variable lives on.
    pub fn tape(self) -> &'t Tape<S> {
        self.tape
    }

    /// The extents of the value.
    pub fn shape(self) -> Shape {
        self.tape.shape_of(self.id)
    }

    /// Shows the value to `look` without copying it. Nothing can be recorded meanwhile.
    pub fn look<R>(self, look: impl FnOnce(ArrayViewD<'_, S>) -> R) -> R {
        self.tape.read(self.id, look)
    }

    /// A copy of the value.
    pub fn value(self) -> ArrayD<S> {
        self.look(|view| view.to_owned())
    }

    /// The value of a tensor of one element.
    ///
    /// # Panics
    /// If there are more or fewer.
    #[track_caller]
    pub fn item(self) -> S {
        assert_eq!(self.shape().size(), 1, "item() reads a tensor of one element, this one has shape {}", self.shape());
        self.look(|view| *view.first().expect("the size was checked"))
    }

    /// Fills `gradients` with the gradient of this number with respect to everything it was computed from.
    ///
    /// # Panics
    /// If this is not a tensor of one element, or a rule makes a NaN or an infinity where the tape
    /// [stops at one](Tape::stop_at_non_finite).
    #[track_caller]
    pub fn backward(self, gradients: &mut Gradients<S>) {
        let shape = self.shape();
        assert_eq!(shape.size(), 1, "backward() starts at a tensor of one element, this one has shape {shape}");
        self.tape.backward(self.id, &[S::one()], gradients);
    }

    /// As [`backward`](Self::backward) from a tensor of any shape, with its cotangent given.
    ///
    /// # Panics
    /// If the shapes differ, and as [`backward`](Self::backward).
    #[track_caller]
    pub fn backward_from(self, cotangent: &ArrayViewD<'_, S>, gradients: &mut Gradients<S>) {
        assert_eq!(cotangent.shape(), &*self.shape(), "the cotangent must have the shape of the tensor");
        let contiguous = cotangent.as_standard_layout();
        let seed = contiguous.as_slice().expect("standard layout is contiguous");
        self.tape.backward(self.id, seed, gradients);
    }
}
