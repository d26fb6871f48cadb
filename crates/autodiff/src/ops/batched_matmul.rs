//! # batched_matmul
//!
//! ```text
//! Yᵢ = Aᵢ · Bᵢ
//! Āᵢ = Σ Ȳᵢ · Bᵢᵀ over what was repeated
//! B̄ᵢ = Σ Aᵢᵀ · Ȳᵢ over what was repeated
//! ```
//!
//! for each index i of the leading axes. The last two axes are matrices, (m, k) and (k, n); the leading axes are repeated to a
//! common shape as in arithmetic. For one index this is [`matmul`](crate::ops::matmul), with its derivation. A matrix that
//! serves several indices has slope 1 in each of these uses, so its gradients add up, in the order of the indices.
//!
//! One B for all of A, as in (…, m, k) · (k, n), is a single product of the rows of all matrices of A, and so are its gradients.
//!
//! Ulps: partial sums may outgrow the terms, and round at their own size. The bound is for sums of 25 products.
//!
//! Kinks: none.

use diabolo_kernels::product::{Epilogue, Operand, Stack, products};
use diabolo_kernels::{Buffer, Layout, MAX_RANK, Scalar, product};

use crate::{Card, Case, Cotangents, Dice, Domain, Edge, Inputs, Linearity, Op, Reads, Sample, Shape, Ulps, Var};

/// Products of the matrices of two stacks.
#[derive(Clone, Copy, Debug)]
pub struct BatchedMatmul;

impl BatchedMatmul {
    const CARD: Card = Card {
        name: "batched_matmul",
        forward: "Yᵢ = Aᵢ · Bᵢ",
        backward: &["Āᵢ = Σ Ȳᵢ · Bᵢᵀ over what was repeated", "B̄ᵢ = Σ Aᵢᵀ · Ȳᵢ over what was repeated"],
        latex: r"Y_i = A_i B_i, \qquad \bar A_i = \bar Y_i B_i^\top, \quad \bar B_i = A_i^\top \bar Y_i",
        reads: Reads::X,
        kinks: "none",
        linear: Linearity::Everywhere,
        ulps: Ulps { f64: 8, f32: 8 },
    };
}

/// The matrices of an input, and how they are repeated to the leading axes of the output.
#[derive(Clone, Copy, Debug)]
struct Matrices {
    /// The leading axes.
    batch: Shape,
    rows: usize,
    columns: usize,
}

impl Matrices {
    fn of(shape: Shape) -> Option<Self> {
        let [batch @ .., rows, columns] = &*shape else { return None };
        Some(Self { batch: Shape::new(batch), rows: *rows, columns: *columns })
    }

    /// These matrices, repeated to the leading axes `common`, in the order in which products are summed to matrices whose
    /// leading axes are `target`: what `target` lacks of `common` runs fastest.
    fn stack<'a, S: Scalar>(&self, data: &'a [S], target: Shape, common: Shape) -> Stack<'a, S> {
        let (mut strides, mut stride, lead) = ([0; MAX_RANK], 1, common.len() - self.batch.len());
        for (axis, &extent) in self.batch.iter().enumerate().rev() {
            strides[lead + axis] = if extent == 1 { 0 } else { stride };
            stride *= extent as isize;
        }
        let kept = |axis: &usize| {
            (*axis + target.len()).checked_sub(common.len()).is_some_and(|at| target[at] == common[*axis])
        };
        let (mut extents, mut ordered, mut rank) = ([1; MAX_RANK], [0; MAX_RANK], 0);
        for axis in (0..common.len()).filter(kept).chain((0..common.len()).filter(|axis| !kept(axis))) {
            (extents[rank], ordered[rank]) = (common[axis], strides[axis]);
            rank += 1;
        }
        Stack::new(data, self.rows, self.columns, Layout::new(&extents[..rank], &ordered[..rank], 0))
    }
}

/// Both inputs, and the leading axes of the output.
#[derive(Clone, Copy, Debug)]
struct Plan {
    a: Matrices,
    b: Matrices,
    common: Shape,
}

impl Plan {
    fn of<S: Scalar>(x: Inputs<'_, S>) -> Result<Self, String> {
        let (Some(a), Some(b)) = (Matrices::of(x.shape(0)), Matrices::of(x.shape(1))) else {
            return Err("both inputs must have two axes at least".to_owned());
        };
        if a.columns != b.rows {
            return Err(format!("inner sizes {} and {} differ", a.columns, b.rows));
        }
        let common = a.batch.broadcast(&b.batch);
        let common =
            common.ok_or_else(|| format!("{} and {} cannot be repeated to a common shape", a.batch, b.batch))?;
        Ok(Self { a, b, common })
    }

    /// The rows of all matrices of A and the one matrix B as operands of a single product, if it can be one.
    fn single<'a, S: Scalar>(&self, x: Inputs<'a, S>) -> Option<(Operand<'a, S>, Operand<'a, S>)> {
        let Self { a, b, common } = self;
        (b.batch.size() == 1 && a.batch.size() == common.size()).then(|| {
            let rows = a.batch.size() * a.rows;
            (Operand::new(x.value(0), rows, a.columns), Operand::new(x.value(1), b.rows, b.columns))
        })
    }
}

impl<S: Scalar> Op<S> for BatchedMatmul {
    fn card(&self) -> &'static Card {
        &Self::CARD
    }

    fn shape(&self, x: Inputs<'_, S>) -> Result<Shape, String> {
        let Plan { a, b, common } = Plan::of(x)?;
        let leading = common.len();
        Ok(common.with_axis(leading, a.rows).with_axis(leading + 1, b.columns))
    }

    fn forward(&self, x: Inputs<'_, S>, y: &mut [S], _: &mut Buffer<S>) {
        let plan = plan(x);
        if let Some((a, b)) = plan.single(x) {
            product(a, b, y, Epilogue::Store);
            return;
        }
        let Plan { a, b, common } = plan;
        products(a.stack(x.value(0), common, common), b.stack(x.value(1), common, common), 1, y, &mut []);
    }

    fn vjp(&self, x: Inputs<'_, S>, _: &[S], _: &[S], gy: &[S], gx: &mut Cotangents<'_, S>) {
        let plan = plan(x);
        if let Some((a, b)) = plan.single(x) {
            let gy = Operand::new(gy, a.rows, b.columns);
            gx.give(0, |g| product(gy, b.t(), g, Epilogue::Store));
            return gx.give(1, |g| product(a.t(), gy, g, Epilogue::Store));
        }
        let Plan { a, b, common } = plan;
        let y = Matrices { batch: common, rows: a.rows, columns: b.columns };
        let (to_a, to_b) = (a.batch, b.batch);
        give(x, 0, y.stack(gy, to_a, common), b.stack(x.value(1), to_a, common).t(), common.size(), gx);
        give(x, 1, a.stack(x.value(0), to_b, common).t(), y.stack(gy, to_b, common), common.size(), gx);
    }
}

fn plan<S: Scalar>(x: Inputs<'_, S>) -> Plan {
    Plan::of(x).expect("the shapes were checked when recorded")
}

/// Gives input `i` its sums of `count` products in all.
fn give<S: Scalar>(
    x: Inputs<'_, S>,
    i: usize,
    left: Stack<'_, S>,
    right: Stack<'_, S>,
    count: usize,
    gx: &mut Cotangents<'_, S>,
) {
    let shape = x.shape(i);
    let matrices = shape[..shape.len() - 2].iter().product();
    let terms = count.checked_div(matrices).unwrap_or(0);
    if terms <= 1 || !gx.wants(i) {
        return gx.give(i, |g| products(left, right, terms, g, &mut []));
    }
    let mut spare = gx.scratch(shape.size());
    gx.give(i, |g| products(left, right, terms, g, &mut spare));
    gx.recycle(spare);
}

impl<S: Scalar> Var<'_, S> {
    /// The matrix products of (…, m, k) and (…, k, n), of shape (…, m, n). The leading axes are repeated to a common shape.
    ///
    /// ```
    /// use diabolo_autodiff::Tape;
    /// use ndarray::Array;
    ///
    /// let tape = Tape::<f64>::new();
    /// let queries = tape.variable(&Array::ones((8, 4, 10, 16))); // samples, heads, places, width
    /// let keys = tape.variable(&Array::ones((8, 4, 10, 16)));
    /// let scores = queries.batched_matmul(keys.permute(&[0, 1, 3, 2]));
    /// assert_eq!(&*scores.shape(), &[8, 4, 10, 10]);
    /// ```
    ///
    /// # Panics
    /// If an input has fewer than two axes, the inner sizes differ, or the leading axes do not fit.
    #[must_use]
    #[track_caller]
    pub fn batched_matmul(self, other: Self) -> Self {
        self.tape.record(BatchedMatmul, &[self, other])
    }
}

impl Case for BatchedMatmul {
    fn card() -> &'static Card {
        &Self::CARD
    }

    fn apply<'t, S: Scalar>(&self, x: &[Var<'t, S>]) -> Var<'t, S> {
        x[0].batched_matmul(x[1])
    }

    fn samples() -> Vec<Sample<Self>> {
        let sample = |a: &[usize], b: &[usize]| Sample::new(Self).input(a, Domain::REAL).input(b, Domain::REAL);
        vec![
            sample(&[3, 2, 4], &[3, 4, 2]),
            sample(&[2, 3], &[3, 4]),
            sample(&[3, 2, 4], &[4, 2]),
            sample(&[2, 4], &[3, 4, 2]),
            sample(&[2, 1, 2, 3], &[3, 3, 2]),
            sample(&[2, 1, 2, 1, 3], &[1, 3, 2, 3, 1]),
            sample(&[1, 2, 1, 1, 1, 3], &[2, 1, 2, 2, 3, 1]),
        ]
    }

    fn any(dice: &mut Dice) -> Sample<Self> {
        let [m, k, n] = [dice.extent(), dice.extent(), dice.extent()];
        let common: Vec<usize> = (0..dice.below(4)).map(|_| 1 + dice.below(3)).collect();
        let mut repeated = |rows, columns| -> Vec<usize> {
            let own = &common[dice.below(common.len() + 1)..];
            own.iter().map(|&extent| if dice.below(2) == 0 { 1 } else { extent }).chain([rows, columns]).collect()
        };
        let (a, b) = (repeated(m, k), repeated(k, n));
        Sample::new(Self).input(&a, Domain::REAL).input(&b, Domain::REAL)
    }

    fn whole_domain() -> Vec<Domain> {
        vec![Domain::Powers(-30.0, 30.0)]
    }

    fn edges() -> Vec<Edge<Self>> {
        let edge = |a: (&[usize], &[f64]), b: (&[usize], &[f64]), value: &[f64], slopes: [&[f64]; 2], why| Edge {
            op: Self,
            inputs: [a, b].map(|(shape, x)| (shape.to_vec(), x.to_vec())).to_vec(),
            value: value.to_vec(),
            gradients: slopes.map(<[f64]>::to_vec).to_vec(),
            why,
        };
        let (two, one): (&[usize], &[usize]) = (&[2, 1, 1], &[1, 1]);
        let (inf, nan, tiny) = (f64::INFINITY, f64::NAN, f64::MIN_POSITIVE / 4.0);
        vec![
            edge(
                (two, &[2.0, 3.0]),
                (two, &[5.0, 7.0]),
                &[10.0, 21.0],
                [&[5.0, 7.0], &[2.0, 3.0]],
                "each with its own",
            ),
            edge((two, &[2.0, 3.0]), (one, &[5.0]), &[10.0, 15.0], [&[5.0, 5.0], &[5.0]], "one B for both A"),
            edge((one, &[2.0]), (two, &[5.0, 7.0]), &[10.0, 14.0], [&[12.0], &[2.0, 2.0]], "one A for both B"),
            edge((&[0, 1, 1], &[]), (&[1, 1, 1], &[5.0]), &[], [&[], &[0.0]], "repeated no times, B does not matter"),
            edge((&[1, 1, 1], &[5.0]), (&[0, 1, 1], &[]), &[], [&[0.0], &[]], "nor does A"),
            edge((&[2, 1, 0], &[]), (&[2, 0, 1], &[]), &[0.0, 0.0], [&[], &[]], "a product over no terms is 0"),
            edge((two, &[0.0, 1.0]), (two, &[inf, 1.0]), &[nan, 1.0], [&[inf, 1.0], &[0.0, 1.0]], "0 · ∞ = NaN"),
            edge((one, &[-inf]), (one, &[2.0]), &[-inf], [&[2.0], &[-inf]], "−∞ passes"),
            edge((one, &[nan]), (one, &[2.0]), &[nan], [&[2.0], &[nan]], "NaN in, NaN out"),
            edge((one, &[tiny]), (one, &[2.0]), &[2.0 * tiny], [&[2.0], &[tiny]], "subnormal numbers are kept"),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gradients() {
        crate::finite_difference::check::<super::BatchedMatmul>();
    }
}
