//! # prod
//!
//! ```text
//! y = Π x over axes
//! x̄ᵢ = ȳ · Πⱼ xⱼ over all j ≠ i
//! ```
//!
//! dy = Σᵢ (Πⱼ xⱼ over all j ≠ i) · dxᵢ. The slope is y/xᵢ, but no division by xᵢ gives it where xᵢ = 0: it is the product of
//! what stands before i, times the product of what stands behind. One zero among the factors leaves the slope of that factor
//! alone; two leave none.
//!
//! Ulps: every factor rounds, so they grow as the root of the number of factors, and may as half of it. The bound is for 25.
//!
//! Kinks: none. The product of no factor is 1. Partial products can overflow or underflow where the whole does not.

use diabolo_kernels::fold::Multiply;
use diabolo_kernels::{Buffer, Scalar, map, products_of_others};

use crate::slices::{Slices, Times};
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Product over a set of axes, which vanish from the shape.
#[derive(Clone, Copy, Debug)]
pub struct Prod {
    /// The axes to multiply over.
    pub axes: Axes,
}

impl Prod {
    const CARD: Card = Card {
        name: "prod",
        forward: "y = Π x over axes",
        backward: &["x̄ᵢ = ȳ · Πⱼ xⱼ over all j ≠ i"],
        latex: r"y = \prod_{\text{axes}} x, \qquad \bar x_i = \bar y \prod_{j \neq i} x_j",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

impl<S: Scalar> Op<S> for Prod {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0).without(self.axes))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        Slices::new(x.shape(0), self.axes).fold(Multiply, x.value(0), y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let slices = Slices::new(x.shape(0), self.axes);
        let (mut factors, mut others) = (gx.scratch(x.value(0).len()), gx.scratch(x.value(0).len()));
        slices.gather(x.value(0), &mut factors);
        products_of_others(&factors, slices.length(), &mut others);
        gx.give(0, |g| map(Times, [slices.repeat(gy), slices.scatter(&others)], [], g));
        gx.recycle(factors);
        gx.recycle(others);
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The product over `axes`, which vanish from the shape; 1 where there is no factor.
    ///
    /// ```
    /// use diabolo_autodiff::{Gradients, Tape};
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![2.0, 0.0, 5.0]);
    /// let mut gradients = Gradients::new();
    /// x.prod(&[0]).backward(&mut gradients);
    /// assert_eq!(gradients.of(x).unwrap().to_owned(), array![0.0, 10.0, 0.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn prod(self, axes: &[usize]) -> Self {
        self.tape.record(Prod { axes: Axes::new(axes) }, &[self])
    }

    /// The product of all elements, a single number; 1 if there is none.
    #[must_use]
    #[track_caller]
    pub fn prod_all(self) -> Self {
        self.tape.record(Prod { axes: Axes::all(self.shape().len()) }, &[self])
    }
}

impl Case for Prod {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape.record(*self, &[x[0]])
    }

    fn samples() -> Vec<Sample<Self>> {
        let domain = Domain::AwayFromZero(0.5);
        let over = |axes: &[usize]| Sample::new(Self { axes: Axes::new(axes) }).input(&[2, 3, 2], domain);
        vec![over(&[]), over(&[0]), over(&[1]), over(&[2]), over(&[0, 2]), over(&[0, 1])]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let (shape, spread) = (dice.tensor(1..=4), 5.0 / dice.size() as f64);
        let domain = Domain::Powers(-spread, spread); // products of many stay numbers
        Sample::new(Self { axes: dice.axes(shape.len()) }).input(&shape, domain)
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
        vec![
            edge(&[3], &[0], &[2.0, 3.0, -5.0], &[-30.0], &[-15.0, -10.0, 6.0], "the product of the others"),
            edge(&[3], &[0], &[2.0, 0.0, 5.0], &[0.0], &[0.0, 10.0, 0.0], "one zero: it alone has a slope"),
            edge(&[4], &[0], &[2.0, 0.0, 0.0, 5.0], &[0.0], &[0.0; 4], "two zeros: no slope"),
            edge(
                &[2, 3],
                &[0],
                &[0.0, 0.0, 3.0, 2.0, 0.0, 5.0],
                &[0.0, 0.0, 15.0],
                &[2.0, 0.0, 5.0, 0.0, 0.0, 3.0],
                "one zero, two and none, in slices that are not contiguous",
            ),
            edge(&[2], &[0], &[5e-324, 1.0], &[5e-324], &[1.0, 5e-324], "the smallest number is not 0"),
            edge(&[2, 0], &[1], &[], &[1.0; 2], &[], "no factor"),
            edge(&[1], &[0], &[0.0], &[0.0], &[1.0], "of one factor the slope is 1, also at 0"),
            edge(&[2], &[0], &[-inf, 2.0], &[-inf], &[2.0, -inf], "−∞ passes"),
            edge(&[2], &[0], &[inf, 0.0], &[nan], &[0.0, inf], "∞ · 0 has no value; each slope is the other factor"),
            edge(&[2, 2], &[1], &[nan, 3.0, 1.0, 2.0], &[nan, 2.0], &[3.0, nan, 2.0, 1.0], "NaN stays in its slice"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Prod>();
    }
}
