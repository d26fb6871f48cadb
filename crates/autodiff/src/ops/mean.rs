//! # mean
//!
//! ```text
//! y = Σ x over axes / n
//! x̄ = ȳ / n repeated over axes
//! ```
//!
//! n is the number of terms. Each has slope 1/n, so each element of x gets the n-th part of the cotangent of its mean.
//!
//! Ulps: partial sums may outgrow the terms, and round at their own size. The bound is for sums of 25 terms.
//!
//! Kinks: none. The mean over no element is 0/0 = NaN.

use diabolo_kernels::{Buffer, Layout, Rule, Scalar, Source, UpdateRule, map, sum_axes, update};

use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Mean over a set of axes, which vanish from the shape.
#[derive(Clone, Copy, Debug)]
pub struct Mean {
    /// The axes to average over.
    pub axes: Axes,
}

impl Mean {
    const CARD: Card = Card {
        name: "mean",
        forward: "y = Σ x over axes / n",
        backward: &["x̄ = ȳ / n repeated over axes"],
        latex: r"y = \frac{1}{n} \sum_{\text{axes}} x, \qquad \bar x = \frac{1}{n} \bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps { f64: 6, f32: 6 },
    };

    fn terms<S: Scalar>(&self, shape: Shape) -> Divide<S> {
        let n: usize = self.axes.iter().map(|&axis| shape[axis]).product();
        Divide { by: S::of(n as f64) }
    }
}

impl<S: Scalar> Op<S> for Mean {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0).without(self.axes))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        sum_axes(x.value(0), &x.shape(0), &self.axes, y);
        update(self.terms(x.shape(0)), [y], []);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let shape = x.shape(0);
        let repeat = Layout::broadcast(&shape.with_ones(self.axes), &shape);
        gx.give(0, |g| map(self.terms(shape), [Source::Broadcast(gy, repeat)], [], g));
    }
}

/// x / n
#[derive(Clone, Copy)]
struct Divide<S> {
    by: S,
}

impl<S: Scalar> Rule<S, 1, 0> for Divide<S> {
    #[inline(always)]
    fn apply(self, [x]: [S; 1], []: [S; 0]) -> S {
        x / self.by
    }
}

impl<S: Scalar> UpdateRule<S, 1, 0> for Divide<S> {
    #[inline(always)]
    fn apply(self, [x]: [S; 1], []: [S; 0]) -> [S; 1] {
        [x / self.by]
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The mean over `axes`, which vanish from the shape; NaN where there is no element.
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn mean(self, axes: &[usize]) -> Self {
        self.tape.record(Mean { axes: Axes::new(axes) }, &[self])
    }

    /// The mean of all elements, a single number; NaN if there is none.
    #[must_use]
    #[track_caller]
    pub fn mean_all(self) -> Self {
        self.tape.record(Mean { axes: Axes::all(self.shape().len()) }, &[self])
    }
}

impl Case for Mean {
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
        let first = Self { axes: Axes::new(&[0]) };
        let edge = |shape: &[usize], x: &[f64], value: Vec<f64>, slope: f64, why| Edge {
            op: first,
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value,
            gradients: vec![vec![slope; x.len()]],
            why,
        };
        let inf = f64::INFINITY;
        vec![
            edge(&[4], &[1.0, 2.0, 3.0, 6.0], vec![3.0], 0.25, "slope 1/4 in each of four terms"),
            edge(&[1], &[5e-324], vec![5e-324], 1.0, "of one number it is that number, down to the smallest"),
            edge(&[2], &[0.0, 1e-323], vec![5e-324], 0.5, "half of a subnormal number"),
            edge(&[2], &[inf, 1.0], vec![inf], 0.5, "∞ is not averaged away"),
            edge(&[2], &[inf, -inf], vec![f64::NAN], 0.5, "∞ − ∞ has no value; the slopes do not ask for it"),
            edge(&[0, 2], &[], vec![f64::NAN; 2], 0.0, "0/0 terms"),
            edge(&[2, 0], &[], vec![], 0.0, "no means to take"),
            edge(&[2], &[1.0, f64::NAN], vec![f64::NAN], 0.5, "one NaN makes the mean NaN and leaves the slopes alone"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Mean>();
    }
}
