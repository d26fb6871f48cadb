//! # sum
//!
//! ```text
//! y = Σ x over axes
//! x̄ = ȳ repeated over axes
//! ```
//!
//! Every term has slope 1, so each element of x gets the cotangent of the sum it went into.
//!
//! Ulps: partial sums may outgrow the terms, and round at their own size. The bound is for sums of 25 terms.
//!
//! Kinks: none. The sum over no element is 0. Sums run over a fixed tree, so they do not depend on the number of threads.

use diabolo_kernels::{Buffer, Layout, Scalar, sum_axes};

use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Sum over a set of axes, which vanish from the shape.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// The axes to sum over.
    pub axes: Axes,
}

impl Sum {
    const CARD: Card = Card {
        name: "sum",
        forward: "y = Σ x over axes",
        backward: &["x̄ = ȳ repeated over axes"],
        latex: r"y = \sum_{\text{axes}} x, \qquad \bar x = \bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps { f64: 6, f32: 6 },
    };
}

impl<S: Scalar> Op<S> for Sum {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0).without(self.axes))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        sum_axes(x.value(0), &x.shape(0), &self.axes, y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let shape = x.shape(0);
        let repeat = Layout::broadcast(&shape.with_ones(self.axes), &shape);
        gx.give(0, |g| repeat.read(gy, 0, g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The sum over `axes`, which vanish from the shape.
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn sum(self, axes: &[usize]) -> Self {
        self.tape.record(Sum { axes: Axes::new(axes) }, &[self])
    }

    /// The sum of all elements, a single number.
    #[must_use]
    #[track_caller]
    pub fn sum_all(self) -> Self {
        self.tape.record(Sum { axes: Axes::all(self.shape().len()) }, &[self])
    }
}

impl Case for Sum {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape.record(*self, &[x[0]])
    }

    fn samples() -> Vec<Sample<Self>> {
        let over = |axes: &[usize]| Sample::new(Self { axes: Axes::new(axes) }).input(&[2, 3, 4], Domain::REAL);
        vec![over(&[]), over(&[0]), over(&[1]), over(&[2]), over(&[0, 2]), over(&[0, 1, 2])]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(1..=4);
        Sample::new(Self { axes: dice.axes(shape.len()) }).input(&shape, Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-60.0, 60.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |x: &[f64], value: f64, why| Edge {
            op: Self { axes: Axes::all(1) },
            inputs: vec![(vec![x.len()], x.to_vec())],
            value: vec![value],
            gradients: vec![vec![1.0; x.len()]],
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(&[], 0.0, "no terms"),
            edge(&[5.0], 5.0, "one term"),
            edge(&[0.0, 5e-324, 5e-324], 1e-323, "subnormal numbers add up"),
            edge(&[1.0, inf], inf, "∞ passes"),
            edge(&[inf, 1.0, -inf], nan, "∞ − ∞ has no value"),
            edge(&[1.0, nan, 2.0], nan, "one NaN makes the sum NaN and leaves the slopes alone"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Sum>();
    }
}
