//! # softmax
//!
//! ```text
//! y = eˣ / Σ eˣ over axes
//! x̄ = y · (ȳ − Σ ȳ · y)
//! ```
//!
//! Since dyᵢ = yᵢ·(dxᵢ − Σⱼ yⱼ·dxⱼ), the cotangent of xⱼ is ȳⱼ·yⱼ − yⱼ·Σᵢ ȳᵢ·yᵢ. With m the largest x, y is computed as
//! e^(x − m) / Σ e^(x − m): nothing overflows, and at least one term of the sum is 1.
//!
//! Ulps: exponential, sum and quotient round, and the slope has y twice.
//!
//! Kinks: none. If the largest is infinite, also if all are −∞, ∞ − ∞ = NaN: there is no distribution to be found.

use diabolo_kernels::fold::{Add, Larger};
use diabolo_kernels::{Buffer, Rule, Scalar, Source, map};

use crate::slices::{Quotient, ShiftedExp, Slices, Times};
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Exponentials as shares of their sum over a set of axes.
#[derive(Clone, Copy, Debug)]
pub struct Softmax {
    /// The axes over which shares add up to 1.
    pub axes: Axes,
}

impl Softmax {
    const CARD: Card = Card {
        name: "softmax",
        forward: "y = eˣ / Σ eˣ over axes",
        backward: &["x̄ = y · (ȳ − Σ ȳ · y)"],
        latex: r"y = e^x / \textstyle\sum_{\text{axes}} e^x, \qquad \bar x = y\, (\bar y - \textstyle\sum \bar y\, y)",
        reads: Reads::Y,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 12, f32: 12 },
    };
}

impl<S: Scalar> Op<S> for Softmax {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let (x, slices) = (x.value(0), Slices::new(x.shape(0), self.axes));
        kept.resize(x.len() + slices.count());
        let (terms, numbers) = kept.split_at_mut(x.len());
        slices.fold(Larger, x, numbers);
        map(ShiftedExp, [Source::Whole(x), slices.repeat(numbers)], [], terms);
        slices.fold(Add, terms, numbers);
        map(Quotient, [Source::Whole(terms), slices.repeat(numbers)], [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, y: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let slices = Slices::new(x.shape(0), self.axes);
        let (mut products, mut sums) = (gx.scratch(y.len()), gx.scratch(slices.count()));
        map(Times, [Source::Whole(gy), Source::Whole(y)], [], &mut products);
        slices.fold(Add, &products, &mut sums);
        gx.give(0, |g| map(Slope, [slices.repeat(&sums)], [y, gy], g));
        gx.recycle(products);
        gx.recycle(sums);
    }
}

/// y · (ȳ − Σ ȳ·y)
#[derive(Clone, Copy)]
struct Slope;

impl<S: Scalar> Rule<S, 1, 2> for Slope {
    #[inline(always)]
    fn apply(self, [sum]: [S; 1], [y, gy]: [S; 2]) -> S {
        y * (gy - sum)
    }
}

impl<S: Scalar> Var<'_, S> {
    /// eˣ / Σ eˣ over `axes`, without overflow: numbers between 0 and 1 that add up to 1 over these axes. The shape stays.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let logits = tape.variable(&array![[0.0, 0.0], [1000.0, 0.0]]);
    /// assert_eq!(logits.softmax(&[1]).value(), array![[0.5, 0.5], [1.0, 0.0]].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn softmax(self, axes: &[usize]) -> Self {
        self.tape.record(Softmax { axes: Axes::new(axes) }, &[self])
    }
}

impl Case for Softmax {
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
        vec![Domain::Between(-80.0, 80.0)] // eˣ in single precision
    }

    /// For a cotangent of ones nothing flows: the shares add up to 1 whatever x is.
    fn edges() -> Vec<Edge<Self>> {
        let edge = |shape: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { axes: Axes::new(&[shape.len() - 1]) },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let tail = 3.720_075_976_020_836e-44; // e⁻¹⁰⁰
        vec![
            edge(&[2], &[1e4, 1e4], &[0.5; 2], &[0.0; 2], "eˣ alone would overflow"),
            edge(&[2], &[-1e4, -1e4], &[0.5; 2], &[0.0; 2], "eˣ alone would vanish"),
            edge(&[2], &[0.0, -100.0], &[1.0, tail], &[0.0; 2], "a small share is not lost"),
            edge(&[2], &[0.0, -inf], &[1.0, 0.0], &[0.0; 2], "an element that is −∞ takes no part"),
            edge(&[1], &[7.0], &[1.0], &[0.0], "the only one has it all"),
            edge(&[2], &[5e-324, 0.0], &[0.5; 2], &[0.0; 2], "equal but for the smallest number"),
            edge(&[2, 2], &[-inf, -inf, 0.0, 0.0], &[nan, nan, 0.5, 0.5], &[nan, nan, 0.0, 0.0], "no share to give"),
            edge(&[2], &[inf, 0.0], &[nan; 2], &[nan; 2], "∞ − ∞ has no value"),
            edge(&[2, 0], &[], &[], &[], "no element"),
            edge(
                &[2, 2],
                &[nan, 1.0, 0.0, 0.0],
                &[nan, nan, 0.5, 0.5],
                &[nan, nan, 0.0, 0.0],
                "NaN stays in its slice",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Softmax>();
    }
}
