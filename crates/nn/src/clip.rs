//! Clipping of gradients, by their norm or number by number.
//!
//! ```text
//!   by norm      g ← g · min(1, c / (‖g‖ + 10⁻⁶))
//!   by value     gᵢ ← min(max(gᵢ, −c), c)
//! ```
//!
//! where ‖g‖ is the 2-norm of all gradients of a module taken as one vector, and c the bound. The first keeps their
//! direction: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks* (ICML 2013),
//! algorithm 1. The second bounds each number whatever the others are: Mikolov, *Statistical language models based on
//! neural networks* (Brno, 2012).

use diabolo_autodiff::Gradients;
use diabolo_kernels::{Rule, Scalar, UpdateRule, sum_map, update};

use crate::parameter::{Module, Path};

/// Scales the gradients of `module` down to the norm `max_norm` if theirs is larger, and returns what it was.
///
/// Equal to `torch.nn.utils.clip_grad_norm_`, its 10⁻⁶ included. A NaN among the gradients makes all of them NaN.
///
/// ```
/// use diabolo_autodiff::{Gradients, Tape};
/// use diabolo_nn::{Context, Keys, Layer, Linear, clip_by_norm};
/// use ndarray::array;
///
/// let layer = Linear::<f64>::new(&mut Keys::new(0), 2, 1).without_bias();
/// let tape = Tape::new();
/// let x = tape.constant(&array![[3.0, 4.0]]);
/// let mut gradients = Gradients::new();
/// layer.forward(&mut Context::inference(&tape), x).sum_all().backward(&mut gradients);
///
/// assert_eq!(clip_by_norm(&mut gradients, &layer, 1.0), 5.0);
/// assert!((clip_by_norm(&mut gradients, &layer, 1.0) - 1.0).abs() < 1e-6);
/// ```
pub fn clip_by_norm<S: Scalar>(gradients: &mut Gradients<S>, module: &dyn Module<S>, max_norm: f64) -> f64 {
    let mut squares = 0.0;
    module.visit(Path::ROOT, &mut |_, parameter| {
        squares += gradients.of_shared(parameter.shared()).map_or(0.0, |g| sum_map(Square, [g]).to_f64());
    });
    let norm = squares.sqrt();
    let factor = max_norm / (norm + 1e-6);
    // Not `if factor < 1.0`: a NaN must go on to all gradients.
    if factor >= 1.0 {
        return norm;
    }
    module.visit(Path::ROOT, &mut |_, parameter| {
        if let Some(gradient) = gradients.of_shared_mut(parameter.shared()) {
            update(Scale(S::of(factor)), [gradient], []);
        }
    });
    norm
}

/// Brings every number among the gradients of `module` to within ±`limit`.
///
/// Equal to `torch.nn.utils.clip_grad_value_`. A NaN stays one.
///
/// ```
/// use diabolo_autodiff::{Gradients, Tape};
/// use diabolo_nn::{Context, Keys, Layer, Linear, clip_by_value};
/// use ndarray::array;
///
/// let layer = Linear::<f64>::new(&mut Keys::new(0), 2, 1).without_bias();
/// let tape = Tape::new();
/// let x = tape.constant(&array![[0.5, -4.0]]);
/// let mut gradients = Gradients::new();
/// layer.forward(&mut Context::inference(&tape), x).sum_all().backward(&mut gradients);
///
/// clip_by_value(&mut gradients, &layer, 1.0);
/// assert_eq!(gradients.of_shared(layer.weight().shared()), Some(&[0.5, -1.0][..]));
/// ```
pub fn clip_by_value<S: Scalar>(gradients: &mut Gradients<S>, module: &dyn Module<S>, limit: f64) {
    module.visit(Path::ROOT, &mut |_, parameter| {
        if let Some(gradient) = gradients.of_shared_mut(parameter.shared()) {
            update(Bound(S::of(limit)), [gradient], []);
        }
    });
}

#[derive(Clone, Copy)]
struct Square;

impl<S: Scalar> Rule<S, 0, 1> for Square {
    #[inline(always)]
    fn apply(self, []: [S; 0], [g]: [S; 1]) -> S {
        g.square()
    }
}

#[derive(Clone, Copy)]
struct Scale<S>(S);

impl<S: Scalar> UpdateRule<S, 1, 0> for Scale<S> {
    #[inline(always)]
    fn apply(self, [g]: [S; 1], []: [S; 0]) -> [S; 1] {
        [g * self.0]
    }
}

#[derive(Clone, Copy)]
struct Bound<S>(S);

impl<S: Scalar> UpdateRule<S, 1, 0> for Bound<S> {
    #[inline(always)]
    fn apply(self, [g]: [S; 1], []: [S; 0]) -> [S; 1] {
        [g.max(-self.0).min(self.0)]
    }
}
