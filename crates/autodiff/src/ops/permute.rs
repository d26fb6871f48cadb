//! # permute
//!
//! ```text
//! y = x with its axes in another order
//! x̄ = ȳ with its axes in the order of x
//! ```
//!
//! Axis i of y is axis p(i) of x. Every element of x stands at one place of y, with slope 1, so it takes the cotangent of
//! that place; the way back is the inverse permutation, which puts axis p(i) where i was.
//!
//! Kinks: none.

use diabolo_kernels::{Buffer, MAX_RANK, Scalar, permute};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// The axes of a tensor in another order.
#[derive(Clone, Copy, Debug)]
pub struct Permute {
    axes: [usize; MAX_RANK],
    rank: usize,
}

impl Permute {
    const CARD: Card = Card {
        name: "permute",
        forward: "y = x with its axes in another order",
        backward: &["x̄ = ȳ with its axes in the order of x"],
        latex: r"y_{i_{p(1)} \ldots i_{p(n)}} = x_{i_1 \ldots i_n}, \qquad
            \bar x_{i_1 \ldots i_n} = \bar y_{i_{p(1)} \ldots i_{p(n)}}",
        reads: Reads::Nothing,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps::FOUR,
    };

    /// Axis `i` of the output is axis `axes[i]` of the input.
    ///
    /// # Panics
    /// If there are more than six axes.
    #[track_caller]
    pub fn new(axes: &[usize]) -> Self {
        assert!(axes.len() <= MAX_RANK, "a tensor has at most {MAX_RANK} axes, here {}", axes.len());
        let mut all = [0; MAX_RANK];
        all[..axes.len()].copy_from_slice(axes);
        Self { axes: all, rank: axes.len() }
    }

    /// For each axis of the output, that of the input.
    pub fn axes(&self) -> &[usize] {
        &self.axes[..self.rank]
    }

    /// The way back.
    fn inverse(&self) -> Self {
        let mut inverse = *self;
        self.axes().iter().enumerate().for_each(|(i, &axis)| inverse.axes[axis] = i);
        inverse
    }
}

impl<S: Scalar> Op<S> for Permute {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let shape = x.shape(0);
        if self.rank != shape.len() || (0..self.rank).any(|axis| !self.axes().contains(&axis)) {
            return Err(format!("{:?} does not name each of {} axes once", self.axes(), shape.len()));
        }
        Ok(self.axes().iter().enumerate().fold(shape, |to, (i, &axis)| to.with_extent(i, shape[axis])))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        permute(x.value(0), &x.shape(0), self.axes(), y);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let shape = self.shape(x).expect("the axes were checked when recorded");
        gx.give(0, |g| permute(gy, &shape, self.inverse().axes(), g));
    }
}

impl<S: Scalar> Var<'_, S> {
    /// This tensor with its axes in another order: axis `i` of the result is axis `axes[i]` of this one.
    ///
    /// `x.permute(&[0, 2, 3, 1])` makes images with channels in front, (n, c, h, w), to images with channels behind.
    ///
    /// # Panics
    /// If `axes` does not name every axis once.
    #[must_use]
    #[track_caller]
    pub fn permute(self, axes: &[usize]) -> Self {
        self.tape.record(Permute::new(axes), &[self])
    }
}

impl Case for Permute {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].permute(self.axes())
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |axes: &[usize], shape: &[usize]| Sample::new(Self::new(axes)).input(shape, Domain::REAL);
        vec![
            sample(&[1, 0], &[3, 4]),
            sample(&[1, 2, 0], &[2, 3, 4]),
            sample(&[2, 1, 0], &[2, 3, 4]),
            sample(&[0, 2, 3, 1], &[2, 3, 2, 2]),
            sample(&[5, 0, 4, 1, 3, 2], &[2, 1, 2, 3, 1, 2]),
            sample(&[], &[]),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let shape = dice.tensor(0..=5);
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        (1..axes.len()).for_each(|last| axes.swap(last, dice.below(last + 1)));
        Sample::new(Self::new(&axes)).input(&shape, Domain::REAL)
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |axes: &[usize], shape: &[usize], x: &[f64], value: &[f64], why| Edge {
            op: Self::new(axes),
            inputs: vec![(shape.to_vec(), x.to_vec())],
            value: value.to_vec(),
            gradients: vec![vec![1.0; x.len()]],
            why,
        };
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        vec![
            edge(
                &[1, 0],
                &[2, 3],
                &x,
                &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0],
                "two axes that change places are a transposition",
            ),
            edge(&[2, 0, 1], &[1, 2, 3], &x, &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0], "the last axis comes first"),
            edge(&[0, 1], &[2, 3], &x, &x, "the order that is there changes nothing"),
            edge(&[], &[], &[5.0], &[5.0], "a number has no axes"),
            edge(
                &[1, 0],
                &[2, 2],
                &[f64::NEG_INFINITY, 0.0, 5e-324, 1.0],
                &[f64::NEG_INFINITY, 5e-324, 0.0, 1.0],
                "every bit arrives",
            ),
            edge(&[1, 0], &[0, 3], &[], &[], "no rows become no columns"),
            edge(
                &[1, 0],
                &[1, 2],
                &[f64::NAN, f64::INFINITY],
                &[f64::NAN, f64::INFINITY],
                "what is moved is not computed with",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::Permute>();
    }
}
