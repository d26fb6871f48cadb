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
use diabolo_kernels::{Buffer, Rule, Scalar, sum_map};
use rayon::prelude::*;

use super::{Centred, Decomposition};
use crate::pca::svd::{Columns, SvdError, decompose as decompose_matrix, eigen, orthonormal};

/// Values that are read at a time,
const VALUES_PER_BLOCK: usize = 1 << 22;
/// into how many sums,
const PIECES: usize = 8;
/// and so many rows at a time: they stay in a core's cache for both products.
const ROWS: usize = 64;

pub(super) fn decompose<S: Scalar>(
    centred: &mut Centred<'_, S>,
    start: &Columns,
    powers: usize,
) -> Result<Decomposition, SvdError> {
    let mut basis = start.clone();
    for _ in 0..powers {
        basis = orthonormal(power::<S, S>(centred, &basis).image);
    }
    let last = power::<S, f64>(centred, &basis);
    let (values, turn) = eigen(between(&basis, &last.image), |values| {
        let round_off = values.len() as f64 * f64::EPSILON * values[0];
        values.iter().take_while(|value| **value > round_off).count()
    })?;
    let mut projected = times(&last.image, &turn);
    for (column, lambda) in projected.values.chunks_exact_mut(projected.height).zip(values) {
        column.iter_mut().for_each(|x| *x /= lambda.sqrt());
    }
    let factors = decompose_matrix(projected)?;
    Ok(Decomposition { spectrum: factors.singular_values, norm: last.square.sqrt(), directions: factors.left })
}

/// XᵀX W and ‖X‖².
struct Power {
    image: Columns,
    square: f64,
}

/// Multiplies in `T`, and adds in `f64`.
fn power<S: Scalar, T: Scalar>(centred: &mut Centred<'_, S>, w: &Columns) -> Power {
    let ((_, features), width, vectors) = (centred.dim(), centred.centring.width, w.width);
    let centring = centred.centring;
    let by_rows: Vec<T> = w.padded(width).transposed().values.iter().map(|x| T::of(*x)).collect();
    let mut sums = vec![0.0; width * vectors];
    let mut square = 0.0;
    centred.read(VALUES_PER_BLOCK, |range, rows| {
        let pieces = rows.par_chunks(range.len().div_ceil(PIECES).next_multiple_of(ROWS) * features).map(|rows| {
            let mut piece = Piece::new(width, vectors);
            for rows in rows.chunks(ROWS * features) {
                piece.block.resize(rows.len() / features * width);
                centring.rows(rows, &mut piece.block);
                piece.add(&by_rows);
            }
            piece
        });
        for piece in pieces.collect::<Vec<_>>() {
            square += piece.square;
            for (total, sum) in sums.iter_mut().zip(&*piece.sums) {
                *total += sum.to_f64();
            }
        }
    });
    let by_rows = Columns { values: sums, height: vectors, width };
    let all: Vec<usize> = (0..vectors).collect();
    Power { image: by_rows.transposed().select(&all, 0..features), square }
}

/// What one thread adds up.
struct Piece<T> {
    width: usize,
    vectors: usize,
    /// B
    block: Buffer<T>,
    /// B W
    image: Buffer<T>,
    /// Bᵀ B W
    back: Buffer<T>,
    /// Σ Bᵀ B W
    sums: Buffer<T>,
    square: f64,
}

impl<T: Scalar> Piece<T> {
    fn new(width: usize, vectors: usize) -> Self {
        let [block, image] = [Buffer::default(), Buffer::default()];
        let [back, sums] = [Buffer::zeros(width * vectors), Buffer::zeros(width * vectors)];
        Self { width, vectors, block, image, back, sums, square: 0.0 }
    }

    fn add(&mut self, w: &[T]) {
        let Self { width, vectors, .. } = *self;
        let rows = self.block.len() / width;
        let block = Operand::new(&self.block, rows, width);
        self.image.resize(rows * vectors);
        product(block, Operand::new(w, width, vectors), &mut self.image, Epilogue::Store);
        product(block.t(), Operand::new(&self.image, rows, vectors), &mut self.back, Epilogue::Store);
        for (total, sum) in self.sums.iter_mut().zip(&*self.back) {
            *total += *sum;
        }
        self.square += sum_map(Square, [&*self.block]).to_f64();
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
