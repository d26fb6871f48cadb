//! # min
//!
//! ```text
//! y = the smallest x over axes
//! x̄ = ȳ / n where x = y, else 0
//! ```
//!
//! n is the number of elements that reach y. The smallest changes with the one element that it is, so that element has slope
//! 1 and all others 0.
//!
//! Kinks: where several reach y, the slope 1 is theirs in equal shares: the middle of the slopes at that point. One NaN makes
//! y NaN, and the slopes of its whole slice too, since it cannot be told which was the smallest. The smallest of no element is
//! ∞.

use diabolo_kernels::fold::Smaller;
use diabolo_kernels::{Buffer, Scalar};

use crate::extremes::share;
use crate::slices::Slices;
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// The smallest over a set of axes, which vanish from the shape.
#[derive(Clone, Copy, Debug)]
pub struct Min {
    /// The axes to look over.
    pub axes: Axes,
}

impl Min {
    const CARD: Card = Card {
        name: "min",
        forward: "y = the smallest x over axes",
        backward: &["x̄ = ȳ / n where x = y, else 0"],
        latex: r"y = \min_{\text{axes}} x, \qquad \bar x = \bar y \, [x = y] / \textstyle\sum [x = y]",
        reads: Reads::XY,
        kinks: "equal shares where several are the smallest",
        linear: Linearity::Nowhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for Min {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0).without(self.axes))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        Slices::new(x.shape(0), self.axes).fold(Smaller, x.value(0), y);
    }

    fn vjp(&self, x: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        share(Slices::new(x.shape(0), self.axes), x.value(0), y, gy, gx);
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The smallest over `axes`, which vanish from the shape; ∞ where there is no element.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![[1.0, 3.0], [4.0, 2.0]]);
    /// assert_eq!(x.min(&[1]).value(), array![1.0, 2.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn min(self, axes: &[usize]) -> Self {
        self.tape.record(Min { axes: Axes::new(axes) }, &[self])
    }

    /// The smallest of all elements, a single number; ∞ if there is none.
    #[must_use]
    #[track_caller]
    pub fn min_all(self) -> Self {
        self.tape.record(Min { axes: Axes::all(self.shape().len()) }, &[self])
    }
}

impl Case for Min {
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
        vec![Domain::Powers(-120.0, 120.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |shape: &[usize], axes: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { axes: Axes::new(axes) },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let third = 1.0 / 3.0;
        vec![
            edge(&[4], &[0], &[-1.0, -3.0, -3.0, -2.0], &[-3.0], &[0.0, 0.5, 0.5, 0.0], "two share"),
            edge(&[3], &[0], &[7.0; 3], &[7.0], &[third; 3], "all share"),
            edge(&[1], &[0], &[5.0], &[5.0], &[1.0], "the only one"),
            edge(&[2], &[0], &[-5e-324, 0.0], &[-5e-324], &[1.0, 0.0], "the largest negative number is smaller than 0"),
            edge(&[2], &[0], &[0.0, -0.0], &[0.0], &[0.5; 2], "both zeros are equal"),
            edge(
                &[2, 2],
                &[0],
                &[-1.0, -4.0, -1.0, -2.0],
                &[-1.0, -4.0],
                &[0.5, 1.0, 0.5, 0.0],
                "each slice has its own shares",
            ),
            edge(&[3], &[0], &[-inf, 1.0, -inf], &[-inf], &[0.5, 0.0, 0.5], "infinities share as numbers do"),
            edge(&[2], &[0], &[inf, inf], &[inf], &[0.5; 2], "infinite on the other side"),
            edge(&[2, 0], &[1], &[], &[inf; 2], &[], "no element"),
            edge(&[2, 2], &[1], &[nan, 9.0, 1.0, 2.0], &[nan, 1.0], &[nan, nan, 1.0, 0.0], "NaN stays in its slice"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Min>();
    }
}
