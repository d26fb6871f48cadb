//! Every kernel gives the same bits at 1, 2, 3 and 8 threads, in both precisions.

#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

use diabolo_kernels::fold::{Add, Larger, Multiply, fold_axes};
use diabolo_kernels::product::{Epilogue, Operand, Stack, products};
use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_kernels::{
    Direction, Layout, Rule, Scalar, Source, UpdateRule, cumulate, gather_rows, map, permute, product,
    products_of_others, scatter_rows, sum, sum_axes, transpose, update,
};

/// tanh x · y + w, whose roundings would tell a different order of work.
#[derive(Clone, Copy)]
struct Curve;

impl<S: Scalar> Rule<S, 2, 1> for Curve {
    #[inline(always)]
    fn apply(self, [x, y]: [S; 2], [w]: [S; 1]) -> S {
        x.tanh() * y + w
    }
}

/// A running mean and the step along it.
#[derive(Clone, Copy)]
struct Momentum;

impl<S: Scalar> UpdateRule<S, 2, 1> for Momentum {
    #[inline(always)]
    fn apply(self, [x, m]: [S; 2], [g]: [S; 1]) -> [S; 2] {
        let m = S::of(0.9) * m + g;
        [x - S::of(0.1) * m, m]
    }
}

/// Larger than what one thread takes at a time, and not a multiple of anything.
const ROWS: usize = 301;
const COLUMNS: usize = 997;

fn all_kernels<S: Scalar>() -> Vec<S> {
    let normal = |site: u32, len: usize| {
        let mut values = vec![S::zero(); len];
        fill_normal(Key::new(1, Stream::Data).site(site), 0.0, 1.0, &mut values);
        values
    };
    let size = ROWS * COLUMNS;
    let (x, row, mut g) = (normal(1, size), normal(2, COLUMNS), normal(3, size));
    let mut results = vec![sum(&x)];

    let repeated = Source::Broadcast(&row, Layout::broadcast(&[COLUMNS], &[ROWS, COLUMNS]));
    let mut out = vec![S::zero(); size];
    map(Curve, [Source::Whole(&x), repeated], [&x], &mut out);
    results.extend(&out);

    update(Momentum, [&mut out, &mut g], [&x]);
    results.extend(out.iter().chain(&g));

    transpose(&x, ROWS, COLUMNS, &mut out);
    results.extend(&out);

    for axis in [0, 1] {
        let mut sums = vec![S::zero(); [COLUMNS, ROWS][axis]];
        sum_axes(&x, &[ROWS, COLUMNS], &[axis], &mut sums);
        results.extend(&sums);
        fold_axes(Multiply, &x, &[ROWS, COLUMNS], &[axis], &mut sums);
        results.extend(&sums);
        fold_axes(Larger, &x, &[ROWS, COLUMNS], &[axis], &mut sums);
        results.extend(sums);
        cumulate(Add, Direction::Backwards, &x, &[ROWS, COLUMNS], axis, &mut out);
        results.extend(&out);
    }
    products_of_others(&x, COLUMNS, &mut out);
    results.extend(&out);

    permute(&x, &[7, ROWS / 7, COLUMNS], &[0, 2, 1], &mut out);
    results.extend(&out);

    let indices: Vec<u32> = (0..ROWS as u32).map(|i| i * i % 97).collect();
    scatter_rows(Some(&x), &g, COLUMNS, &indices, &mut out);
    results.extend(&out);
    gather_rows(&g, COLUMNS, &indices, &mut out);
    results.extend(&out);

    let stack = |data| Stack::new(data, ROWS / 7, COLUMNS, Layout::contiguous(&[7]));
    let [mut all, mut spare] = [0; 2].map(|_| vec![S::zero(); COLUMNS * COLUMNS]);
    products(stack(&x).t(), stack(&g), 7, &mut all, &mut spare);
    results.extend(all);

    let (x, g) = (Operand::new(&x, ROWS, COLUMNS), Operand::new(&g, ROWS, COLUMNS));
    for (left, right) in [(x, g.t()), (x.t(), g)] {
        let mut out = vec![S::zero(); left.rows * right.columns];
        product(left, right, &mut out, Epilogue::Store);
        results.extend(out);
    }
    results
}

fn same_at_any_number_of_threads<S: Scalar>() {
    let on = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(all_kernels::<S>)
    };
    let one = on(1);
    for threads in [2, 3, 8] {
        let different =
            on(threads).into_iter().zip(&one).position(|(a, b)| a.to_f64().to_bits() != b.to_f64().to_bits());
        assert_eq!(different, None, "{threads} threads");
    }
}

#[test]
fn in_f32() {
    same_at_any_number_of_threads::<f32>();
}

#[test]
fn in_f64() {
    same_at_any_number_of_threads::<f64>();
}
