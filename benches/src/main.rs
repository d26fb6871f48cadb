//! The machine's peak, and the matrix products of a training step beside it: `diabolo-benches [THREADS]`.
//!
//! The peak is what independent chains of fused multiply-adds reach on all threads together. It is measured before and
//! after, since machines drift. Times are medians.

use std::hint::black_box;
use std::time::Instant;

use diabolo_kernels::Buffer;
use diabolo_kernels::product::{Epilogue, Operand, product};
use diabolo_kernels::random::{Key, Stream, fill_uniform};
use pulp::{Arch, Simd, WithSimd};

fn main() {
    let threads = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    pool.install(|| {
        let before = peak();
        println!("{} threads, peak {before:.0} GFLOP/s in f32\n", rayon::current_num_threads());
        println!("{:<40} {:>10} {:>10}", "product", "GFLOP/s", "of peak");
        for case in CASES {
            measure(case, before);
        }
        println!("\npeak afterwards {:.0} GFLOP/s", peak());
    });
}

/// What it is for, rows, inner size, columns, and which operands lie transposed.
type Case = (&'static str, usize, usize, usize, [bool; 2]);

const CASES: [Case; 8] = [
    ("forward, encoder    X·Wᵀ", 128, 784, 400, [false, true]),
    ("forward, decoder    X·Wᵀ", 128, 400, 784, [false, true]),
    ("input, decoder      Z̄·W", 128, 784, 400, [false, false]),
    ("input, encoder      Z̄·W", 128, 400, 784, [false, false]),
    ("weight, encoder     Z̄ᵀ·X", 400, 128, 784, [true, false]),
    ("weight, decoder     Z̄ᵀ·X", 784, 128, 400, [true, false]),
    ("code, forward       X·Wᵀ", 128, 400, 40, [false, true]),
    ("square", 1024, 1024, 1024, [false, false]),
];

fn measure((name, m, k, n, [left_lies, right_lies]): Case, peak: f64) {
    let random = |len: usize| {
        let mut values = Buffer::<f32>::zeros(len);
        fill_uniform(Key::new(1, Stream::Data), -1.0, 1.0, &mut values);
        values
    };
    let (a, b, mut out) = (random(m * k), random(k * n), Buffer::zeros(m * n));
    let left = if left_lies { Operand::new(&a, k, m).t() } else { Operand::new(&a, m, k) };
    let right = if right_lies { Operand::new(&b, n, k).t() } else { Operand::new(&b, k, n) };
    let seconds = median(|| product(left, right, &mut out, Epilogue::Store));
    let rate = 2.0 * (m * k * n) as f64 / seconds / 1e9;
    println!("{:<40} {rate:>10.0} {:>8.0} %", format!("{name}  {m}×{k}×{n}"), 100.0 * rate / peak);
}

fn median(mut work: impl FnMut()) -> f64 {
    work();
    let mut seconds: Vec<f64> = (0..301)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// GFLOP/s of all threads together.
fn peak() -> f64 {
    rayon::broadcast(|_| Arch::new().dispatch(Chains)).iter().sum()
}

/// 24 chains of multiply-adds that do not wait for one another.
struct Chains;

impl WithSimd for Chains {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        const CHAINS: usize = 24;
        const LENGTH: usize = 200_000;
        let (x, y) = (simd.splat_f32s(black_box(0.999)), simd.splat_f32s(black_box(0.001)));
        let mut sums = [simd.splat_f32s(0.5); CHAINS];
        let mut best = f64::INFINITY;
        // Plain loops: what a closure holds is not compiled for the wide instruction set.
        for _ in 0..20 {
            let begun = Instant::now();
            for _ in 0..LENGTH {
                for sum in &mut sums {
                    *sum = simd.mul_add_e_f32s(*sum, x, y);
                }
            }
            best = best.min(begun.elapsed().as_secs_f64());
        }
        for sum in sums {
            black_box(simd.reduce_sum_f32s(sum));
        }
        let lanes = size_of::<S::f32s>() / size_of::<f32>();
        2.0 * (CHAINS * lanes * LENGTH) as f64 / best / 1e9
    }
}
