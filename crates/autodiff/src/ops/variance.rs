//! # variance
//!
//! ```text
//! y = Σ (x − m)² over axes / (n − ddof)
//! x̄ = 2 · ȳ · (x − m) / (n − ddof)
//! ```
//!
//! n is the number of elements of a slice and m their mean; ddof = 0 gives the variance of these numbers, ddof = 1 the unbiased
//! estimate for the population they were drawn from. dy = Σ 2·(x − m)·(dx − dm)/(n − ddof), where dm falls out because the
//! deviations x − m add up to 0.
//!
//! Deviations are taken in two passes, first from the first element of the slice and then from the mean of what is left. So
//! a large mean costs no digits, and equal elements have exactly variance 0 and slope 0, which Σx²/n − m² would miss.
//! The forward rule keeps them.
//!
//! Ulps: of the distances to the first element and to the mean, since their differences are the deviations; each is squared.
//!
//! Kinks: none. With n ≤ ddof there is nothing to estimate from: 0/0 = NaN, or ∞.

use diabolo_kernels::fold::Add;
use diabolo_kernels::{Buffer, Rule, Scalar, Source, UpdateRule, map, update};

use crate::slices::Slices;
use crate::{Axes, Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Variance over a set of axes, which vanish from the shape.
#[derive(Clone, Copy, Debug)]
pub struct Variance {
    /// The axes that the numbers of one slice lie along.
    pub axes: Axes,
    /// What is subtracted from the number of elements: degrees of freedom that the mean has used up.
    pub ddof: usize,
}

impl Variance {
    const CARD: Card = Card {
        name: "variance",
        forward: "y = Σ (x − m)² over axes / (n − ddof)",
        backward: &["x̄ = 2 · ȳ · (x − m) / (n − ddof)"],
        latex: r"y = \frac{1}{n - \mathrm{ddof}} \sum_{\text{axes}} (x - m)^2, \qquad
            \bar x = \frac{2}{n - \mathrm{ddof}} \bar y\, (x - m)",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Nowhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };

    fn divisor<S: Scalar>(&self, slices: Slices) -> S {
        S::of(slices.length().saturating_sub(self.ddof) as f64)
    }
}

impl<S: Scalar> Op<S> for Variance {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        self.axes.fit(x.shape(0))?;
        Ok(x.shape(0).without(self.axes))
    }

    /// Keeps the deviations, and behind them their squares.
    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], kept: &mut Buffer<S>) {
        let (x, slices) = (x.value(0), Slices::new(x.shape(0), self.axes));
        kept.resize(2 * x.len());
        let (deviations, squares) = kept.split_at_mut(x.len());
        map(Minus, [Source::Whole(x), slices.first(x)], [], squares);
        slices.fold(Add, squares, y);
        update(Divide { by: S::of(slices.length() as f64) }, [&mut *y], []);
        map(Minus, [Source::Whole(squares), slices.repeat(y)], [], deviations);
        map(Square, [Source::Whole(deviations)], [], squares);
        slices.fold(Add, squares, y);
        update(Divide { by: self.divisor(slices) }, [y], []);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], kept: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let slices = Slices::new(x.shape(0), self.axes);
        let deviations = &kept[..x.value(0).len()];
        let rule = Slope { divisor: self.divisor(slices) };
        gx.give(0, |g| map(rule, [slices.repeat(gy), Source::Whole(deviations)], [], g));
    }
}

/// a − b
#[derive(Clone, Copy)]
struct Minus;

impl<S: Scalar> Rule<S, 2, 0> for Minus {
    #[inline(always)]
    fn apply(self, [a, b]: [S; 2], []: [S; 0]) -> S {
        a - b
    }
}

/// x²
#[derive(Clone, Copy)]
struct Square;

impl<S: Scalar> Rule<S, 1, 0> for Square {
    #[inline(always)]
    fn apply(self, [x]: [S; 1], []: [S; 0]) -> S {
        x.square()
    }
}

/// x / n
#[derive(Clone, Copy)]
struct Divide<S> {
    by: S,
}

impl<S: Scalar> UpdateRule<S, 1, 0> for Divide<S> {
    #[inline(always)]
    fn apply(self, [x]: [S; 1], []: [S; 0]) -> [S; 1] {
        [x / self.by]
    }
}

/// 2 · ȳ · (x − m) / (n − ddof)
#[derive(Clone, Copy)]
struct Slope<S> {
    divisor: S,
}

impl<S: Scalar> Rule<S, 2, 0> for Slope<S> {
    #[inline(always)]
    fn apply(self, [gy, deviation]: [S; 2], []: [S; 0]) -> S {
        S::of(2.0) * gy * deviation / self.divisor
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The variance over `axes`, which vanish from the shape: squared deviations from the mean, added up and divided by
    /// their number less `ddof`. `ddof` 0 is the variance of these numbers, 1 the unbiased estimate.
    ///
    /// NaN where there is no element, or one and `ddof` is 1.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]]);
    /// assert_eq!(x.variance(&[1], 0).value(), array![2.0 / 3.0, 0.0].into_dyn());
    /// assert_eq!(x.variance(&[1], 1).value(), array![1.0, 0.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or one is named twice.
    #[must_use]
    #[track_caller]
    pub fn variance(self, axes: &[usize], ddof: usize) -> Self {
        self.tape.record(Variance { axes: Axes::new(axes), ddof }, &[self])
    }

    /// The variance of all elements, a single number; see [`variance`](Self::variance).
    #[must_use]
    #[track_caller]
    pub fn variance_all(self, ddof: usize) -> Self {
        self.tape.record(Variance { axes: Axes::all(self.shape().len()), ddof }, &[self])
    }
}

impl Case for Variance {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape.record(*self, &[x[0]])
    }

    fn samples() -> Vec<Sample<Self>> {
        let over =
            |axes: &[usize], ddof| Sample::new(Self { axes: Axes::new(axes), ddof }).input(&[2, 3, 4], Domain::REAL);
        vec![over(&[], 0), over(&[0], 0), over(&[1], 1), over(&[2], 0), over(&[0, 2], 1), over(&[0, 1, 2], 2)]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(1..=4);
        let axes = dice.axes(shape.len());
        let n: usize = axes.iter().map(|&axis| shape[axis]).product();
        let domain = [Domain::REAL, Domain::Between(1000.0, 1001.0)][dice.below(2)];
        Sample::new(Self { axes, ddof: dice.below(n.min(3)) }).input(&shape, domain)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |ddof, shape: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { axes: Axes::new(&[shape.len() - 1]), ddof },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(0, &[3], &[1.0, 2.0, 6.0], &[14.0 / 3.0], &[-4.0 / 3.0, -2.0 / 3.0, 2.0], "(4 + 1 + 9) / 3"),
            edge(1, &[3], &[1.0, 2.0, 6.0], &[7.0], &[-2.0, -1.0, 3.0], "(4 + 1 + 9) / 2"),
            edge(
                0,
                &[3],
                &[0.1; 3],
                &[0.0],
                &[0.0; 3],
                "the mean of three times 0.1 is rounded, their variance is not",
            ),
            edge(0, &[4], &[1e300; 4], &[0.0], &[0.0; 4], "the sum of equal numbers may be large, their variance is 0"),
            edge(0, &[2], &[1e9, 1e9 + 1.0], &[0.25], &[-0.5, 0.5], "a large mean costs no digits"),
            edge(0, &[2], &[0.0, 1e-323], &[0.0], &[-5e-324, 5e-324], "the value underflows, the slopes do not"),
            edge(0, &[1], &[3.0], &[0.0], &[0.0], "one number does not vary"),
            edge(1, &[1], &[3.0], &[nan], &[nan], "nothing to estimate from"),
            edge(0, &[2, 0], &[], &[nan; 2], &[], "no element"),
            edge(0, &[2], &[-inf, 1.0], &[nan], &[nan; 2], "on the other side too"),
            edge(0, &[2], &[inf, 1.0], &[nan], &[nan; 2], "∞ − ∞ has no value"),
            edge(0, &[2, 2], &[nan, 1.0, 1.0, 3.0], &[nan, 1.0], &[nan, nan, -1.0, 1.0], "NaN stays in its slice"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Variance>();
    }
}
