//! # gather_rows
//!
//! ```text
//! yᵢ = x at row rᵢ
//! x̄ₖ = Σ ȳᵢ over all i with rᵢ = k
//! ```
//!
//! A row of x stands at every place of y whose index names it, with slope 1 at each, so the cotangents of these places add
//! up. A row that no index names gets the empty sum, 0.
//!
//! Kinks: none. Repeated rows are added in the order of the indices, so the sum has the same bits at any number of threads.

use diabolo_kernels::{Buffer, Scalar, gather_rows, scatter_rows};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Rows of a tensor by index; a row is all that lies at one index of the first axis.
#[derive(Clone, Debug, Default)]
pub struct GatherRows {
    /// The row that each row of the output is.
    pub rows: Vec<u32>,
}

impl GatherRows {
    const CARD: Card = Card {
        name: "gather_rows",
        forward: "yᵢ = x at row rᵢ",
        backward: &["x̄ₖ = Σ ȳᵢ over all i with rᵢ = k"],
        latex: r"y_i = x_{r_i}, \qquad \bar x_k = \sum_{i : r_i = k} \bar y_i",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };
}

/// Whether a tensor of this shape has all these rows, or in words which it lacks.
pub(crate) fn fit(rows: &[u32], shape: Shape) -> Result<(), String> {
    let Some(&count) = shape.first() else { return Err("a single number has no rows".to_owned()) };
    match rows.iter().enumerate().find(|(_, row)| **row as usize >= count) {
        Some((i, row)) => Err(format!("there is no row {row} (index number {i}) in a tensor of {count} rows")),
        None => Ok(()),
    }
}

/// The number of elements of a row.
pub(crate) fn width(shape: Shape) -> usize {
    shape.iter().skip(1).product()
}

impl<S: Scalar> Op<S> for GatherRows {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        fit(&self.rows, x.shape(0))?;
        Ok(x.shape(0).with_extent(0, self.rows.len()))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        gather_rows(x.value(0), width(x.shape(0)), &self.rows, y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| scatter_rows(None, gy, width(x.shape(0)), &self.rows, g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// The rows of this tensor that `rows` names, in that order, of shape (number of indices, …).
    ///
    /// A row is all that lies at one index of the first axis. A row may be named again; its gradients add up.
    ///
    /// ```
    /// use diabolo_autodiff::{Gradients, Tape};
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let table = tape.variable(&array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    /// let picked = table.gather_rows(&[2, 0, 2]);
    /// assert_eq!(picked.value(), array![[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]].into_dyn());
    ///
    /// let mut gradients = Gradients::new();
    /// picked.sum_all().backward(&mut gradients);
    /// assert_eq!(gradients.of(table).unwrap(), array![[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is no such row, or this is a single number.
    #[must_use]
    #[track_caller]
    pub fn gather_rows(self, rows: &[u32]) -> Self {
        self.tape.record_set(&[self], |op: &mut GatherRows| rows.clone_into(&mut op.rows))
    }
}

impl Case for GatherRows {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].gather_rows(&self.rows)
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample =
            |rows: &[u32], shape: &[usize]| Sample::new(Self { rows: rows.to_vec() }).input(shape, Domain::REAL);
        vec![
            sample(&[2, 0, 1], &[3, 4]),
            sample(&[1, 1, 3, 1], &[4, 2]),
            sample(&[0, 2, 2], &[3]),
            sample(&[1, 0, 1, 1, 0], &[2, 3, 2]),
            sample(&[], &[2, 3]),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(1..=4);
        let rows = (0..dice.extent()).map(|_| dice.below(shape[0]) as u32).collect();
        Sample::new(Self { rows }).input(&shape, Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-60.0, 60.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |rows: &[u32], shape: &[usize], x: &[f64], value: &[f64], slopes: &[f64], why| Edge {
            op: Self { rows: rows.to_vec() },
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![slopes.to_vec()],
            why,
        };
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, 5e-324);
        vec![
            edge(
                &[1, 1, 1],
                &[2, 1],
                &[5.0, 7.0],
                &[7.0; 3],
                &[0.0, 3.0],
                "a row named three times counts three times",
            ),
            edge(&[0], &[2, 1], &[5.0, nan], &[5.0], &[1.0, 0.0], "a NaN that is not picked does not matter"),
            edge(&[1, 0], &[2, 1], &[5.0, nan], &[nan, 5.0], &[1.0, 1.0], "one that is picked stays in its row"),
            edge(
                &[3, 0, 2, 1],
                &[4],
                &[inf, -inf, 0.0, tiny],
                &[tiny, inf, 0.0, -inf],
                &[1.0; 4],
                "what is picked is not computed with",
            ),
            edge(&[0, 0], &[1], &[5.0], &[5.0; 2], &[2.0], "the only row, twice"),
            edge(&[], &[2, 1], &[5.0, 7.0], &[], &[0.0, 0.0], "no indices"),
            edge(&[1, 0], &[2, 0], &[], &[], &[], "rows of no elements"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::GatherRows>();
    }
}
