//! Powers of XᵀX, a block of rows at a time.
//!
//! For orthonormal W (d × l), rows B of X add BᵀB W to XᵀX W, and B is read once for both products. Powers are taken in
//! the scalar of the samples, and only the last step in `f64`: with Z = XᵀX W,
//!
//! ```text
//! WᵀZ = (XW)ᵀ(XW) = P Λ Pᵀ     Q = X W P Λ^{−½}     QᵀX = (Z P Λ^{−½})ᵀ
//! ```
//!
//! Directions whose λ is round-off are left out.

use diabolo_kernels::product::{Epilogue, Operand, product};
use diabolo_kernels::{Buffer, Loop, Rule, Scalar, parallel, sum_map, vectorised};

use super::{Centred, Decomposition};
use crate::pca::svd::{Columns, SvdError, decompose as decompose_matrix, eigen, orthonormal};

/// Values that are read at a time,
const VALUES_PER_BLOCK: usize = 1 << 22;
/// shared by so many sums,
const SUMS: usize = 8;
/// each of which takes so many rows at a time: they stay in a core's cache for both products.
const ROWS: usize = 128;

pub(super) fn decompose<S: Scalar>(
    centred: &mut Centred<'_, S>,
    start: &Columns,
    powers: usize,
) -> Result<Decomposition, SvdError> {
    let mut basis = start.clone();
    for _ in 0..powers {
        basis = orthonormal(power(centred, &basis, |_: &[S]| 0.0).0);
    }
    let (last, square) = power(centred, &basis, |block: &[f64]| sum_map(Square, [block]));
    let (values, turn) = eigen(between(&basis, &last), |values| {
        let round_off = values.len() as f64 * f64::EPSILON * values[0];
        values.iter().take_while(|value| **value > round_off).count()
    })?;
    let mut projected = times(&last, &turn);
    for (column, lambda) in projected.values.chunks_exact_mut(projected.height).zip(values) {
        column.iter_mut().for_each(|x| *x /= lambda.sqrt());
    }
    let factors = decompose_matrix(projected)?;
    Ok(Decomposition { spectrum: factors.singular_values, norm: square.sqrt(), directions: factors.left })
}

/// XᵀX W, multiplied in `T`, and the sum of what `measure` says of the blocks B.
fn power<S: Scalar, T: Scalar>(
    centred: &mut Centred<'_, S>,
    w: &Columns,
    measure: impl Fn(&[T]) -> f64 + Sync,
) -> (Columns, f64) {
    let (centring, (_, features)) = (centred.centring, centred.dim());
    let padded = w.padded(centring.width);
    let w: Vec<T> = padded.transposed().values.iter().map(|x| T::of(*x)).collect();
    let mut sums: Vec<Sum<T>> = (0..SUMS).map(|_| Sum::new(centring.width, padded.width)).collect();
    centred.read(VALUES_PER_BLOCK, |range, rows| {
        let share = range.len().div_ceil(SUMS).next_multiple_of(ROWS) * features;
        let mut tasks: Vec<_> = rows.chunks(share).zip(&mut sums).collect();
        parallel::each(&mut tasks, &|(rows, sum)| {
            for rows in rows.chunks(ROWS * features) {
                sum.block.resize(rows.len() / features * centring.width);
                centring.rows(rows, &mut sum.block);
                sum.measure += measure(&sum.block);
                sum.add(&w);
            }
        });
    });
    let mut total = Columns::zeros(padded.width, centring.width);
    for sum in &sums {
        for (total, x) in total.values.iter_mut().zip(&*sum.total) {
            *total += x.to_f64();
        }
    }
    let all: Vec<usize> = (0..padded.width).collect();
    (total.transposed().select(&all, 0..features), sums.iter().map(|sum| sum.measure).sum())
}

/// Σ Bᵀ B W over some of the blocks B, and the memory it takes to add one.
struct Sum<T> {
    block: Buffer<T>,
    /// B W
    image: Buffer<T>,
    /// Bᵀ B W
    back: Buffer<T>,
    total: Buffer<T>,
    width: usize,
    measure: f64,
}

impl<T: Scalar> Sum<T> {
    fn new(width: usize, vectors: usize) -> Self {
        let [block, image] = [ROWS * width, ROWS * vectors].map(Buffer::zeros);
        let [back, total] = [width * vectors; 2].map(Buffer::zeros);
        Self { block, image, back, total, width, measure: 0.0 }
    }

    /// Adds what `block` contributes.
    fn add(&mut self, w: &[T]) {
        let (rows, vectors) = (self.block.len() / self.width, w.len() / self.width);
        let block = Operand::new(&self.block, rows, self.width);
        self.image.resize(rows * vectors);
        product(block, Operand::new(w, self.width, vectors), &mut self.image, Epilogue::Store);
        product(block.t(), Operand::new(&self.image, rows, vectors), &mut self.back, Epilogue::Store);
        vectorised::<T, _>(Add(&mut self.total, &self.back));
    }
}

struct Add<'a, T>(&'a mut [T], &'a [T]);

impl<T: Scalar> Loop for Add<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (total, x) in self.0.iter_mut().zip(self.1) {
            *total += *x;
        }
    }
}

/// WᵀZ, of which the symmetric part is taken.
fn between(w: &Columns, z: &Columns) -> Columns {
    let l = w.width;
    let mut half = vec![0.0; l * l];
    product(Operand::new(&w.values, l, w.height), Operand::new(&z.values, l, z.height).t(), &mut half, Epilogue::Store);
    let values = (0..l * l).map(|at| 0.5 * (half[at] + half[at % l * l + at / l])).collect();
    Columns { values, height: l, width: l }
}

/// A B
fn times(a: &Columns, b: &Columns) -> Columns {
    let mut result = Columns::zeros(a.height, b.width);
    let (left, right) = (Operand::new(&b.values, b.width, b.height), Operand::new(&a.values, a.width, a.height));
    product(left, right, &mut result.values, Epilogue::Store);
    result
}

#[derive(Clone, Copy)]
struct Square;

impl<S: Scalar> Rule<S, 0, 1> for Square {
    #[inline(always)]
    fn apply(self, []: [S; 0], [x]: [S; 1]) -> S {
        x * x
    }
}
