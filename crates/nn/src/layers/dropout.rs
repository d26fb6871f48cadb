//! Dropout

use diabolo_autodiff::Var;
use diabolo_kernels::Scalar;

use crate::context::Context;
use crate::layers::Layer;
use crate::parameter::{Module, Parameter, Path};

/// In training y = x ⊙ m / (1 − p), where each element of m is 0 with probability p and else 1; otherwise y = x.
///
/// Srivastava et al. 2014, with the scale in training (inverted dropout), so that nothing is left to do afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    p: f64,
}

impl Dropout {
    /// Dropout with probability `p`.
    ///
    /// # Panics
    /// If `p` is not in [0, 1).
    #[track_caller]
    pub fn new(p: f64) -> Self {
        assert!((0.0..1.0).contains(&p), "the probability of dropout must lie in [0, 1), here {p}");
        Self { p }
    }
}

impl<S: Scalar> Module<S> for Dropout {
    fn visit(&self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &Parameter<S>)) {}
    fn visit_mut(&mut self, _: Path<'_>, _: &mut dyn FnMut(Path<'_>, &mut Parameter<S>)) {}
}

impl<S: Scalar> Layer<S> for Dropout {
    #[track_caller]
    fn forward<'t>(&self, context: &mut Context<'t, S>, x: Var<'t, S>) -> Var<'t, S> {
        if !context.is_training() || self.p == 0.0 {
            return x;
        }
        x.dropout(self.p, context.next_key())
    }

    fn output_shape(&self, input: &[usize]) -> Vec<usize> {
        input.to_vec()
    }

    fn describe(&self) -> String {
        format!("dropout {}", self.p)
    }
}

#[cfg(test)]
mod tests {
    use diabolo_autodiff::Tape;
    use diabolo_kernels::random::{Key, Stream, fill_mask};
    use ndarray::Array2;

    use super::*;

    #[test]
    fn keeps_the_mean_and_never_shares_a_mask() {
        let tape = Tape::<f64>::new();
        let x = tape.constant(&Array2::ones((100, 100)));
        let mut context = Context::training(&tape, Key::new(1, Stream::Noise), 0.0);
        let layer = Dropout::new(0.25);
        let (a, b) = (layer.forward(&mut context, x).value(), layer.forward(&mut context, x).value());
        assert!((a.mean().unwrap() - 1.0).abs() < 0.02);
        assert!(a.iter().all(|v| *v == 0.0 || (v - 4.0 / 3.0).abs() < 1e-15));
        assert_ne!(a, b);
    }

    #[test]
    fn drops_what_the_key_of_its_place_draws() {
        let (tape, key) = (Tape::<f32>::new(), Key::new(1, Stream::Noise).at(2, 3));
        let x = tape.constant(&Array2::ones((5, 7)));
        let y = Dropout::new(0.25).forward(&mut Context::training(&tape, key, 0.0), x);
        let mask = tape.constant_with(&[5, 7], |mask| fill_mask(key.site(1), 0.75, 1.0 / 0.75, mask));
        assert_eq!(y.value(), mask.value());
    }

    #[test]
    fn rests_in_evaluation() {
        let tape = Tape::<f64>::new();
        let x = tape.constant(&Array2::ones((3, 3)));
        let y = Dropout::new(0.9).forward(&mut Context::inference(&tape), x);
        assert_eq!(y.value(), x.value());
    }
}
