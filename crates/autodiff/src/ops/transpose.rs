//! # transpose
//!
//! ```text
//! Y = Xᵀ
//! X̄ = Ȳᵀ
//! ```
//!
//! ⟨Ȳ, dXᵀ⟩ = tr Ȳᵀ·dXᵀ = tr dX·Ȳ = ⟨Ȳᵀ, dX⟩.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, Scalar, transpose};

use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Transpose of a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Transpose;

impl Transpose {
    const CARD: Card = Card {
        name: "transpose",
        forward: "Y = Xᵀ",
        backward: &["X̄ = Ȳᵀ"],
        latex: r"Y = X^\top, \qquad \bar X = \bar Y^\top",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Transpose {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        match *x.shape(0) {
            [m, n] => Ok(Shape::new(&[n, m])),
            _ => Err("the input must be a matrix".to_owned()),
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        transpose(x.value(0), x.shape(0)[0], x.shape(0)[1], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| transpose(gy, x.shape(0)[1], x.shape(0)[0], g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The transpose of a matrix (m, n), of shape (n, m).
    ///
    /// # Panics
    /// If this is not a matrix.
    #[must_use]
    #[track_caller]
    pub fn t(self) -> Self {
        self.tape.record(Transpose, &[self])
    }
}

impl Case for Transpose {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].t()
    }

    fn samples() -> Vec<Sample<Self>> {
        [[3, 4], [1, 5], [17, 19]].map(|shape| Sample::new(Self).input(&shape, Domain::REAL)).to_vec()
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |shape: [usize; 2], x: &[f64], value: &[f64], why| Edge {
            op: Self,
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![vec![1.0; x.len()]],
            why,
        };
        vec![
            edge([2, 3], &[1., 2., 3., 4., 5., 6.], &[1., 4., 2., 5., 3., 6.], "rows become columns"),
            edge([1, 1], &[5.], &[5.], "a number is its own transpose"),
            edge(
                [2, 2],
                &[f64::NEG_INFINITY, 0., 5e-324, 1.],
                &[f64::NEG_INFINITY, 5e-324, 0., 1.],
                "every bit arrives",
            ),
            edge([0, 3], &[], &[], "no rows become no columns"),
            edge([1, 2], &[f64::NAN, f64::INFINITY], &[f64::NAN, f64::INFINITY], "what is moved is not computed with"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Transpose>();
    }
}
