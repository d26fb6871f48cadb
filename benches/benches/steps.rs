//! Training steps of whole models, through the trainer, on drawn digits.

use std::time::Duration;

use criterion::{Criterion, Throughput};
use diabolo_benches::data::drawn;
use diabolo_benches::reference::Reference;
use diabolo_benches::training::Run;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for reference in [Reference::vae(), Reference::deep()] {
        let mut group = criterion.benchmark_group("step");
        let batch = reference.config.training.as_ref().map_or(1, |training| training.batch);
        group.throughput(Throughput::Elements(batch as u64));
        let mut run = Run::of_steps(&reference.config, drawn(8 * batch)).expect("a reference fits drawn digits");
        group.bench_function(reference.name, |bencher| {
            bencher.iter_custom(|steps| {
                let seconds = run.steps(steps as usize, Duration::MAX).expect("a reference trains");
                Duration::from_secs_f64(seconds.iter().sum())
            });
        });
        group.finish();
    }
    criterion.final_summary();
}
