//! # pad
//!
//! ```text
//! y = x with a border of the constant c
//! x̄ = ȳ inside of the border
//! ```
//!
//! Every element of x stands at one place of y, with slope 1, so it takes the cotangent of that place. The border does not
//! depend on x.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, Layout, MAX_RANK, Scalar};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// A tensor inside of a border.
#[derive(Clone, Copy, Debug)]
pub struct Pad {
    /// The value of the border.
    pub value: f64,
    before: [usize; MAX_RANK],
    after: [usize; MAX_RANK],
    rank: usize,
}

impl Pad {
    const CARD: Card = Card {
        name: "pad",
        forward: "y = x with a border of the constant c",
        backward: &["x̄ = ȳ inside of the border"],
        latex: r"y_j = \begin{cases} x_{j - b} & b \le j < b + n \\ c & \text{else} \end{cases}, \qquad
            \bar x_i = \bar y_{b + i}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    /// For each axis, how many elements of this value go before it and after it.
    ///
    /// # Panics
    /// If there are more than six axes.
    #[track_caller]
    pub fn new(widths: &[(usize, usize)], value: f64) -> Self {
        assert!(widths.len() <= MAX_RANK, "a tensor has at most {MAX_RANK} axes, here {}", widths.len());
        let mut pad = Self { value, before: [0; MAX_RANK], after: [0; MAX_RANK], rank: widths.len() };
        for (axis, &width) in widths.iter().enumerate() {
            (pad.before[axis], pad.after[axis]) = width;
        }
        pad
    }

    /// For each axis, how many elements go before it and after it.
    pub fn widths(&self) -> Vec<(usize, usize)> {
        (0..self.rank).map(|axis| (self.before[axis], self.after[axis])).collect()
    }

    /// An input of shape `x`, with the border around it.
    fn around(&self, x: Shape) -> Shape {
        (0..self.rank).fold(x, |y, axis| y.with_extent(axis, self.before[axis] + x[axis] + self.after[axis]))
    }

    /// Where an input of shape `x` lies in the output.
    fn inside(&self, x: Shape) -> Layout {
        Layout::window(&self.around(x), &self.before[..self.rank], &x)
    }
}

impl<S: Scalar> Op<S> for Pad {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let shape = x.shape(0);
        if self.rank == shape.len() {
            Ok(self.around(shape))
        } else {
            Err(format!("{} pairs of widths do not fit a tensor of {} axes", self.rank, shape.len()))
        }
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        y.fill(S::of(self.value));
        self.inside(x.shape(0)).write(x.value(0), y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        gx.give(0, |g| self.inside(x.shape(0)).read(gy, 0, g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// This tensor with a border of the constant `value`: `widths[axis]` says how many elements go before and after.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let x = tape.variable(&array![[1.0, 2.0]]);
    /// let y = x.pad(&[(1, 0), (0, 2)], 0.0);
    /// assert_eq!(y.value(), array![[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0]].into_dyn());
    /// ```
    ///
    /// # Panics
    /// If there is not one pair of widths an axis.
    #[must_use]
    #[track_caller]
    pub fn pad(self, widths: &[(usize, usize)], value: f64) -> Self {
        self.tape.record(Pad::new(widths, value), &[self])
    }
}

impl Case for Pad {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].tape.record(*self, &[x[0]])
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample =
            |widths: &[(usize, usize)], shape: &[usize]| Sample::new(Self::new(widths, 0.5)).input(shape, Domain::REAL);
        vec![
            sample(&[(1, 2)], &[3]),
            sample(&[(1, 0), (0, 2)], &[2, 3]),
            sample(&[(0, 0), (1, 1), (2, 1)], &[2, 3, 2]),
            sample(&[(0, 0), (0, 0)], &[2, 3]),
            sample(&[], &[]),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(0..=4);
        let widths: Vec<_> = shape.iter().map(|_| (dice.below(3), dice.below(3))).collect();
        Sample::new(Self::new(&widths, 0.5)).input(&shape, Domain::REAL)
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |widths: &[(usize, usize)], c, shape: &[usize], x: &[f64], value: &[f64], why| Edge {
            op: Self::new(widths, c),
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![vec![1.0; x.len()]],
            why,
        };
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        vec![
            edge(&[(1, 1)], 9.0, &[2], &[1.0, 2.0], &[9.0, 1.0, 2.0, 9.0], "one element on each side"),
            edge(&[(1, 0), (0, 1)], 0.0, &[1, 1], &[5.0], &[0.0, 0.0, 5.0, 0.0], "a row above and a column behind"),
            edge(&[(1, 0)], -inf, &[1], &[1.0], &[-inf, 1.0], "an infinite border leaves the slopes alone"),
            edge(&[(0, 1)], nan, &[1], &[1.0], &[1.0, nan], "so does a border of NaN"),
            edge(
                &[(0, 1)],
                1.0,
                &[3],
                &[inf, -inf, 5e-324],
                &[inf, -inf, 5e-324, 1.0],
                "what is moved is not computed with",
            ),
            edge(&[(1, 0)], 1.0, &[1], &[0.0], &[1.0, 0.0], "the border does not mix with a 0"),
            edge(&[(0, 1)], 0.0, &[1], &[nan], &[nan, 0.0], "a NaN inside stays inside"),
            edge(&[(1, 0), (0, 1)], 3.0, &[0, 1], &[], &[3.0, 3.0], "around nothing there is only the border"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Pad>();
    }
}
