use super::super::{naive, product_on};
use super::*;
use crate::random::{Key, Stream, fill_uniform};

/// A matrix whose blocks of 8 × 8 are zero, but for every third.
fn blocks<S: Scalar>(rows: usize, columns: usize) -> Vec<S> {
    let mut numbers = vec![S::zero(); rows * columns];
    fill_uniform(Key::new(3, Stream::Data), -1.0, 1.0, &mut numbers);
    for (at, x) in numbers.iter_mut().enumerate() {
        if !(at / columns / 8 + at % columns / 8).is_multiple_of(3) {
            *x = if at % 2 == 0 { S::zero() } else { -S::zero() };
        }
    }
    numbers
}

fn full<S: Scalar>(len: usize) -> Vec<S> {
    let mut numbers = vec![S::zero(); len];
    fill_uniform(Key::new(4, Stream::Data), -1.0, 1.0, &mut numbers);
    numbers
}

const SIZES: [[usize; 3]; 6] =
    [[128, 200, 98], [64, 100, 400], [101, 64, 70], [71, 784, 100], [256, 65, 64], [600, 70, 80]];

/// x·W and x·Wᵀ, with zeros in x.
fn on_the_left<S: Vectors>(level: Level) {
    for [m, k, n] in SIZES {
        let (x, w, bias, gate) = (blocks::<S>(m, k), full::<S>(k * n), full::<S>(n), full::<S>(m * n));
        let left = Operand::new(&x, m, k);
        for (right, epilogue) in [
            (Operand::new(&w, k, n), Epilogue::Gate { gate: &gate, slope: S::zero() }),
            (Operand::new(&w, n, k).t(), Epilogue::Relu { bias: Some(&bias), slope: S::of(0.5) }),
        ] {
            let mut out = vec![S::of(f64::NAN); m * n];
            assert!(product(level, left, right, &mut out, epilogue));
            // One row alone is too few to be looked at.
            let mut row = vec![S::zero(); n];
            for (i, out) in out.chunks_exact(n).enumerate() {
                product_on(level, Operand::new(&x[i * k..][..k], 1, k), right, &mut row, epilogue.of_rows(i, 1, n));
                assert_eq!(out, row, "row {i} of {m}×{k}×{n}");
            }
        }
    }
}

/// Zᵀ·x, with zeros in x.
fn on_the_right<S: Vectors>(level: Level) {
    for [m, k, n] in SIZES {
        let (z, x) = (full::<S>(k * m), blocks::<S>(k, n));
        let (left, right) = (Operand::new(&z, k, m).t(), Operand::new(&x, k, n));
        let mut out = vec![S::of(f64::NAN); m * n];
        assert!(product(level, left, right, &mut out, Epilogue::Store));
        let mut row = vec![S::zero(); n];
        for (i, out) in out.chunks_exact(n).enumerate() {
            let z: Vec<S> = (0..k).map(|k| z[k * m + i]).collect();
            product_on(level, Operand::new(&z, 1, k), right, &mut row, Epilogue::Store);
            assert_eq!(out, row, "row {i} of {m}×{k}×{n}");
        }
    }
}

#[test]
fn what_is_left_out_changes_nothing() {
    for level in Level::available() {
        on_the_left::<f32>(level);
        on_the_left::<f64>(level);
        on_the_right::<f32>(level);
        on_the_right::<f64>(level);
    }
}

#[test]
fn a_product_with_infinity_or_nan_has_all_its_steps() {
    let [m, k, n] = [64, 80, 100];
    for bad in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        let (x, mut other) = (blocks(m, k), full::<f32>(k * n));
        other[37 * n + 61] = bad;
        let (x_t, mut out, mut expected) = (blocks(k, m), vec![0.0; m * n], vec![0.0; m * n]);
        for (left, right) in [
            (Operand::new(&x, m, k), Operand::new(&other, k, n)),
            (Operand::new(&x, m, k), Operand::new(&other, n, k).t()),
        ] {
            naive(left, right, &mut expected, Epilogue::Store);
            for level in Level::available() {
                assert!(product(level, left, right, &mut out, Epilogue::Store));
                assert!(out.iter().zip(&expected).all(|(a, b)| a.is_nan() == b.is_nan()), "{level:?} {bad}");
                assert!(expected.iter().any(|x| x.is_nan()), "zeros meet it");
            }
        }
        let (left, right) = (Operand::new(&other, k, n).t(), Operand::new(&x_t, k, m));
        naive(left, right, &mut expected, Epilogue::Store);
        for level in Level::available() {
            assert!(product(level, left, right, &mut out, Epilogue::Store));
            assert!(out.iter().zip(&expected).all(|(a, b)| a.is_nan() == b.is_nan()), "{level:?} {bad}");
        }
    }
}

#[test]
fn threads_change_nothing() {
    let pools = [1, 2, 3, 8].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    let (x, w) = (blocks::<f32>(128, 784), full::<f32>(784 * 400));
    let forward = |out: &mut [f32]| {
        let (left, right) = (Operand::new(&x, 128, 784), Operand::new(&w, 400, 784).t());
        product(Level::Widest, left, right, out, Epilogue::Store)
    };
    let gradient = |out: &mut [f32]| {
        let (left, right) = (Operand::new(&w[..128 * 400], 128, 400).t(), Operand::new(&x, 128, 784));
        product(Level::Widest, left, right, out, Epilogue::Store)
    };
    let run = |compute: &(dyn Fn(&mut [f32]) -> bool + Sync), len| {
        let [one, others @ ..] = pools.each_ref().map(|pool| {
            let mut out = vec![0.0; len];
            assert!(pool.install(|| compute(&mut out)));
            out
        });
        others.iter().for_each(|other| assert_eq!(&one, other));
    };
    run(&forward, 128 * 400);
    run(&gradient, 400 * 784);
}

#[test]
fn operands_without_many_zeros_are_left_alone() {
    let (x, mut out) = (full::<f32>(64 * 64), vec![7.0; 64 * 64]);
    let square = Operand::new(&x, 64, 64);
    assert!(!product(Level::Widest, square, square, &mut out, Epilogue::Store));
    assert!(!product(Level::Widest, square.t(), square, &mut out, Epilogue::Store));
    // Few at first, but not after: 8 columns of zeros, and 56 of others.
    let mut margin = x.clone();
    margin.chunks_exact_mut(64).for_each(|row| row[..8].fill(0.0));
    assert!(!product(Level::Widest, square.t(), Operand::new(&margin, 64, 64), &mut out, Epilogue::Store));
    assert_eq!(out, [7.0; 64 * 64]);
}
