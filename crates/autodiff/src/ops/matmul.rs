//! # matmul
//!
//! ```text
//! Y = A · B
//! Ā = Ȳ · Bᵀ
//! B̄ = Aᵀ · Ȳ
//! ```
//!
//! With ⟨U, V⟩ = tr Uᵀ V the inner product of matrices, the change of the loss is
//! ⟨Ȳ, dA·B + A·dB⟩ = ⟨Ȳ·Bᵀ, dA⟩ + ⟨Aᵀ·Ȳ, dB⟩.
//!
//! Kinks: none.

use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::{Buffer, Scalar, product};

use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Product of two matrices.
#[derive(Clone, Copy, Debug)]
pub struct Matmul;

impl Matmul {
    const CARD: Card = Card {
        name: "matmul",
        forward: "Y = A · B",
        backward: &["Ā = Ȳ · Bᵀ", "B̄ = Aᵀ · Ȳ"],
        latex: r"Y = A B, \qquad \bar A = \bar Y B^\top, \quad \bar B = A^\top \bar Y",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

fn matrix<S: Scalar>(x: Inputs<'_, S>, i: usize) -> Operand<'_, S> {
    Operand::new(x.value(i), x.shape(i)[0], x.shape(i)[1])
}

impl<S: Scalar> Op<S> for Matmul {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        match (&*x.shape(0), &*x.shape(1)) {
            (&[m, k], &[inner, n]) if k == inner => Ok(Shape::new(&[m, n])),
            (&[_, k], &[inner, _]) => Err(format!("inner sizes {k} and {inner} differ")),
            _ => Err("both inputs must be matrices".to_owned()),
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        product(matrix(x, 0), matrix(x, 1), y, Epilogue::Store);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let (a, b) = (matrix(x, 0), matrix(x, 1));
        let gy = Operand::new(gy, a.rows, b.columns);
        gx.give(0, |g| product(gy, b.t(), g, Epilogue::Store));
        gx.give(1, |g| product(a.t(), gy, g, Epilogue::Store));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The matrix product of (m, k) and (k, n), of shape (m, n).
    ///
    /// # Panics
    /// If an input is not a matrix or the inner sizes differ.
    #[must_use]
    #[track_caller]
    pub fn matmul(self, other: Self) -> Self {
        self.tape.record(Matmul, &[self, other])
    }
}

impl Case for Matmul {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].matmul(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        [(3, 4, 5), (1, 7, 1), (9, 2, 17), (2, 1, 3)]
            .map(|(m, k, n)| Sample::new(Self).input(&[m, k], Domain::REAL).input(&[k, n], Domain::REAL))
            .to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |k: usize, a: &[f64], b: &[f64], value: &[f64], slopes: [&[f64]; 2], why| Edge {
            op: Self,
            inputs: vec![(vec![a.len() / k, k], a.to_vec()), (vec![k, b.len() / k], b.to_vec())],
            value: value.to_vec(),
            gradients: slopes.map(<[f64]>::to_vec).to_vec(),
            why,
        };
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, f64::MIN_POSITIVE / 4.0);
        vec![
            edge(2, &[1.0, 2.0], &[3.0, 4.0], &[11.0], [&[3.0, 4.0], &[1.0, 2.0]], "1·3 + 2·4"),
            edge(1, &[3.0], &[-2.0], &[-6.0], [&[-2.0], &[3.0]], "numbers are matrices too"),
            Edge::no_elements(Self, [&[2, 0], &[0, 2]], &[0.0; 4], "a product over no terms is 0"),
            edge(1, &[], &[5.0], &[], [&[], &[0.0]], "no rows: the other matrix does not matter"),
            edge(2, &[0.0, 1.0], &[inf, 1.0], &[nan], [&[inf, 1.0], &[0.0, 1.0]], "a product keeps 0 · ∞ = NaN"),
            edge(1, &[-inf], &[2.0], &[-inf], [&[2.0], &[-inf]], "−∞ passes"),
            edge(
                1,
                &[1.0, nan],
                &[2.0],
                &[2.0, nan],
                [&[2.0, 2.0], &[nan]],
                "NaN stays in its row, and in the slope of B",
            ),
            edge(1, &[tiny], &[2.0], &[2.0 * tiny], [&[2.0], &[tiny]], "subnormal numbers are kept"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Matmul>();
    }
}
