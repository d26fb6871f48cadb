//! # squared_error
//!
//! ```text
//! yᵢ = Σⱼ (xᵢⱼ − tᵢⱼ)²
//! x̄ᵢⱼ = 2 · ȳᵢ · (xᵢⱼ − tᵢⱼ)
//! t̄ᵢⱼ = −2 · ȳᵢ · (xᵢⱼ − tᵢⱼ)
//! ```
//!
//! One number a sample: row i is a sample, j runs over the last axis.
//! With d = x − t: dy = Σⱼ 2·dⱼ·(dxⱼ − dtⱼ).
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, Rule, Scalar, TermRule, map_rows, sum_rows};

use crate::rows;
use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Squared error of each sample, summed over the last axis.
#[derive(Clone, Copy, Debug)]
pub struct SquaredError;

impl SquaredError {
    const CARD: Card = Card {
        name: "squared_error",
        forward: "yᵢ = Σⱼ (xᵢⱼ − tᵢⱼ)²",
        backward: &["x̄ᵢⱼ = 2 · ȳᵢ · (xᵢⱼ − tᵢⱼ)", "t̄ᵢⱼ = −2 · ȳᵢ · (xᵢⱼ − tᵢⱼ)"],
        latex: r"y_i = \sum_j (x_{ij} - t_{ij})^2, \qquad \bar x_{ij} = 2 \bar y_i (x_{ij} - t_{ij}), \quad
            \bar t_{ij} = -\bar x_{ij}",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for SquaredError {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        rows::shape(x)
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        sum_rows(Term, [x.value(0), x.value(1)], [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let inputs = [x.value(0), x.value(1)];
        gx.give(0, |g| map_rows(Slope { factor: S::of(2.0) }, gy, inputs, g));
        gx.give(1, |g| map_rows(Slope { factor: S::of(-2.0) }, gy, inputs, g));
    }
}

/// (x − t)²
#[derive(Clone, Copy)]
struct Term;

impl<S: Scalar> TermRule<S, 0, 2> for Term {
    #[inline(always)]
    fn apply(self, [x, t]: [S; 2]) -> ([S; 0], S) {
        ([], (x - t).square())
    }
}

/// ±2 · ȳ · (x − t)
#[derive(Clone, Copy)]
struct Slope<S> {
    factor: S,
}

impl<S: Scalar> Rule<S, 1, 2> for Slope<S> {
    #[inline(always)]
    fn apply(self, [gy]: [S; 1], [x, t]: [S; 2]) -> S {
        self.factor * gy * (x - t)
    }
}

impl<S: Scalar> Var<'_, S> {
    /// Σ (x − target)² over the last axis: the squared error of each sample.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![[1.0, 2.0], [0.0, 0.0]]);
    /// let target = tape.constant(&array![[1.0, 0.0], [3.0, 4.0]]);
    /// assert_eq!(x.squared_error(target).value(), array![4.0, 25.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If the shapes differ or have no axis.
    #[must_use]
    #[track_caller]
    pub fn squared_error(self, target: Self) -> Self {
        self.tape.record(SquaredError, &[self, target])
    }
}

impl Case for SquaredError {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].squared_error(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        let shapes: [&[usize]; 4] = [&[3, 5], &[4], &[2, 3, 4], &[1, 1]];
        shapes.map(|shape| Sample::new(Self).input(shape, Domain::REAL).input(shape, Domain::UNIT)).to_vec()
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |shape: &[usize], x: &[f64], t: &[f64], value: &[f64], slopes: [&[f64]; 2], why| Edge {
            op: Self,
            inputs: vec![(shape.to_vec(), x.to_vec()), (shape.to_vec(), t.to_vec())],
            value: value.to_vec(),
            gradients: slopes.map(<[f64]>::to_vec).to_vec(),
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(&[1, 2], &[1.0, 4.0], &[0.0, 2.0], &[5.0], [&[2.0, 4.0], &[-2.0, -4.0]], "1² + 2²"),
            edge(&[1, 1], &[1e200], &[0.0], &[inf], [&[2e200], &[-2e200]], "the value overflows, the slope does not"),
            edge(
                &[1, 1],
                &[5e-324],
                &[0.0],
                &[0.0],
                [&[1e-323], &[-1e-323]],
                "the value underflows, the slope does not",
            ),
            edge(&[1, 1], &[-inf], &[0.0], &[inf], [&[-inf], &[inf]], "infinitely far below"),
            edge(&[2, 0], &[], &[], &[0.0, 0.0], [&[], &[]], "no terms"),
            edge(&[1, 1], &[inf], &[inf], &[nan], [&[nan], &[nan]], "∞ − ∞ has no value"),
            edge(&[2, 1], &[nan, 1.0], &[0.0, 1.0], &[nan, 0.0], [&[nan, 0.0], &[nan, 0.0]], "NaN stays in its sample"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::SquaredError>();
    }
}
