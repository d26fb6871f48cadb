//! How the time of a training step grows: with the batch, the width, the depth and the threads, each beside the arithmetic
//! floor, the products' operations at the measured peak.

use std::time::Duration;

use diabolo_meter::{Machine, Vectors, median, peak};
use serde::Serialize;
use serde_json::json;

use crate::{Cost, on_threads, threads, write_json};

mod figures;
mod shape;

use shape::Shape;

/// Batches, widths and depths that curves go through.
const BATCHES: [usize; 7] = [1, 4, 16, 64, 256, 1024, 4096];
const WIDTHS: [usize; 7] = [64, 128, 256, 512, 1024, 2048, 4096];
const DEPTHS: [usize; 5] = [1, 2, 4, 8, 16];
/// Batches whose steps are measured at every number of threads.
const SHARED: [usize; 3] = [16, 128, 1024];

/// A point of a curve.
#[derive(Clone, Copy, Debug, Serialize)]
struct Point {
    threads: usize,
    #[serde(flatten)]
    shape: Shape,
    /// The median of the steps.
    seconds: f64,
    min: f64,
    steps: usize,
    /// Operations of the products at the peak of so many threads.
    floor: f64,
}

/// A figure: what varies along its horizontal axis, and its points.
#[derive(Debug, Serialize)]
struct Sweep {
    name: &'static str,
    points: Vec<Point>,
}

pub(crate) fn run(arguments: &Cost) -> Result<(), String> {
    let most = threads(arguments.threads);
    let spent = Duration::try_from_secs_f64(arguments.seconds).map_err(|error| format!("--seconds: {error}"))?;
    let machine = Machine::here();
    println!("{}, {} cores, {}\n", machine.processor, machine.cores, machine.system);
    let ends: &[usize] = if most == 1 { &[1] } else { &[1, most] };
    let all: Vec<usize> = (1..=most).filter(|n| n.is_power_of_two() || *n == most).collect();
    let usual = Shape::USUAL;
    let sweep = |name, shapes: Vec<Shape>, threads: &[usize]| sweep(name, &shapes, threads, spent);
    let sweeps = [
        sweep("batch", BATCHES.map(|batch| Shape { batch, ..usual }).to_vec(), ends)?,
        sweep("width", WIDTHS.map(|width| Shape { width, ..usual }).to_vec(), ends)?,
        sweep("depth", DEPTHS.map(|depth| Shape { depth, ..usual }).to_vec(), ends)?,
        sweep("threads", SHARED.map(|batch| Shape { batch, ..usual }).to_vec(), &all)?,
    ];
    for sweep in &sweeps {
        let path = arguments.out.join(format!("performance-cost-{}.svg", sweep.name));
        let svg = figures::of(sweep).to_svg();
        diabolo_report::write_atomic(&path, svg.as_bytes()).map_err(|error| error.to_string())?;
        println!("{}", path.display());
    }
    match &arguments.json {
        Some(path) => write_json(path, &json!({ "format": 1, "machine": machine, "sweeps": sweeps })),
        None => Ok(()),
    }
}

fn sweep(name: &'static str, shapes: &[Shape], threads: &[usize], spent: Duration) -> Result<Sweep, String> {
    println!(
        "{name:<8} {:>8} {:>6} {:>6} {:>6} {:>12} {:>12} {:>8}",
        "threads", "batch", "width", "depth", "ms", "floor", "of peak"
    );
    let mut points = vec![];
    for &threads in threads {
        for shape in shapes {
            let point = on_threads(threads, || measure(*shape, threads, spent))??;
            let Shape { batch, width, depth } = point.shape;
            let [ms, floor] = [point.seconds, point.floor].map(|seconds| 1e3 * seconds);
            println!(
                "{:<8} {threads:>8} {batch:>6} {width:>6} {depth:>6} {ms:>12.3} {floor:>12.3} {:>6.0} %",
                "",
                100.0 * floor / ms
            );
            points.push(point);
        }
    }
    println!();
    Ok(Sweep { name, points })
}

fn measure(shape: Shape, threads: usize, spent: Duration) -> Result<Point, String> {
    let failed = |error: diabolo_models::Error| error.to_string();
    let mut run = shape.run().map_err(failed)?;
    let peak = peak(Vectors::Widest).unwrap_or(f64::NAN);
    run.steps(3, spent).map_err(failed)?; // the first steps find no memory to use again
    let seconds = run.steps(10_000, spent).map_err(failed)?;
    let min = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let steps = seconds.len();
    Ok(Point { threads, shape, seconds: median(seconds.into_iter()), min, steps, floor: shape.flops() / peak })
}
