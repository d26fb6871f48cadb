//! # linear
//!
//! ```text
//! Y = act(X · Wᵀ + b)
//! X̄ = Z̄ · W
//! W̄ = Z̄ᵀ · X
//! b̄ = Σ Z̄ over rows
//! ```
//!
//! with Z = X·Wᵀ + b and Z̄ = Ȳ ⊙ act′(Z). One row of X is one sample; W is (out, in), as PyTorch stores it.
//! The change of the loss is ⟨Z̄, dX·Wᵀ + X·dWᵀ + 1·dbᵀ⟩ = ⟨Z̄·W, dX⟩ + ⟨Z̄ᵀ·X, dW⟩ + ⟨Z̄ᵀ·1, db⟩.
//!
//! The activation is fused where the sign of Y tells the slope: identity, relu, leaky relu. Any other is an op of its own.
//!
//! Kinks: slope of the negative side where Y = 0, as relu and leaky relu take it.

use diabolo_kernels::product::{Epilogue, Operand};
use diabolo_kernels::{Buffer, Rule, Scalar, map, product, sum_axes};

use crate::{Card, Case, Cotangents, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Affine map of rows, with bias if there is a third input, and its activation.
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    /// The activation.
    pub activation: Fused,
}

/// An activation whose slope can be told from the sign of its output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fused {
    /// z
    Identity,
    /// max(z, 0)
    Relu,
    /// z where z > 0, else this slope (at least 0) times z.
    LeakyRelu(f64),
}

impl Fused {
    fn slope(self) -> Option<f64> {
        match self {
            Self::Identity => None,
            Self::Relu => Some(0.0),
            Self::LeakyRelu(slope) => Some(slope),
        }
    }
}

impl Linear {
    const CARD: Card = Card {
        name: "linear",
        forward: "Y = act(X · Wᵀ + b)",
        backward: &["X̄ = Z̄ · W", "W̄ = Z̄ᵀ · X", "b̄ = Σ Z̄ over rows"],
        latex: r"Y = \operatorname{act}(X W^\top + b), \qquad \bar X = \bar Z W, \quad \bar W = \bar Z^\top X, \quad
            \bar b = \textstyle\sum_{\text{rows}} \bar Z, \quad \bar Z = \bar Y \odot \operatorname{act}'(Z)",
        reads: Reads::XY,
        kinks: "slope of the negative side at 0",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Linear {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let (&[m, k], &[n, inner]) = (&*x.shape(0), &*x.shape(1)) else {
            return Err("input and weight must be matrices".to_owned());
        };
        if k != inner {
            return Err(format!("the input has {k} columns where the weight takes {inner}"));
        }
        if x.len() > 2 && *x.shape(2) != [n] {
            return Err(format!("the bias must have shape ({n})"));
        }
        Ok(Shape::new(&[m, n]))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let (input, weight) = operands(x);
        let bias = (x.len() > 2).then(|| x.value(2));
        let epilogue = match (self.activation.slope(), bias) {
            (None, None) => Epilogue::Store,
            (None, Some(bias)) => Epilogue::Bias(bias),
            (Some(slope), bias) => Epilogue::Relu { bias, slope: S::of(slope) },
        };
        product(input, weight.t(), y, epilogue);
    }

    fn vjp(&self, x: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let Some(slope) = self.activation.slope() else { return give(x, gy, gx) };
        let mut gz = gx.scratch(gy.len());
        map(Gate { slope: S::of(slope) }, [], [y, gy], &mut gz);
        give(x, &gz, gx);
        gx.recycle(gz);
    }
}

fn operands<S: Scalar>(x: Inputs<'_, S>) -> (Operand<'_, S>, Operand<'_, S>) {
    let matrix = |i: usize| Operand::new(x.value(i), x.shape(i)[0], x.shape(i)[1]);
    (matrix(0), matrix(1))
}

fn give<S: Scalar>(x: Inputs<'_, S>, gz: &[S], gx: &mut Cotangents<'_, S>) {
    let (input, weight) = operands(x);
    let z = Operand::new(gz, input.rows, weight.rows);
    gx.give(0, |g| product(z, weight, g, Epilogue::Store));
    gx.give(1, |g| product(z.t(), input, g, Epilogue::Store));
    if x.len() > 2 {
        gx.give(2, |g| sum_axes(gz, &[z.rows, z.columns], &[0], g));
    }
}

/// Z̄ from Y and Ȳ.
#[derive(Clone, Copy)]
struct Gate<S> {
    slope: S,
}

impl<S: Scalar> Rule<S, 0, 2> for Gate<S> {
    #[inline(always)]
    fn apply(self, []: [S; 0], [y, gy]: [S; 2]) -> S {
        if y > S::zero() || y.is_nan() {
            gy
        } else if self.slope.is_zero() {
            S::zero() // also where ȳ is infinite
        } else {
            gy * self.slope
        }
    }
}

impl<'t, S: Scalar> Var<'t, S> {
    /// act(x · weightᵀ + bias) for x (m, k), weight (n, k) and bias (n), of shape (m, n).
    ///
    /// # Panics
    /// If the shapes do not fit.
    #[must_use]
    #[track_caller]
    pub fn linear(self, weight: Self, bias: Option<Self>, activation: Fused) -> Self {
        match bias {
            Some(bias) => self.tape.record(Linear { activation }, &[self, weight, bias]),
            None => self.tape.record(Linear { activation }, &[self, weight]),
        }
    }
}

impl Case for Linear {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].linear(x[1], x.get(2).copied(), self.activation)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |activation, m, k, n| {
            Sample::new(Self { activation }).input(&[m, k], Domain::REAL).input(&[n, k], Domain::REAL)
        };
        vec![
            sample(Fused::Identity, 3, 4, 5),
            sample(Fused::Identity, 3, 4, 5).input(&[5], Domain::REAL),
            sample(Fused::Relu, 4, 3, 6).input(&[6], Domain::REAL),
            sample(Fused::LeakyRelu(0.01), 2, 5, 3).input(&[3], Domain::REAL),
            sample(Fused::Relu, 1, 1, 1),
        ]
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let one = |activation, x: f64, value: f64, gradients: [f64; 3], why| Edge {
            op: Self { activation },
            inputs: vec![(vec![1, 1], vec![x]), (vec![1, 1], vec![2.0]), (vec![1], vec![1.0])],
            value: vec![value],
            gradients: gradients.map(|g| vec![g]).to_vec(),
            why,
        };
        let (inf, tiny) = (f64::INFINITY, f64::MIN_POSITIVE / 4.0);
        vec![
            one(Fused::Identity, 3.0, 7.0, [2.0, 3.0, 1.0], "2·3 + 1"),
            one(Fused::Relu, -0.5, 0.0, [0.0, 0.0, 0.0], "at the kink the slope is 0"),
            one(Fused::LeakyRelu(0.1), -1.0, -0.1, [0.2, -0.1, 0.1], "the negative side leaks"),
            one(Fused::Relu, f64::NAN, f64::NAN, [2.0, f64::NAN, 1.0], "NaN passes the activation"),
            one(Fused::Identity, inf, inf, [2.0, inf, 1.0], "∞ passes"),
            one(Fused::Relu, -inf, 0.0, [0.0, f64::NAN, 0.0], "switched off; the product W̄ = 0 · ∞ is kept as NaN"),
            one(Fused::Identity, 0.0, 1.0, [2.0, 0.0, 1.0], "the bias alone"),
            one(Fused::Relu, tiny, 1.0, [2.0, tiny, 1.0], "a subnormal input is the slope of the weight"),
            Edge {
                op: Self { activation: Fused::Identity },
                inputs: vec![(vec![0, 1], vec![]), (vec![1, 1], vec![2.0]), (vec![1], vec![1.0])],
                value: vec![],
                gradients: vec![vec![], vec![0.0], vec![0.0]],
                why: "no rows: weight and bias do not matter",
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Linear>();
    }
}
