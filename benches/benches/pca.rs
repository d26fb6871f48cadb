//! Principal components by every solver, on data small enough for many repetitions.

use criterion::Criterion;
use diabolo_benches::data::normal;
use diabolo_models::Pca;
use diabolo_models::pca::Solver;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let data = normal(4000, 200);
    let mut group = criterion.benchmark_group("PCA, 10 components of 4000×200");
    group.sample_size(10);
    let solvers = [("gram", Solver::Gram), ("exact", Solver::Exact), ("randomized", Solver::Randomized { seed: 1 })];
    for (name, solver) in solvers {
        group.bench_function(name, |bencher| {
            bencher.iter(|| Pca::fit_with(data.view(), 10, solver).expect("the data are finite"));
        });
    }
    group.finish();
    criterion.final_summary();
}
