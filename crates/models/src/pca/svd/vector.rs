//! The loops over columns that everything here is made of.
//!
//! Sums run in eight fixed lanes, so that they become vector code and have the same bits on every machine.

const LANES: usize = 8;

/// Σ lanes, in a fixed order.
fn total(lanes: [f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// xᵀy
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let (xs, x_rest) = x.as_chunks::<LANES>();
    let (ys, y_rest) = y.as_chunks::<LANES>();
    let mut sum = [0.0; LANES];
    for (x, y) in xs.iter().zip(ys) {
        for lane in 0..LANES {
            sum[lane] += x[lane] * y[lane];
        }
    }
    total(sum) + x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum::<f64>()
}

/// ‖x‖²
pub(super) fn square(x: &[f64]) -> f64 {
    dot(x, x)
}

/// y ← y + a·x
pub(super) fn add_multiple(y: &mut [f64], a: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// (x, y) ← (c·x − s·y, s·x + c·y)
pub(super) fn rotate(x: &mut [f64], y: &mut [f64], cosine: f64, sine: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}
