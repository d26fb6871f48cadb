//! # log_softmax
//!
//! ```text
//! y = x − ln Σ eˣ over axes
//! x̄ = ȳ − e^y · Σ ȳ over axes
//! ```
//!
//! dyᵢ = dxᵢ − Σⱼ softmax(x)ⱼ·dxⱼ, and softmax(x) = e^y. With m the largest x, y is computed as (x − m) − ln Σ e^(x − m): no
//! exponential overflows, and a share too small for a number still has its logarithm. Why the slope does not read y: y is
//! rounded, and the exponential of y = −100 would be 64 ulps off. The forward rule keeps the terms e^(x − m) and their sums.
//!
//! Ulps: of a slope, exponential, both sums, quotient and product round. A value may be as far off as the last place of 1,
//! which Σ e^(x − m) is at least: a loss that is almost 0 is better taken from cross_entropy.
//!
//! Kinks: none. If the largest is infinite, also if all are −∞, ∞ − ∞ = NaN: there is no distribution to be found.

use diabolo_kernels::fold::{Add, Larger};
use diabolo_kernels::{Buffer, Rule, Scalar, Source, UpdateRule, map, update};

use crate::slices::{ShiftedExp, Slices};
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Logarithm of the softmax over a set of axes.
#[derive(Clone, Copy, Debug)]
pub struct LogSoftmax {
    /// The axes over which shares add up to 1.
    pub axes: Axes,
}

impl LogSoftmax {
    const CARD: Card = Card {
        name: "log_softmax",
        forward: "y = x − ln Σ eˣ over axes",
        backward: &["x̄ = ȳ − e^y · Σ ȳ over axes"],
        latex: r"y = x - \ln \textstyle\sum_{\text{axes}} e^x, \qquad \bar x = \bar y - e^y \textstyle\sum \bar y",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

impl<S: Scalar> Op<S> for LogSoftmax {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0))
    }

    /// Keeps e^(x − m), and behind them their sums; last come m and the logarithms of the sums.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let (x, slices) = (x.value(0), Slices::new(x.shape(0), self.axes));
        let count = slices.count();
        kept.resize(x.len() + 3 * count);
        let (terms, rest) = kept.split_at_mut(x.len());
        let (sums, rest) = rest.split_at_mut(count);
        let (largest, logs) = rest.split_at_mut(count);
        slices.fold(Larger, x, largest);
        map(ShiftedExp, [Source::Whole(x), slices.repeat(largest)], [], terms);
        slices.fold(Add, terms, sums);
        map(Log, [], [&*sums], logs);
        map(Below, [Source::Whole(x), slices.repeat(largest), slices.repeat(logs)], [], y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let slices = Slices::new(x.shape(0), self.axes);
        let (terms, rest) = kept.split_at(gy.len());
        let mut share = gx.scratch(slices.count());
        slices.fold(Add, gy, &mut share);
        update(Divide, [&mut share], [&rest[..slices.count()]]);
        gx.give(0, |g| map(Slope, [slices.repeat(&share)], [terms, gy], g));
        gx.recycle(share);
    }
}

/// ln x
#[derive(Clone, Copy)]
struct Log;

impl<S: Scalar> Rule<S, 0, 1> for Log {
    #[inline(always)]
    fn apply(self, []: [S; 0], [x]: [S; 1]) -> S {
        x.ln()
    }
}

/// Σ ȳ / Σ e^(x − m)
#[derive(Clone, Copy)]
struct Divide;

impl<S: Scalar> UpdateRule<S, 1, 1> for Divide {
    #[inline(always)]
    fn apply(self, [sum]: [S; 1], [terms]: [S; 1]) -> [S; 1] {
        [sum / terms]
    }
}

/// (x − m) − ln Σ
#[derive(Clone, Copy)]
struct Below;

impl<S: Scalar> Rule<S, 3, 0> for Below {
    #[inline(always)]
    fn apply(self, [x, m, log_sum]: [S; 3], []: [S; 0]) -> S {
        (x - m) - log_sum
    }
}

/// ȳ − e^(x − m) · Σ ȳ / Σ e^(x − m)
#[derive(Clone, Copy)]
struct Slope;

impl<S: Scalar> Rule<S, 1, 2> for Slope {
    #[inline(always)]
    fn apply(self, [share]: [S; 1], [term, gy]: [S; 2]) -> S {
        gy - term * share
    }
}

impl<S: Scalar> Var<'_, S> {
    /// x − ln Σ eˣ over `axes`, the logarithm of the [`softmax`](Self::softmax), also where that rounds to 0. The shape stays.
    ///
    /// For a loss with labels use [`cross_entropy`](Self::cross_entropy), which also keeps what is left of a loss that is
    /// almost 0.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let logits = tape.variable(&array![[1000.0, 0.0]]);
    /// assert_eq!(logits.log_softmax(&[1]).value(), array![[0.0, -1000.0]].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn log_softmax(self, axes: &[usize]) -> Self {
        self.tape.record(LogSoftmax { axes: Axes::new(axes) }, &[self])
    }
}

impl Case for LogSoftmax {
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
        let (inf, nan, half) = (f64::INFINITY, f64::NAN, -std::f64::consts::LN_2);
        vec![
            edge(&[2], &[1e4, 1e4], &[half; 2], &[0.0; 2], "eˣ alone would overflow"),
            edge(&[2], &[0.0, -1e4], &[0.0, -1e4], &[-1.0, 1.0], "a share of 0 has its logarithm"),
            edge(&[2], &[0.0, -inf], &[0.0, -inf], &[-1.0, 1.0], "an element that is −∞ takes no part"),
            edge(&[1], &[7.0], &[0.0], &[0.0], "the only one has it all"),
            edge(&[2], &[5e-324, 0.0], &[half; 2], &[0.0; 2], "equal but for the smallest number"),
            edge(&[2, 2], &[-inf, -inf, 0.0, 0.0], &[nan, nan, half, half], &[nan, nan, 0.0, 0.0], "no share to give"),
            edge(&[2], &[inf, 0.0], &[nan; 2], &[nan; 2], "∞ − ∞ has no value"),
            edge(&[2, 0], &[], &[], &[], "no element"),
            edge(
                &[2, 2],
                &[nan, 1.0, 0.0, 0.0],
                &[nan, nan, half, half],
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
        crate::finite_difference::check::<super::LogSoftmax>();
    }
}
