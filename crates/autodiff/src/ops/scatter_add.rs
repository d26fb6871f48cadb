//! # scatter_add
//!
//! ```text
//! yₖ = xₖ + Σ sᵢ over all i with rᵢ = k
//! x̄ = ȳ
//! s̄ᵢ = ȳ at row rᵢ
//! ```
//!
//! A row of x stands in y with slope 1, and so does each row of s, at the place that its index names: the gradient of s is
//! [`gather_rows`](crate::ops::gather_rows) of ȳ, as the gradient of that op is a sum like this one.
//!
//! Kinks: none. Repeated rows are added in the order of the indices, so the sum has the same bits at any number of threads.

use diabolo_kernels::{Buffer, Scalar, gather_rows, scatter_rows};

use crate::ops::gather_rows::{fit, width};
use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// A tensor with rows of another one added to its own.
#[derive(Clone, Debug, Default)]
pub struct ScatterAdd {
    /// The row that each row of the source is added to.
    pub rows: Vec<u32>,
}

impl ScatterAdd {
    const CARD: Card = Card {
        name: "scatter_add",
        forward: "yₖ = xₖ + Σ sᵢ over all i with rᵢ = k",
        backward: &["x̄ = ȳ", "s̄ᵢ = ȳ at row rᵢ"],
        latex: r"y_k = x_k + \sum_{i : r_i = k} s_i, \qquad \bar x = \bar y, \quad \bar s_i = \bar y_{r_i}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

impl<S: Scalar> Op<S> for ScatterAdd {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let (base, source) = (x.shape(0), x.shape(1));
        fit(&self.rows, base)?;
        let needed = base.with_extent(0, self.rows.len());
        if source != needed {
            return Err(format!("the source must have shape {needed}, one row an index"));
        }
        Ok(base)
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        scatter_rows(Some(x.value(0)), x.value(1), width(x.shape(0)), &self.rows, y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| g.copy_from_slice(gy));
        gx.give(1, |g| gather_rows(gy, width(x.shape(0)), &self.rows, g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// This tensor with row `i` of `source` added to its row `rows[i]`, for every i; a row may be named again.
    ///
    /// A row is all that lies at one index of the first axis.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let counts = tape.constant(&array![0.0, 0.0, 0.0]);
    /// let ones = tape.constant(&array![1.0, 1.0, 1.0, 1.0]);
    /// assert_eq!(counts.scatter_add(ones, &[2, 0, 2, 2]).value(), array![1.0, 0.0, 3.0].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such row, this is a single number, or `source` does not have one row of this tensor's shape an index.
    #[must_use]
    #[track_caller]
    pub fn scatter_add(self, source: Self, rows: &[u32]) -> Self {
        self.tape.record_set(&[self, source], |op: &mut ScatterAdd| rows.clone_into(&mut op.rows))
    }
}

impl Case for ScatterAdd {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].scatter_add(x[1], &self.rows)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |rows: &[u32], base: &[usize], source: &[usize]| {
            Sample::new(Self { rows: rows.to_vec() }).input(base, Domain::REAL).input(source, Domain::REAL)
        };
        vec![
            sample(&[2, 0, 1], &[3, 4], &[3, 4]),
            sample(&[1, 1, 3, 1], &[4, 2], &[4, 2]),
            sample(&[0, 2, 2, 0, 0], &[3], &[5]),
            sample(&[1, 0, 1], &[2, 3, 2], &[3, 3, 2]),
            sample(&[], &[2, 3], &[0, 3]),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let base = dice.tensor(1..=4);
        let rows: Vec<u32> = (0..dice.extent()).map(|_| dice.below(base[0]) as u32).collect();
        let source = Shape::new(&base).with_extent(0, rows.len());
        Sample::new(Self { rows }).input(&base, Domain::REAL).input(&source, Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-60.0, 60.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |rows: &[u32], base: &[f64], source: &[f64], value: &[f64], why| Edge {
            op: Self { rows: rows.to_vec() },
            inputs: [base, source].map(|x| (vec![x.len()], x.to_vec())).to_vec(),
            value: value.to_vec(),
            gradients: [base, source].map(|x| vec![1.0; x.len()]).to_vec(),
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(&[1, 1, 1], &[5.0, 7.0], &[1.0, 2.0, 4.0], &[5.0, 14.0], "all that is sent to a row adds up"),
            edge(&[], &[5.0, 7.0], &[], &[5.0, 7.0], "nothing is added"),
            edge(&[0], &[5.0, 7.0], &[nan], &[nan, 7.0], "a NaN stays in the row that it was sent to"),
            edge(&[0, 0], &[0.0], &[inf, -inf], &[nan], "∞ − ∞"),
            edge(&[0, 0], &[0.0], &[5e-324, 5e-324], &[1e-323], "subnormal numbers add up"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::ScatterAdd>();
    }
}
