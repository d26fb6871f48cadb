//! Many products of matrices of one shape.
//!
//! ```text
//!   out[t] = Σᵣ left[l(t, r)] · right[l′(t, r)]      r = 0, 1, … in this order
//! ```
//!
//! Which matrices a term takes is a [`Layout`] in units of matrices, so that one stack can be repeated against another
//! (stride 0), and a gradient can add up what was repeated. Threads share the matrices of the output, and large products
//! among them once more.

use super::threads::GRAIN;
use super::{Epilogue, Operand, product};
use crate::parallel::{self, Divisible};
use crate::{Layout, Scalar, UpdateRule, update};

/// Matrices of one shape, one behind the other, and the order in which [`products`] takes them.
#[derive(Clone, Copy, Debug)]
pub struct Stack<'a, S> {
    matrix: Operand<'a, S>,
    order: Layout,
}

impl<'a, S: Scalar> Stack<'a, S> {
    /// Matrices that lie as `rows` × `columns`. Term i of the products takes matrix number `order.at(i)`.
    pub fn new(data: &'a [S], rows: usize, columns: usize, order: Layout) -> Self {
        Self { matrix: Operand { data, rows, columns, transposed: false }, order }
    }

    /// The transposes of the matrices, without moving data.
    #[must_use]
    pub fn t(self) -> Self {
        Self { matrix: self.matrix.t(), ..self }
    }

    /// The matrix that term `i` takes.
    fn term(&self, i: usize) -> Operand<'a, S> {
        let size = self.matrix.rows * self.matrix.columns;
        Operand { data: &self.matrix.data[self.order.at(i) * size..][..size], ..self.matrix }
    }
}

/// Matrix t of `out` becomes the sum of the products of terms t · `terms`, t · `terms` + 1, … of both stacks.
///
/// With more than one term an output, `spare` lends memory as large as `out`; it may be empty otherwise.
///
/// ```
/// use diabolo_kernels::Layout;
/// use diabolo_kernels::product::{Stack, products};
/// // Two rows, each times the same matrix.
/// let x = Stack::new(&[1.0, 2.0, 3.0, 4.0], 1, 2, Layout::contiguous(&[2]));
/// let w = Stack::new(&[1.0, 0.0, 10.0, 1.0], 2, 2, Layout::broadcast(&[1], &[2]));
/// let mut y = [0.0; 4];
/// products(x, w, 1, &mut y, &mut []);
/// assert_eq!(y, [21.0, 2.0, 43.0, 4.0]);
/// ```
///
/// # Panics
/// If the inner sizes differ, `out` or `spare` does not have the size of the products, or a stack has too few matrices.
#[track_caller]
pub fn products<S: Scalar>(left: Stack<'_, S>, right: Stack<'_, S>, terms: usize, out: &mut [S], spare: &mut [S]) {
    let (m, k, n) = (left.matrix.rows, left.matrix.columns, right.matrix.columns);
    assert_eq!(k, right.matrix.rows, "inner sizes of products differ");
    assert!(terms <= 1 || spare.len() == out.len(), "sums of products need spare memory of the size of their output");
    if terms == 0 || out.is_empty() {
        return out.fill(S::zero());
    }
    let matrices = out.len() / (m * n);
    assert_eq!(out.len(), matrices * m * n, "output of products has the wrong size");
    for stack in [left, right] {
        assert_eq!(stack.order.len(), matrices * terms, "a stack does not have one matrix a term");
    }
    let each = (terms * m * n * k).max(1);
    parallel::run(Piece { left, right, terms, size: m * n, first: 0, out, spare }, (GRAIN / each).max(1));
}

/// The matrices that `out` holds, from number `first` on.
struct Piece<'a, S> {
    left: Stack<'a, S>,
    right: Stack<'a, S>,
    terms: usize,
    size: usize,
    first: usize,
    out: &'a mut [S],
    spare: &'a mut [S],
}

impl<S: Scalar> Divisible for Piece<'_, S> {
    fn units(&self) -> usize {
        self.out.len() / self.size
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let at_spare = (at * self.size).min(self.spare.len());
        let ((a, b), (front, back)) = (self.spare.split_at_mut(at_spare), self.out.split_at_mut(at * self.size));
        (Self { out: front, spare: a, ..self }, Self { out: back, spare: b, first: self.first + at, ..self })
    }

    fn run(self) {
        let Self { left, right, terms, size, first, out, spare } = self;
        for (t, out) in (first..).zip(out.chunks_exact_mut(size)) {
            product(left.term(t * terms), right.term(t * terms), out, Epilogue::Store);
            for i in t * terms + 1..(t + 1) * terms {
                let term = &mut spare[..size];
                product(left.term(i), right.term(i), term, Epilogue::Store);
                update(Add, [&mut *out], [&*term]);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Add;

impl<S: Scalar> UpdateRule<S, 1, 1> for Add {
    #[inline(always)]
    fn apply(self, [sum]: [S; 1], [term]: [S; 1]) -> [S; 1] {
        [sum + term]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::naive;
    use crate::random::{Key, Stream, fill_normal};

    fn normal(site: u32, len: usize) -> Vec<f64> {
        let mut x = vec![0.0; len];
        fill_normal(Key::new(1, Stream::Data).site(site), 0.0, 1.0, &mut x);
        x
    }

    /// Products of `matrices` · `terms` pairs, compared with naive loops over the same orders.
    fn check(
        shape: (usize, usize, usize),
        terms: usize,
        orders: [Layout; 2],
        stacked: [usize; 2],
        transposed: [bool; 2],
    ) {
        let (m, k, n) = shape;
        let data = [normal(1, stacked[0] * m * k), normal(2, stacked[1] * k * n)];
        let extents = [if transposed[0] { (k, m) } else { (m, k) }, if transposed[1] { (n, k) } else { (k, n) }];
        let [left, right] = [0, 1].map(|i| {
            let stack = Stack::new(&data[i], extents[i].0, extents[i].1, orders[i]);
            if transposed[i] { stack.t() } else { stack }
        });
        let matrices = orders[0].len() / terms;
        let (mut out, mut spare) = (vec![f64::NAN; matrices * m * n], vec![f64::NAN; matrices * m * n]);
        products(left, right, terms, &mut out, &mut spare);
        let mut expected = vec![0.0; matrices * m * n];
        let mut term = vec![0.0; m * n];
        for i in 0..matrices * terms {
            naive(left.term(i), right.term(i), &mut term, Epilogue::Store);
            let to = &mut expected[i / terms * m * n..][..m * n];
            to.iter_mut().zip(&term).for_each(|(to, term)| *to += term);
        }
        for (out, expected) in out.iter().zip(&expected) {
            assert!((out - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{shape:?}: {out} and {expected}");
        }
    }

    #[test]
    fn products_are_as_their_loops_in_every_orientation() {
        for transposed in [[false, false], [false, true], [true, false], [true, true]] {
            for shape in [(3, 4, 5), (1, 7, 1), (17, 9, 33), (120, 70, 130)] {
                let (one, many) = (Layout::broadcast(&[1], &[6]), Layout::contiguous(&[6]));
                check(shape, 1, [many, many], [6, 6], transposed);
                check(shape, 1, [one, many], [1, 6], transposed);
                check(shape, 3, [many, many], [6, 6], transposed);
                check(shape, 6, [many, one], [6, 1], transposed);
            }
        }
    }

    #[test]
    fn sums_over_no_term_and_products_over_no_index_are_0() {
        let mut out = [f64::NAN; 4];
        let none = Layout::contiguous(&[0]);
        products(Stack::new(&[], 2, 3, none), Stack::new(&[], 3, 2, none), 0, &mut out, &mut []);
        assert_eq!(out, [0.0; 4]);
        let one = Layout::contiguous(&[1]);
        out.fill(f64::NAN);
        products(Stack::new(&[], 2, 0, one), Stack::new(&[], 0, 2, one), 1, &mut out, &mut []);
        assert_eq!(out, [0.0; 4]);
    }
}
