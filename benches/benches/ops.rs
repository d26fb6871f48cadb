//! Ops on a tape, forward and backward, at the sizes of the reference VAE.

use criterion::{Criterion, Throughput};
use diabolo_autodiff::ops::linear::Fused;
use diabolo_autodiff::{Gradients, Shape, Tape, Var};
use diabolo_benches::data::uniform;
use diabolo_kernels::random::{Key, Stream};
use std::sync::Arc;

const ROWS: usize = 128;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    bench(&mut criterion, "linear, relu", &[&[ROWS, 784], &[400, 784], &[400]], |x| {
        x[0].linear(x[1], Some(x[2]), Fused::Relu)
    });
    bench(&mut criterion, "sigmoid", &[&[ROWS, 784]], |x| x[0].sigmoid());
    bench(&mut criterion, "tanh", &[&[ROWS, 784]], |x| x[0].tanh());
    bench(&mut criterion, "gelu", &[&[ROWS, 784]], |x| x[0].gelu());
    bench(&mut criterion, "add, repeated", &[&[ROWS, 784], &[784]], |x| x[0] + x[1]);
    bench(&mut criterion, "squared_error", &[&[ROWS, 784], &[ROWS, 784]], |x| x[0].squared_error(x[1]));
    bench(&mut criterion, "bce_with_logits", &[&[ROWS, 784], &[ROWS, 784]], |x| x[0].bce_with_logits(x[1]));
    bench(&mut criterion, "gaussian_kl", &[&[ROWS, 20], &[ROWS, 20]], |x| x[0].gaussian_kl(x[1]));
    bench(&mut criterion, "reparameterize", &[&[ROWS, 20], &[ROWS, 20]], |x| {
        x[0].reparameterize(x[1], Key::new(1, Stream::Noise))
    });
    criterion.final_summary();
}

/// Forward, and forward with backward from the mean of what comes out.
fn bench(
    criterion: &mut Criterion,
    name: &str,
    shapes: &[&[usize]],
    op: impl for<'t> Fn(&[Var<'t, f32>]) -> Var<'t, f32>,
) {
    let inputs: Vec<_> =
        (1..).zip(shapes).map(|(site, shape)| Arc::new(uniform(shape.iter().product(), site))).collect();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(inputs[0].len() as u64));
    let (mut tape, mut gradients) = (Tape::new(), Gradients::new());
    for backward in [false, true] {
        group.bench_function(if backward { "forward and backward" } else { "forward" }, |bencher| {
            bencher.iter(|| {
                let joined: Vec<_> =
                    inputs.iter().zip(shapes).map(|(x, s)| tape.join(x, Shape::new(s), true)).collect();
                let y = op(&joined);
                if backward {
                    y.mean_all().backward(&mut gradients);
                }
                tape.reset();
            });
        });
    }
    group.finish();
}
