//! The loops that everything runs on: products of a training step, maps, sums, random fills.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use diabolo_benches::data::uniform;
use diabolo_kernels::product::{Epilogue, Operand, product};
use diabolo_kernels::random::{Key, Stream, fill_normal};
use diabolo_kernels::{Buffer, sum, sum_axes, transpose};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    products(&mut criterion);
    reductions(&mut criterion);
    fills(&mut criterion);
    criterion.final_summary();
}

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    for (m, k, n) in
        [(128, 784, 400), (128, 400, 784), (784, 128, 400), (128, 400, 40), (128, 20, 400), (1024, 1024, 1024)]
    {
        let (a, b, mut out) = (uniform(m * k, 1), uniform(k * n, 2), Buffer::zeros(m * n));
        group.throughput(Throughput::Elements(2 * (m * k * n) as u64));
        let cases = [
            ("X·W", Operand::new(&a, m, k), Operand::new(&b, k, n)),
            ("X·Wᵀ", Operand::new(&a, m, k), Operand::new(&b, n, k).t()),
            ("Xᵀ·W", Operand::new(&a, k, m).t(), Operand::new(&b, k, n)),
        ];
        for (name, left, right) in cases {
            group.bench_function(BenchmarkId::new(name, format!("{m}×{k}×{n}")), |bencher| {
                bencher.iter(|| product(black_box(left), right, &mut out, Epilogue::Store));
            });
        }
    }
    group.finish();
}

fn reductions(criterion: &mut Criterion) {
    let (rows, columns) = (128, 784);
    let (x, mut out) = (uniform(rows * columns, 1), Buffer::zeros(rows * columns));
    let mut group = criterion.benchmark_group("128×784");
    group.throughput(Throughput::Elements((rows * columns) as u64));
    group.bench_function("sum", |bencher| bencher.iter(|| sum(black_box(&x))));
    group.bench_function("sum of rows", |bencher| {
        bencher.iter(|| sum_axes(black_box(&x), &[rows, columns], &[0], &mut out[..columns]));
    });
    group.bench_function("transpose", |bencher| bencher.iter(|| transpose(black_box(&x), rows, columns, &mut out)));
    group.finish();
}

fn fills(criterion: &mut Criterion) {
    let mut out = vec![0.0_f32; 1 << 20];
    let mut group = criterion.benchmark_group("random");
    group.throughput(Throughput::Elements(out.len() as u64));
    let key = Key::new(1, Stream::Noise);
    group.bench_function("normal", |bencher| bencher.iter(|| fill_normal(black_box(key), 0.0, 1.0, &mut out)));
    group.finish();
}
