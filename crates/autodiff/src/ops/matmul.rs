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

    fn edges() -> Vec<Edge<Self>> {
        vec![
            Edge {
                op: Self,
                inputs: vec![(vec![2, 0], vec![]), (vec![0, 2], vec![])],
                value: vec![0.0; 4],
                gradients: vec![vec![], vec![]],
                why: "a product over no terms is 0",
            },
            Edge {
                op: Self,
                inputs: vec![(vec![1, 2], vec![0.0, 1.0]), (vec![2, 1], vec![f64::INFINITY, 1.0])],
                value: vec![f64::NAN],
                gradients: vec![vec![f64::INFINITY, 1.0], vec![0.0, 1.0]],
                why: "a product keeps 0 · ∞ = NaN",
            },
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
