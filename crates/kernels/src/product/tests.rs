use super::*;
use crate::random::{Key, Stream, fill_uniform};

/// Numbers in [-1, 1].
fn numbers<S: Scalar>(len: usize, seed: u64) -> Vec<S> {
    let mut numbers = vec![S::zero(); len];
    fill_uniform(Key::new(seed, Stream::Data), -1.0, 1.0, &mut numbers);
    numbers
}

/// An operand of the given size, as it lies or as the transpose of what lies.
fn operand<S: Scalar>(data: &[S], rows: usize, columns: usize, transposed: bool) -> Operand<'_, S> {
    if transposed { Operand::new(data, columns, rows).t() } else { Operand::new(data, rows, columns) }
}

struct Problem<S> {
    sizes: [usize; 3],
    transposed: [bool; 2],
    left: Vec<S>,
    right: Vec<S>,
    bias: Vec<S>,
}

impl<S: Vectors> Problem<S> {
    fn new(sizes @ [m, k, n]: [usize; 3], transposed: [bool; 2]) -> Self {
        let (left, right) = (numbers(m * k, 1), numbers(k * n, 77));
        Self { sizes, transposed, left, right, bias: numbers(n, 5) }
    }

    fn left(&self) -> Operand<'_, S> {
        operand(&self.left, self.sizes[0], self.sizes[1], self.transposed[0])
    }

    fn right(&self) -> Operand<'_, S> {
        operand(&self.right, self.sizes[1], self.sizes[2], self.transposed[1])
    }

    fn epilogue(&self, which: usize) -> Epilogue<'_, S> {
        match which % 4 {
            0 => Epilogue::Store,
            1 => Epilogue::Bias(&self.bias),
            2 => Epilogue::Relu { bias: Some(&self.bias), slope: S::zero() },
            _ => Epilogue::Relu { bias: None, slope: S::of(0.25) },
        }
    }

    fn on(&self, level: Level, epilogue: usize) -> Vec<S> {
        let mut out = vec![S::of(f64::NAN); self.sizes[0] * self.sizes[2]];
        product_on(level, self.left(), self.right(), &mut out, self.epilogue(epilogue));
        out
    }

    /// At every level, against the definition. Terms and bias are at most 1, so errors are relative to k + 1.
    fn check(&self, epilogue: usize) {
        let mut expected = vec![S::of(f64::NAN); self.sizes[0] * self.sizes[2]];
        naive(self.left(), self.right(), &mut expected, self.epilogue(epilogue));
        for level in Level::available() {
            for (a, b) in self.on(level, epilogue).iter().zip(&expected) {
                let error = (a.to_f64() - b.to_f64()).abs();
                let bound = S::EPSILON * (self.sizes[1] + 1) as f64;
                assert!(error <= bound, "{a} for {b}: {level:?} {:?} {:?} {epilogue}", self.sizes, self.transposed);
            }
        }
    }
}

const CASES: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

fn small<S: Vectors>() {
    let mut epilogue = 0;
    for (m, k, n) in (0..=17).flat_map(|m| (0..=17).flat_map(move |k| (0..=17).map(move |n| (m, k, n)))) {
        for case in CASES {
            epilogue += 1;
            Problem::<S>::new([m, k, n], case).check(epilogue);
        }
    }
}

#[test]
fn small_products_in_f32() {
    small::<f32>();
}

#[test]
fn small_products_in_f64() {
    small::<f64>();
}

/// Large, odd, thin, of whole pages, deep enough to be cut along k: then also narrower than a vector.
const LARGE: [[usize; 3]; 14] = [
    [128, 200, 98],
    [33, 77, 131],
    [1, 300, 500],
    [3, 40, 2000],
    [500, 3, 1],
    [64, 64, 1024],
    [1024, 20, 65],
    [40, 1300, 30],
    [20, 1700, 70],
    [20, 1700, 5],
    [9, 3100, 33],
    [7, 2, 333],
    [300, 128, 10],
    [150, 300, 49],
];

#[test]
fn large_products() {
    for sizes in LARGE {
        for case in CASES {
            for epilogue in 0..4 {
                Problem::<f32>::new(sizes, case).check(epilogue);
                Problem::<f64>::new(sizes, case).check(epilogue);
            }
        }
    }
}

#[test]
fn agrees_with_matrixmultiply() {
    for sizes @ [m, k, n] in [[128, 784, 400], [257, 1031, 129], [512, 512, 512]] {
        for case in CASES {
            let problem = Problem::<f64>::new(sizes, case);
            let mut expected = vec![0.0; m * n];
            let strides =
                |t: bool, rows: usize, columns: usize| if t { (1, rows as isize) } else { (columns as isize, 1) };
            let (left, right) = (strides(case[0], m, k), strides(case[1], k, n));
            #[expect(unsafe_code, reason = "the reference takes pointers; the strides are those of the operands")]
            unsafe {
                matrixmultiply::dgemm(
                    m,
                    k,
                    n,
                    1.0,
                    problem.left.as_ptr(),
                    left.0,
                    left.1,
                    problem.right.as_ptr(),
                    right.0,
                    right.1,
                    0.0,
                    expected.as_mut_ptr(),
                    n as isize,
                    1,
                );
            }
            for (a, b) in problem.on(Level::Widest, 0).iter().zip(&expected) {
                assert!((a - b).abs() <= f64::EPSILON * k as f64, "{a} for {b}: {sizes:?} {case:?}");
            }
        }
    }
}

/// The same bits at 1, 2, 3 and 8 threads, at every level.
#[test]
fn threads_change_nothing() {
    let pools = [1, 2, 3, 8].map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    for (i, sizes) in LARGE.into_iter().chain([[8, 900, 3000], [200, 784, 200]]).enumerate() {
        for case in CASES {
            let problem = Problem::<f32>::new(sizes, case);
            for level in Level::available() {
                let [one, others @ ..] = pools.each_ref().map(|pool| {
                    let out = pool.install(|| problem.on(level, i));
                    out.into_iter().map(f32::to_bits).collect::<Vec<u32>>()
                });
                others.iter().for_each(|other| assert!(&one == other, "{sizes:?} {case:?} {level:?}"));
            }
        }
    }
}

/// At every level: one row is stored piecemeal, eight are from registers. The bad numbers are terms, or they are in the bias.
fn at_infinity<S: Vectors>(rows: usize) {
    let [inf, nan] = [f64::INFINITY, f64::NAN];
    // 20 columns, so that vectors are used; the column decides the value.
    let cycle = |values: [f64; 4]| values.map(S::of).into_iter().cycle().take(20).collect::<Vec<S>>();
    let [bad, minus_one, zeros] = [[-inf, inf, nan, -1.0], [-1.0; 4], [0.0; 4]].map(cycle);
    let ones = vec![S::one(); rows];
    for level in Level::available() {
        let check = |right: &[S], epilogue: Epilogue<'_, S>, expected: [f64; 4]| {
            let mut out = vec![S::zero(); rows * 20];
            product_on(level, Operand::new(&ones, rows, 1), Operand::new(right, 1, 20), &mut out, epilogue);
            for (x, expected) in out.iter().zip(expected.into_iter().cycle()) {
                let (x, both_nan) = (x.to_f64(), x.is_nan() && expected.is_nan());
                assert!(x == expected || both_nan, "{x} for {expected}: {level:?}, {epilogue:?}");
            }
        };
        let relu = |bias, slope| Epilogue::Relu { bias, slope: S::of(slope) };
        check(&bad, Epilogue::Store, [-inf, inf, nan, -1.0]);
        check(&bad, Epilogue::Bias(&zeros), [-inf, inf, nan, -1.0]);
        check(&bad, relu(None, 0.0), [0.0, inf, nan, 0.0]);
        check(&bad, relu(Some(&zeros), 0.0), [0.0, inf, nan, 0.0]);
        check(&bad, relu(Some(&zeros), 0.5), [-inf, inf, nan, -0.5]);
        check(&minus_one, Epilogue::Bias(&bad), [-inf, inf, nan, -2.0]);
        check(&minus_one, relu(Some(&bad), 0.0), [0.0, inf, nan, 0.0]);
        check(&minus_one, relu(Some(&bad), 0.5), [-inf, inf, nan, -1.0]);
    }
}

#[test]
fn infinity_and_nan_pass_the_epilogues() {
    for rows in [1, 8] {
        at_infinity::<f32>(rows);
        at_infinity::<f64>(rows);
    }
}

/// At every level: what is known of a product with one bad number in an operand, and of one without.
fn known<S: Vectors>(sizes @ [m, k, n]: [usize; 3], case: [bool; 2]) {
    let mut problem = Problem::<S>::new(sizes, case);
    let know = |problem: &Problem<S>, which: usize, expected: Known| {
        for level in Level::available() {
            let mut out = vec![S::zero(); m * n];
            let epilogue = problem.epilogue(which);
            let known = product_on(level, problem.left(), problem.right(), &mut out, epilogue);
            assert_eq!(known, expected, "{level:?} {sizes:?} {case:?} {which}");
        }
    };
    // Sums that were cut along k may not be looked at, and nothing is to which something is done.
    if k <= 1536 {
        know(&problem, 0, if case[0] { Known::Finite } else { Known::Nothing });
    }
    know(&problem, 1, Known::Nothing);
    let largest = if size_of::<S>() == 4 { f64::from(f32::MAX) } else { f64::MAX };
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, largest].map(S::of) {
        for at in [0, m * k / 2, m * k - 1] {
            // The largest number becomes infinite where it is multiplied.
            let good = std::mem::replace(&mut problem.left[at], bad);
            problem.right.iter_mut().for_each(|x| *x *= S::of(1e5));
            know(&problem, 0, Known::Nothing);
            problem.left[at] = good;
            problem.right.iter_mut().for_each(|x| *x *= S::of(1e-5));
        }
    }
    problem.right[k * n - 1] = S::of(f64::INFINITY);
    know(&problem, 0, Known::Nothing);
}

#[test]
fn a_product_that_is_known_to_be_finite_is() {
    for sizes in LARGE.into_iter().chain([[1, 1, 1], [9, 5, 17], [7, 3, 40], [128, 64, 400]]) {
        for case in CASES {
            known::<f32>(sizes, case);
            known::<f64>(sizes, case);
        }
    }
}

#[test]
#[should_panic(expected = "inner sizes")]
fn sizes_that_do_not_fit() {
    product(Operand::new(&[0.0; 6], 2, 3), Operand::new(&[0.0; 4], 2, 2), &mut [0.0; 4], Epilogue::Store);
}

fn gram_matrices<S: Vectors>() {
    for (k, n) in [(0, 3), (5, 0), (7, 1), (9, 7), (300, 5), (13, 16), (600, 17), (257, 60), (40, 131), (3, 512)] {
        let a = numbers::<S>(k * n, 3);
        let mut out = vec![0.5; n * n];
        gram(&a, n, &mut out);
        for (i, j) in (0..n).flat_map(|i| (i..n).map(move |j| (i, j))) {
            let terms = (0..k).map(|row| a[row * n + i].to_f64() * a[row * n + j].to_f64());
            let (expected, sizes) = terms.fold((0.0, 0.0), |(sum, sizes), x| (sum + x, sizes + x.abs()));
            let error = (out[i * n + j] - 0.5 - expected).abs();
            // Half an ε of the terms for each of at most 512 additions (Higham 2002, equation 3.5), and those in `f64`.
            let bound = 0.5 * S::EPSILON * k.min(512) as f64 * sizes + f64::EPSILON * (k + 1) as f64 * (sizes + 0.5);
            assert!(error <= bound, "{k}×{n} at {i}, {j}: {error:e}");
        }
    }
}

#[test]
fn gram_matrices_equal_their_definition() {
    gram_matrices::<f32>();
    gram_matrices::<f64>();
}

#[test]
fn gram_matrices_have_the_same_bits_at_any_number_of_threads() {
    let a = numbers::<f64>(300 * 200, 4);
    let run = |threads| {
        let mut out = vec![0.0; 200 * 200];
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| gram(&a, 200, &mut out));
        (0..200).flat_map(|i| (i..200).map(move |j| i * 200 + j)).map(|at| out[at].to_bits()).collect::<Vec<u64>>()
    };
    let alone = run(1);
    for threads in [2, 3, 8] {
        assert_eq!(run(threads), alone, "{threads} threads");
    }
}
