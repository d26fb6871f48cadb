use super::super::left::Left;
use super::super::level::Level;
use super::super::watch::{Known, Watch};
use super::super::{naive, product_on};
use super::blocks::{Blocks, Writer};
use super::*;
use crate::random::{Key, Stream, fill_uniform};

fn levels() -> impl Iterator<Item = Level> {
    Level::available().filter(|level| level.has_vectors())
}

fn numbers<S: Scalar>(len: usize) -> Vec<S> {
    let mut numbers = vec![S::zero(); len];
    fill_uniform(Key::new(4, Stream::Data), -1.0, 1.0, &mut numbers);
    numbers
}

/// A matrix whose blocks of 8 × 8 are zeros of both signs, but for every third.
fn blocks<S: Scalar>(rows: usize, columns: usize) -> Vec<S> {
    let mut numbers = numbers::<S>(rows * columns);
    for (at, x) in numbers.iter_mut().enumerate() {
        if !(at / columns / 8 + at % columns / 8).is_multiple_of(3) {
            *x = if at % 2 == 0 { S::zero() } else { -S::zero() };
        }
    }
    numbers
}

/// With fewer than 8 rows left over, with more than a ribbon has, and with a depth that is no multiple of 4.
const SIZES: [[usize; 3]; 6] =
    [[128, 200, 198], [130, 100, 400], [201, 99, 130], [131, 784, 140], [256, 65, 128], [617, 70, 136]];

/// A row of the output by itself: too little to be looked at for zeros.
fn row_alone<S: Vectors>(
    level: Level,
    left: Operand<'_, S>,
    right: Operand<'_, S>,
    i: usize,
    epilogue: Epilogue<'_, S>,
) -> Vec<S> {
    let (k, n) = (left.columns, right.columns);
    let row: Vec<S> = (0..k).map(|k| left.at(i, k)).collect();
    let mut out = vec![S::zero(); n];
    product_on(level, Operand::new(&row, 1, k), right, &mut out, epilogue);
    out
}

/// Zeros on either side, as they lie or turned, with every epilogue: whether or not steps are left out, the result is the same.
fn changes_nothing<S: Vectors>(level: Level) {
    for [m, k, n] in SIZES {
        let bias = numbers::<S>(n);
        let relu = |slope| Epilogue::Relu { bias: Some(&bias), slope: S::of(slope) };
        let epilogues = [Epilogue::Store, Epilogue::Bias(&bias), relu(0.0), relu(0.5)];
        for (case, epilogue) in (0..4).flat_map(|case| epilogues.map(|epilogue| (case, epilogue))) {
            let (zeros, full) = (blocks::<S>, |rows, columns| numbers(rows * columns));
            let [left, right] = match case {
                0 | 1 => [zeros(m, k), full(k, n)],
                2 => [full(m, k), zeros(k, n)],
                _ => [full(m, k), zeros(n, k)],
            };
            let (left, right) = match case {
                0 => (Operand::new(&left, m, k), Operand::new(&right, k, n)),
                1 => (Operand::new(&left, m, k), Operand::new(&right, n, k).t()),
                2 => (Operand::new(&left, k, m).t(), Operand::new(&right, k, n)),
                _ => (Operand::new(&left, k, m).t(), Operand::new(&right, n, k).t()),
            };
            let mut out = vec![S::of(f64::NAN); m * n];
            let found = product(Asked { level, left, right, epilogue, watch: None }, &mut out);
            assert_eq!(found, case < 2 || case == 2 && matches!(epilogue, Epilogue::Store), "{case} {epilogue:?}");
            product_on(level, left, right, &mut out, epilogue);
            for (i, out) in out.chunks_exact(n).enumerate() {
                assert_eq!(out, row_alone(level, left, right, i, epilogue), "row {i} of {m}×{k}×{n}, case {case}");
            }
        }
    }
}

#[test]
fn what_is_left_out_changes_nothing() {
    for level in levels() {
        changes_nothing::<f32>(level);
        changes_nothing::<f64>(level);
    }
}

/// A matrix of which so many columns of ten are zeros of both signs, here and there, and half of the other numbers.
fn resting<S: Scalar>(rows: usize, columns: usize, of_ten: usize) -> Vec<S> {
    let mut numbers = numbers::<S>(rows * columns);
    for (at, x) in numbers.iter_mut().enumerate() {
        if at % columns * 7 % 10 < of_ten || at % 13 < 6 {
            *x = if at % 2 == 0 { S::zero() } else { -S::zero() };
        }
    }
    numbers
}

/// In place of columns of ten: zeros in blocks, which are left out as steps.
const STEPS: usize = 11;

/// Columns of zeros in one operand of zᵀ·x, in the other, in both; in one of them all; and steps of zeros in the other.
#[test]
fn columns_that_are_left_out_change_nothing() {
    fn on<S: Vectors>(level: Level) {
        for [m, k, n] in [[128, 200, 130], [300, 65, 401], [131, 357, 52]] {
            for of_ten in [[4, 0], [0, 4], [3, 3], [6, 7], [10, 0], [0, 10], [4, STEPS], [10, STEPS]] {
                let x = if of_ten[1] == STEPS { blocks::<S>(k, n) } else { resting(k, n, of_ten[1]) };
                let z = resting::<S>(k, m, of_ten[0]);
                let (left, right) = (Operand::new(&z, k, m).t(), Operand::new(&x, k, n));
                let mut out = vec![S::of(f64::NAN); m * n];
                let watch = Watch::default();
                let asked = Asked { level, left, right, epilogue: Epilogue::Store, watch: Some(&watch) };
                assert!(product(asked, &mut out), "{of_ten:?}");
                assert_eq!(watch.known(), Known::Finite);
                for (i, out) in out.chunks_exact(n).enumerate() {
                    let alone = row_alone(level, left, right, i, Epilogue::Store);
                    assert_eq!(out, alone, "row {i} of {m}×{k}×{n}, {of_ten:?}");
                }
            }
        }
    }
    for level in levels() {
        on::<f32>(level);
        on::<f64>(level);
    }
}

/// One bad number in either operand, in a row of it that zeros meet, and in its last.
fn bad_numbers<S: Vectors>(level: Level) {
    let [m, k, n] = [300, 83, 131];
    let (bias, mut out, mut expected) = (numbers::<S>(n), vec![S::zero(); m * n], vec![S::zero(); m * n]);
    let epilogue = Epilogue::Bias(&bias);
    let same = |out: &[S], expected: &[S]| {
        let near = |a: f64, b: f64| a.is_nan() && b.is_nan() || a == b || (a - b).abs() <= S::EPSILON * 100.0;
        out.iter().zip(expected).all(|(a, b)| near(a.to_f64(), b.to_f64()))
    };
    for bad in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN].map(S::of) {
        for (row, sparse_one) in [(37, false), (k - 1, false), (37, true)] {
            let (mut x, mut w) = (blocks::<S>(m, k), numbers::<S>(k * n));
            if sparse_one {
                x[row * k + 9] = bad;
            } else {
                w[row * n + 61] = bad;
            }
            let (left, right) = (Operand::new(&x, m, k), Operand::new(&w, k, n));
            out.fill(S::zero());
            assert!(product(Asked { level, left, right, epilogue, watch: None }, &mut out));
            naive(left, right, &mut expected, epilogue);
            assert!(same(&out, &expected), "{level:?} {bad} {row} {sparse_one}");

            let (mut z, mut x) = (numbers::<S>(k * m), blocks::<S>(k, n));
            if sparse_one {
                x[row * n + 61] = bad;
            } else {
                z[row * m + 9] = bad;
            }
            let (left, right) = (Operand::new(&z, k, m).t(), Operand::new(&x, k, n));
            out.fill(S::zero());
            assert!(product(Asked { level, left, right, epilogue: Epilogue::Store, watch: None }, &mut out));
            naive(left, right, &mut expected, Epilogue::Store);
            assert!(same(&out, &expected), "{level:?} {bad} {row} {sparse_one}");

            // Now columns of zeros, number 9 of z and number 10 of x among them, and in x steps or columns.
            for mut x in [resting::<S>(k, n, 4), blocks(k, n)] {
                let mut z = resting::<S>(k, m, 4);
                let bad_one = if sparse_one { &mut x[row * n + 10] } else { &mut z[row * m + 9] };
                *bad_one = bad;
                let (left, right) = (Operand::new(&z, k, m).t(), Operand::new(&x, k, n));
                let watch = Watch::default();
                let asked = Asked { level, left, right, epilogue: Epilogue::Store, watch: Some(&watch) };
                assert!(product(asked, &mut out));
                assert_eq!(watch.known(), Known::Nothing, "{level:?} {bad} {row} {sparse_one}");
                naive(left, right, &mut expected, Epilogue::Store);
                assert!(same(&out, &expected), "{level:?} {bad} {row} {sparse_one}");
            }
        }
    }
}

#[test]
fn a_product_with_infinity_or_nan_has_all_its_steps() {
    for level in levels() {
        bad_numbers::<f32>(level);
        bad_numbers::<f64>(level);
    }
}

/// Bits, and among them the sign of a sum that underflows: only the block of a row decides which steps it has.
#[test]
fn threads_change_nothing() {
    let pools = [1, 2, 3, 8].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    let [m, k, n] = [257, 64, 400];
    let mut tiny = vec![0.0; m * k];
    tiny.iter_mut().step_by(k).for_each(|x| *x = -1e-30);
    let mut weight: Vec<f32> = numbers(k * n);
    weight[..300].fill(1e-30);
    let [x, w, z] = [blocks::<f32>(263, 784), numbers(784 * 400), numbers(263 * 400)];
    let [resting_z, resting_x] = [resting::<f32>(263, 400, 4), resting(263, 300, 6)];
    // Sums underflow, and some columns have all steps, since an infinity is near.
    let (mut one_step, mut infinite) = (vec![0.0; k * 256], numbers(k * 400));
    one_step[..256].fill(-1e-30);
    infinite[..400].fill(1e-30);
    infinite[10 * 400 + 37] = f32::INFINITY;
    for level in levels() {
        for (left, right) in [
            (Operand::new(&tiny, m, k), Operand::new(&weight, k, n)),
            (Operand::new(&x, 263, 784), Operand::new(&w, 400, 784).t()),
            (Operand::new(&z, 263, 400).t(), Operand::new(&x, 263, 784)),
            (Operand::new(&resting_z, 263, 400).t(), Operand::new(&resting_x, 263, 300)),
            (Operand::new(&resting_z, 263, 400).t(), Operand::new(&x, 263, 784)),
            (Operand::new(&infinite, k, 400).t(), Operand::new(&one_step, k, 256)),
        ] {
            let [one, others @ ..] = pools.each_ref().map(|pool| {
                // Whatever memory holds from before.
                let mut out = vec![f32::NAN; 300 * 300];
                let square = Operand::new(&w[..90_000], 300, 300);
                pool.install(|| product_on(level, square, square, &mut out, Epilogue::Store));
                out.resize(left.rows * right.columns, f32::NAN);
                assert!(pool.install(|| product(
                    Asked { level, left, right, epilogue: Epilogue::Store, watch: None },
                    &mut out
                )));
                out.into_iter().map(f32::to_bits).collect::<Vec<u32>>()
            });
            others.iter().for_each(|other| assert!(&one == other, "{level:?} {}×{}", left.rows, right.columns));
        }
    }
}

/// A sum that has underflowed to -0 tells that no zero was added to it.
#[test]
fn products_leave_out_steps() {
    if !Level::Widest.has_vectors() {
        return;
    }
    let [m, k, n] = [128, 128, 128];
    let mut x = vec![0.0_f32; m * k];
    x.iter_mut().step_by(k).for_each(|x| *x = -1e-30);
    let (w, mut out) = (vec![1e-30; k * n], vec![0.0; m * n]);
    crate::product(Operand::new(&x, m, k), Operand::new(&w, k, n), &mut out, Epilogue::Store);
    assert!(out.iter().all(|sum| *sum == 0.0 && sum.is_sign_negative()));
}

#[test]
fn blocks_hold_the_steps_at_which_a_row_is_not_zero() {
    // As columns: 10 rows, 4 steps.
    let mut x = [[0.0_f32; 10]; 4];
    (x[0][9], x[1][3], x[2][7], x[3]) = (f32::NAN, -1e-45, -0.0, [1.0; 10]);
    let data = x.as_flattened();
    let mut memory = vec![f32::NAN; Blocks::<f32>::memory(10, 4)];
    Writer::new(10, 4, &mut memory).take(data, 10, 10);
    let blocks = Blocks::written(Operand::new(data, 4, 10).t(), &memory);
    assert_eq!((blocks.depth(), blocks.of_block(0), blocks.of_block(1)), (4, &[1, 3][..], &[0, 3][..]));
}

/// left · right by the widest vectors.
fn widest<'a>(left: Operand<'a, f32>, right: Operand<'a, f32>) -> Asked<'a, f32> {
    Asked { level: Level::Widest, left, right, epilogue: Epilogue::Store, watch: None }
}

#[test]
fn operands_without_many_zeros_are_left_alone() {
    if !Level::Widest.has_vectors() {
        return;
    }
    let n = 128;
    let full: Vec<f32> = numbers(n * n);
    let with = |zero: &dyn Fn(usize, usize) -> bool| {
        let at = |(at, x): (usize, &f32)| if zero(at / n, at % n) { 0.0 } else { *x };
        let x: Vec<f32> = full.iter().enumerate().map(at).collect();
        let (x, y) = (Operand::new(&x, n, n), Operand::new(&full, n, n));
        [(x, y), (y.t(), x), (x.t(), y)].map(|(left, right)| {
            let mut out = vec![7.0; n * n];
            let said = product(widest(left, right), &mut out);
            assert_eq!(said, out != [7.0; 128 * 128], "what is said is done");
            said
        })
    };
    assert_eq!(with(&|_, _| false), [false; 3]);
    assert_eq!(with(&|i, j| (i * 7 + j * 13) % 8 < 4), [false; 3], "relu: half of the numbers, here and there");
    assert_eq!(with(&|i, j| i == j), [false; 3], "a diagonal");
    assert_eq!(with(&|_, j| j < n / 5), [false; 3], "a margin of a fifth");
    assert_eq!(with(&|_, j| j < n / 3), [true; 3], "a margin of a third");
    assert_eq!(with(&|i, j| i < j), [true, true, false], "a triangle");
    assert_eq!(with(&|_, j| j % 3 == 0), [true; 3], "every third column");
    assert_eq!(with(&|_, j| j % 16 == 0), [false; 3], "every sixteenth");
}

#[test]
fn small_products_are_left_alone() {
    if !Level::Widest.has_vectors() {
        return;
    }
    let zeros = vec![0.0_f32; 1 << 21];
    for ([m, k, n], left, right) in [
        ([100, 160, 128], false, false),
        ([128, 640, 127], false, true),
        ([127, 640, 128], true, false),
        ([128, 128, 128], true, true),
        ([128, 1024, 1025], true, false),
    ] {
        let mut out = vec![0.0; m * n];
        let (x, y) = (Operand::new(&zeros[..m * k], m, k), Operand::new(&zeros[..k * n], k, n));
        assert_eq!(product(widest(x, y), &mut out), left, "{m}×{k}×{n}");
        let x = Operand::new(&zeros[..m * k], k, m).t();
        assert_eq!(product(widest(x, y), &mut out), right, "{m}×{k}×{n}");
    }
}
