//! The loops over columns that everything here is made of.
//!
//! Sums run in eight fixed lanes, so that they become vector code and have the same bits on every machine.

use diabolo_kernels::{Loop, vectorised};

const LANES: usize = 8;
/// Columns that [`dots`] multiplies at a time, so that one sum need not wait for the last term of another.
const AT_ONCE: usize = 4;

/// Σ lanes, in a fixed order.
#[inline(always)]
fn total(lanes: [f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The products of x with several columns of its length.
#[inline(always)]
fn products<const N: usize>(columns: [&[f64]; N], x: &[f64]) -> [f64; N] {
    let columns = columns.map(|column| column[..x.len()].as_chunks::<LANES>());
    let (xs, x_rest) = x.as_chunks::<LANES>();
    let mut sums = [[0.0; LANES]; N];
    for (i, x) in xs.iter().enumerate() {
        for (sum, (ys, _)) in sums.iter_mut().zip(columns) {
            let y = ys[i];
            for lane in 0..LANES {
                sum[lane] += x[lane] * y[lane];
            }
        }
    }
    std::array::from_fn(|n| total(sums[n]) + x_rest.iter().zip(columns[n].1).map(|(x, y)| x * y).sum::<f64>())
}

/// xᵀy
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    struct Dot<'a>(&'a [f64], &'a [f64]);
    impl Loop for Dot<'_> {
        type Output = f64;
        #[inline(always)]
        fn call(self) -> f64 {
            products([self.0], self.1)[0]
        }
    }
    vectorised::<f64, _>(Dot(x, y))
}

/// [`dot`] of x with the last entries of each column, as many as x has; `height` is the length of a column.
pub(super) fn dots(columns: &[f64], height: usize, x: &[f64], out: &mut [f64]) {
    struct Dots<'a>(&'a [f64], usize, &'a [f64], &'a mut [f64]);
    impl Loop for Dots<'_> {
        type Output = ();
        #[inline(always)]
        fn call(self) {
            let Self(columns, height, x, out) = self;
            let top = height - x.len();
            let whole = out.len() / AT_ONCE * AT_ONCE;
            let (groups, rest) = columns.split_at(whole * height);
            for (columns, out) in groups.chunks_exact(AT_ONCE * height).zip(out.chunks_exact_mut(AT_ONCE)) {
                let columns = std::array::from_fn(|n| &columns[n * height + top..][..x.len()]);
                out.copy_from_slice(&products::<AT_ONCE>(columns, x));
            }
            for (column, out) in rest.chunks_exact(height).zip(&mut out[whole..]) {
                [*out] = products([&column[top..]], x);
            }
        }
    }
    vectorised::<f64, _>(Dots(columns, height, x, out));
}

/// ‖x‖²
pub(super) fn square(x: &[f64]) -> f64 {
    dot(x, x)
}

/// y ← y + a·x
pub(super) fn add_multiple(y: &mut [f64], a: f64, x: &[f64]) {
    struct AddMultiple<'a>(&'a mut [f64], f64, &'a [f64]);
    impl Loop for AddMultiple<'_> {
        type Output = ();
        #[inline(always)]
        fn call(self) {
            for (y, x) in self.0.iter_mut().zip(self.2) {
                *y += self.1 * x;
            }
        }
    }
    vectorised::<f64, _>(AddMultiple(y, a, x));
}

/// (x, y) ← (c·x − s·y, s·x + c·y)
pub(super) fn rotate(x: &mut [f64], y: &mut [f64], cosine: f64, sine: f64) {
    struct Rotate<'a>(&'a mut [f64], &'a mut [f64], f64, f64);
    impl Loop for Rotate<'_> {
        type Output = ();
        #[inline(always)]
        fn call(self) {
            let Self(x, y, cosine, sine) = self;
            for (x, y) in x.iter_mut().zip(y) {
                (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
            }
        }
    }
    vectorised::<f64, _>(Rotate(x, y, cosine, sine));
}
