use super::*;
use crate::random::{Key, Stream, fill_uniform};

fn numbers(len: usize) -> Vec<f32> {
    let mut x = vec![0.0; len];
    fill_uniform(Key::new(3, Stream::Data), 0.0, 1.0, &mut x);
    x
}

fn exactly(x: impl IntoIterator<Item = f32>) -> f64 {
    x.into_iter().map(f64::from).sum()
}

#[test]
fn sums_of_any_length_are_accurate() {
    for len in [0, 1, 15, 64, 65, 4095, 4096, 4097, 50_000, 3_000_001] {
        let x = numbers(len);
        let expected = exactly(x.iter().copied());
        assert!((f64::from(sum(&x)) - expected).abs() <= 4e-6 * expected, "{len}");
    }
}

#[test]
fn nan_and_infinity_come_through() {
    let mut x = numbers(10_000);
    x[4321] = f32::INFINITY;
    assert_eq!(sum(&x), f32::INFINITY);
    x[5678] = f32::NAN;
    assert!(sum(&x).is_nan());
}

#[test]
fn mapped_sums() {
    #[derive(Clone, Copy)]
    struct SquaredDistance;
    impl<S: Scalar> Rule<S, 0, 2> for SquaredDistance {
        #[inline(always)]
        fn apply(self, []: [S; 0], [a, b]: [S; 2]) -> S {
            (a - b).square()
        }
    }
    let (a, b) = (vec![3.0_f64; 10_007], vec![1.0; 10_007]);
    assert_eq!(sum_map(SquaredDistance, [&a, &b]), 40_028.0);
}

/// Every subset of the axes of a few shapes, against the definition.
#[test]
fn sums_over_any_axes() {
    for shape in
        [&[][..], &[5], &[3, 4], &[70, 129], &[2, 3, 4], &[5, 1, 67, 2], &[3, 2, 2, 3, 2, 2], &[2, 0, 3], &[9000, 3]]
    {
        let data = numbers(shape.iter().product());
        for subset in 0..1 << shape.len() {
            let axes: Vec<usize> = (0..shape.len()).filter(|axis| subset >> axis & 1 == 1).collect();
            let kept: Vec<usize> = (0..shape.len()).filter(|axis| subset >> axis & 1 == 0).collect();
            let mut expected = vec![0.0_f64; kept.iter().map(|axis| shape[*axis]).product()];
            for (at, x) in data.iter().enumerate() {
                let index = |axis: usize| at / shape[axis + 1..].iter().product::<usize>() % shape[axis];
                expected[kept.iter().fold(0, |sum, axis| sum * shape[*axis] + index(*axis))] += f64::from(*x);
            }
            let mut out = vec![f32::NAN; expected.len()];
            sum_axes(&data, shape, &axes, &mut out);
            for (a, b) in out.iter().zip(&expected) {
                assert!((f64::from(*a) - b).abs() <= 2e-6 * b, "{a} for {b}: {shape:?} over {axes:?}");
            }
        }
    }
}

#[test]
fn threads_change_nothing() {
    let x = numbers(600_000);
    let [one, others @ ..] = [1, 2, 3, 8].map(|n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| {
            let (mut rows, mut columns, mut both) = (vec![0.0; 3], vec![0.0; 200_000], vec![0.0; 200]);
            let mut tall = [0.0; 5];
            sum_axes(&x, &[3, 200_000], &[1], &mut rows);
            sum_axes(&x, &[3, 200_000], &[0], &mut columns);
            sum_axes(&x, &[60, 200, 50], &[0, 2], &mut both);
            sum_axes(&x, &[120_000, 5], &[0], &mut tall);
            (sum(&x), rows, columns, both, tall)
        })
    });
    assert!(others.iter().all(|other| *other == one));
}
