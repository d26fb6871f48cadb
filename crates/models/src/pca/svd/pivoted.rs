//! A Π = Q R, taking the longest remaining column at each step.
//!
//! Π orders the columns such that the rows of R fall off in length. That is what [Jacobi's method](super::jacobi)
//! wants: the columns of Rᵀ come to it nearly orthogonal and nearly sorted, whatever A looked like.
//!
//! Source: Businger & Golub (1965); Golub & Van Loan, section 5.4. The lengths of what remains of the columns are
//! computed anew at each step instead of being updated, which cannot go wrong (Drmač & Bujanović 2008 show how updating
//! can).

use diabolo_kernels::parallel;

use super::columns::Columns;
use super::qr::Qr;
use super::reflector;
use super::vector::square;

/// Columns handed to a thread at a time. They do not depend on each other, so this decides nothing about the bits.
const COLUMNS_PER_TASK: usize = 64;

/// The factors, and for each column of R the column of A that it stands for.
pub(super) fn pivoted_qr(mut matrix: Columns) -> (Qr, Vec<usize>) {
    let (height, width) = (matrix.height, matrix.width);
    let mut order: Vec<usize> = (0..width).collect();
    let mut squares: Vec<f64> = (0..width).map(|j| square(matrix.column(j))).collect();
    let mut taus = vec![0.0; width];

    for j in 0..width {
        let longest = (j..width).fold(j, |best, i| if squares[i] > squares[best] { i } else { best });
        matrix.swap(j, longest);
        order.swap(j, longest);
        squares.swap(j, longest);

        let (done, rest) = matrix.values.split_at_mut((j + 1) * height);
        let pivot = &mut done[j * height..][j..];
        let tau = reflector::reflect(pivot);
        taus[j] = tau;
        let columns = rest.chunks_mut(COLUMNS_PER_TASK * height).zip(squares[j + 1..].chunks_mut(COLUMNS_PER_TASK));
        parallel::each(&mut columns.collect::<Vec<_>>(), &|(columns, squares)| {
            for (column, left_over) in columns.chunks_exact_mut(height).zip(squares.iter_mut()) {
                reflector::apply(pivot, tau, &mut column[j..]);
                *left_over = square(&column[j + 1..]);
            }
        });
    }
    (Qr { factored: matrix, taus }, order)
}
