//! The same product by everyone.

use diabolo_kernels::Buffer;
use diabolo_kernels::product::{Epilogue, Level, Operand, product_on};
use diabolo_meter::turns::Turn;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use gemm::Parallelism;

use crate::shapes::Shape;

/// A product's shape and its two matrices.
#[derive(Debug)]
pub(crate) struct Products {
    pub(crate) shape: Shape,
    pub(crate) a: Buffer<f32>,
    pub(crate) b: Buffer<f32>,
}

impl Products {
    /// Ours first; AVX2 beside matrixmultiply alone, since the others use wider vectors.
    pub(crate) fn turns(&self, level: Level) -> Vec<Turn<'_>> {
        let mut out = (0..4).map(|_| Buffer::zeros(self.shape.m * self.shape.n));
        let mut out = || out.next().expect("there are four");
        let [mut ours, mut theirs] = [out(), out()];
        let mut turns = vec![
            Turn::new("diabolo", "", move || self.ours(level, &mut ours)),
            Turn::new("matrixmultiply", "0.3.11", move || self.matrixmultiply(&mut theirs)),
        ];
        if level == Level::Widest {
            let [mut by_gemm, mut by_faer] = [out(), out()];
            turns.insert(1, Turn::new("gemm", "0.19.0, x86-v4", move || self.gemm(&mut by_gemm)));
            turns.insert(2, Turn::new("faer", "0.24, AVX-512", move || self.faer(&mut by_faer)));
        }
        turns
    }

    /// # Panics
    /// If they do not all compute the same.
    pub(crate) fn check(&self, level: Level) {
        let by = |work: &dyn Fn(&mut [f32])| {
            let mut out = Buffer::zeros(self.shape.m * self.shape.n);
            work(&mut out);
            out
        };
        let ours = by(&|out| self.ours(level, out));
        let theirs = [by(&|out| self.gemm(out)), by(&|out| self.faer(out)), by(&|out| self.matrixmultiply(out))];
        let near = 1e-5 * self.shape.k as f32;
        let agree = theirs.iter().all(|theirs| ours.iter().zip(&**theirs).all(|(x, y)| (x - y).abs() < near));
        assert!(agree, "the products of {} differ", self.shape);
    }

    fn ours(&self, level: Level, out: &mut [f32]) {
        let Shape { m, k, n, left_lies_transposed, right_lies_transposed, .. } = self.shape;
        let operand = |data, rows, columns, transposed| {
            if transposed { Operand::new(data, columns, rows).t() } else { Operand::new(data, rows, columns) }
        };
        let left = operand(&self.a, m, k, left_lies_transposed);
        let right = operand(&self.b, k, n, right_lies_transposed);
        product_on(level, left, right, out, Epilogue::Store);
    }

    fn gemm(&self, out: &mut [f32]) {
        let Shape { m, k, n, .. } = self.shape;
        let [(a_row, a_column), (b_row, b_column)] = self.shape.strides();
        let parallelism = match rayon::current_num_threads() {
            1 => Parallelism::None,
            threads => Parallelism::Rayon(threads),
        };
        let (a, b, out) = (self.a.as_ptr(), self.b.as_ptr(), out.as_mut_ptr());
        let row = n as isize;
        // SAFETY: the strides are those of matrices that lie dense in buffers of m·k, k·n and m·n numbers.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                out,
                1,
                row,
                false,
                a,
                a_column,
                a_row,
                b,
                b_column,
                b_row,
                0.0,
                1.0,
                false,
                false,
                false,
                parallelism,
            );
        }
    }

    fn faer(&self, out: &mut [f32]) {
        let Shape { m, k, n, left_lies_transposed, right_lies_transposed, .. } = self.shape;
        let matrix = |data, rows, columns, transposed| {
            if transposed {
                MatRef::from_column_major_slice(data, rows, columns)
            } else {
                MatRef::from_row_major_slice(data, rows, columns)
            }
        };
        let (a, b): (MatRef<'_, f32>, MatRef<'_, f32>) =
            (matrix(&self.a, m, k, left_lies_transposed), matrix(&self.b, k, n, right_lies_transposed));
        let threads = rayon::current_num_threads();
        let parallelism = if threads == 1 { Par::Seq } else { Par::rayon(threads) };
        matmul(MatMut::from_row_major_slice_mut(out, m, n), Accum::Replace, a, b, 1.0, parallelism);
    }

    fn matrixmultiply(&self, out: &mut [f32]) {
        let Shape { m, k, n, .. } = self.shape;
        let [(a_row, a_column), (b_row, b_column)] = self.shape.strides();
        let (a, b, out) = (self.a.as_ptr(), self.b.as_ptr(), out.as_mut_ptr());
        // SAFETY: the strides are those of matrices that lie dense in buffers of m·k, k·n and m·n numbers.
        unsafe {
            matrixmultiply::sgemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, 0.0, out, n as isize, 1);
        }
    }
}
