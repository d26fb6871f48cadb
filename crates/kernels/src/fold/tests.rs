use super::*;
use crate::random::{Key, Stream, fill_uniform};

/// Between ½ and 2, so that no product leaves the numbers.
fn numbers(len: usize) -> Vec<f64> {
    let mut x = vec![0.0; len];
    fill_uniform(Key::new(5, Stream::Data), 0.5, 2.0, &mut x);
    x
}

/// Every subset of the axes of a shape, against the definition.
fn check<J: Join<f64>>(join: J, data: &[f64], shape: &[usize]) {
    for subset in 0..1 << shape.len() {
        let (axes, kept): (Vec<usize>, Vec<usize>) = (0..shape.len()).partition(|axis| subset >> axis & 1 == 1);
        let mut expected = vec![join.start(); kept.iter().map(|axis| shape[*axis]).product()];
        for (at, x) in data.iter().enumerate() {
            let index = |axis: usize| at / shape[axis + 1..].iter().product::<usize>() % shape[axis];
            let slot = &mut expected[kept.iter().fold(0, |sum, axis| sum * shape[*axis] + index(*axis))];
            *slot = join.join(*slot, *x);
        }
        let mut out = vec![f64::NAN; expected.len()];
        fold_axes(join, data, shape, &axes, &mut out);
        for (a, b) in out.iter().zip(&expected) {
            assert!(a == b || (a - b).abs() <= 1e-12 * b.abs(), "{a} for {b}: {shape:?} over {axes:?}");
        }
    }
}

#[test]
fn reductions_over_any_axes() {
    for shape in [&[][..], &[5], &[3, 4], &[70, 129], &[2, 3, 4], &[3, 2, 2, 3, 2], &[2, 0, 3], &[500, 3], &[2, 9000]] {
        let data = numbers(shape.iter().product());
        check(Add, &data, shape);
        check(Multiply, &data, shape);
        check(Larger, &data, shape);
        check(Smaller, &data, shape);
    }
}

#[test]
fn one_nan_is_seen_wherever_it_stands() {
    for len in [1, 64, 100, 5000, 40_000] {
        for at in [0, len / 2, len - 1] {
            let mut x = numbers(len);
            x[at] = f64::NAN;
            let (mut larger, mut smaller) = ([0.0], [0.0]);
            fold_axes(Larger, &x, &[len], &[0], &mut larger);
            fold_axes(Smaller, &x, &[len], &[0], &mut smaller);
            assert!(larger[0].is_nan() && smaller[0].is_nan(), "{at} of {len}");
        }
    }
}
