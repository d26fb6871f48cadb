//! # logsumexp
//!
//! ```text
//! y = ln Σ eˣ over axes
//! x̄ = ȳ · eˣ / Σ eˣ
//! ```
//!
//! dy = Σ eˣ·dx / Σ eˣ: the slopes are the softmax of x. With m the largest x, y = m + ln Σ e^(x − m), whose terms lie between
//! 0 and 1 and one of which is 1: nothing overflows, and the logarithm is taken of at least 1. The forward rule keeps the terms
//! and their sum.
//!
//! Ulps: of a slope, exponential, sum, quotient and product round. A value may be as far off as the last place of 1, which
//! Σ e^(x − m) is at least.
//!
//! Kinks: none among numbers. If m is ∞, y is ∞, as the largest is, and those that are ∞ share the slope. If all are −∞, so is
//! y, and every slope is 0: an element that is −∞ has no weight, whatever the others are. The same for no element.

use diabolo_kernels::fold::{Add, Larger};
use diabolo_kernels::{Buffer, Rule, Scalar, Source, UpdateRule, map, update};

use crate::difference::exp_of_difference;
use crate::slices::{Slices, Times};
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Logarithm of the sum of exponentials over a set of axes, which vanish from the shape.
#[derive(Clone, Copy, Debug)]
pub struct LogSumExp {
    /// The axes to sum over.
    pub axes: Axes,
}

impl LogSumExp {
    const CARD: Card = Card {
        name: "logsumexp",
        forward: "y = ln Σ eˣ over axes",
        backward: &["x̄ = ȳ · eˣ / Σ eˣ"],
        latex: r"y = \ln \sum_{\text{axes}} e^x, \qquad \bar x = \bar y\, e^x / \textstyle\sum e^x",
        reads: Reads::Nothing,
        kinks: "slope 0 where all are −∞; equal shares where several are ∞",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

impl<S: Scalar> Op<S> for LogSumExp {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0).without(self.axes))
    }

    /// Keeps e^(x − m), and behind them their sums.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let (x, slices) = (x.value(0), Slices::new(x.shape(0), self.axes));
        kept.resize(x.len() + y.len());
        let (terms, sums) = kept.split_at_mut(x.len());
        slices.fold(Larger, x, y);
        map(Term, [Source::Whole(x), slices.repeat(y)], [], terms);
        slices.fold(Add, terms, sums);
        update(PlusLog, [y], [sums]);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let slices = Slices::new(x.shape(0), self.axes);
        let (terms, sums) = kept.split_at(x.value(0).len());
        let mut share = gx.scratch(sums.len());
        map(Share, [], [gy, sums], &mut share);
        gx.give(0, |g| map(Times, [slices.repeat(&share), Source::Whole(terms)], [], g));
        gx.recycle(share);
    }
}

/// e^(x − m), also where x = m = ±∞.
#[derive(Clone, Copy)]
struct Term;

impl<S: Scalar> Rule<S, 2, 0> for Term {
    #[inline(always)]
    fn apply(self, [x, m]: [S; 2], []: [S; 0]) -> S {
        let lowest = S::of(f64::NEG_INFINITY);
        if x == m { if x > lowest { S::one() } else { S::zero() } } else { exp_of_difference(x, m) }
    }
}

/// m + ln Σ
#[derive(Clone, Copy)]
struct PlusLog;

impl<S: Scalar> UpdateRule<S, 1, 1> for PlusLog {
    #[inline(always)]
    fn apply(self, [m]: [S; 1], [sum]: [S; 1]) -> [S; 1] {
        [m + sum.ln()]
    }
}

/// ȳ / Σ, but 0 where nothing was added.
#[derive(Clone, Copy)]
struct Share;

impl<S: Scalar> Rule<S, 0, 2> for Share {
    #[inline(always)]
    fn apply(self, []: [S; 0], [gy, sum]: [S; 2]) -> S {
        if sum.is_zero() { S::zero() } else { gy / sum }
    }
}

impl<S: Scalar> Var<'_, S> {
    /// ln Σ eˣ over `axes`, which vanish from the shape, without overflow; −∞ where there is no element.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![1000.0, 1000.0]);
    /// assert_eq!(x.logsumexp(&[0]).item(), 1000.0 + 2.0_f64.ln());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn logsumexp(self, axes: &[usize]) -> Self {
        self.tape.record(LogSumExp { axes: Axes::new(axes) }, &[self])
    }
}

impl Case for LogSumExp {
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

    fn edges() -> Vec<Edge<Self>> {
        let edge = |shape: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { axes: Axes::new(&[shape.len() - 1]) },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan, ln_2) = (f64::INFINITY, f64::NAN, std::f64::consts::LN_2);
        vec![
            edge(&[2], &[0.0, 0.0], &[ln_2], &[0.5; 2], "ln(1 + 1)"),
            edge(&[2], &[1e4, 1e4], &[1e4 + ln_2], &[0.5; 2], "eˣ alone would overflow"),
            edge(&[2], &[-1e4, -1e4], &[-1e4 + ln_2], &[0.5; 2], "eˣ alone would vanish"),
            edge(&[2], &[0.0, -inf], &[0.0], &[1.0, 0.0], "an element that is −∞ takes no part"),
            edge(&[1], &[5e-324], &[5e-324], &[1.0], "of one number it is that number, down to the smallest"),
            edge(&[2, 3], &[-inf; 6], &[-inf; 2], &[0.0; 6], "all −∞: ln 0, and no slope"),
            edge(&[2, 0], &[], &[-inf; 2], &[], "no element: ln 0"),
            edge(&[3], &[inf, 1.0, -inf], &[inf], &[1.0, 0.0, 0.0], "∞ is the largest by far"),
            edge(&[3], &[inf, 1.0, inf], &[inf], &[0.5, 0.0, 0.5], "those that are ∞ share"),
            edge(&[2, 2], &[nan, 1.0, 0.0, 0.0], &[nan, ln_2], &[nan, nan, 0.5, 0.5], "NaN stays in its slice"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::LogSumExp>();
    }
}
