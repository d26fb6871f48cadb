//! The figures of the chapter on performance.

use diabolo_report::plot::{Axis, Figure, Lines, Series};

use super::{Point, Sweep};

pub(super) fn of(sweep: &Sweep) -> Figure {
    if sweep.name == "threads" { by_threads(sweep) } else { by_size(sweep) }
}

/// Milliseconds a step along a size, a curve and a dashed floor for each number of threads.
fn by_size(sweep: &Sweep) -> Figure {
    let along = |point: &Point| match sweep.name {
        "batch" => point.shape.batch as f64,
        "width" => point.shape.width as f64,
        _ => point.shape.depth as f64,
    };
    let mut lines = Lines::new(Axis::new(sweep.name).log(), Axis::new("time of a step").unit("ms").log());
    for (class, threads) in groups(sweep, |point| point.threads).into_iter().enumerate() {
        let points = || sweep.points.iter().filter(|point| point.threads == threads);
        let name = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
        let measured = points().map(|point| (along(point), 1e3 * point.seconds)).collect();
        let floor = points().map(|point| (along(point), 1e3 * point.floor)).collect();
        lines = lines
            .series(Series::new(format!("floor, {name}"), floor).dashed().class(class))
            .series(Series::new(name, measured).class(class));
    }
    lines.figure(format!(
        "The time of a training step against the {}, beside the arithmetic floor, for one thread and for all.",
        sweep.name
    ))
}

/// How many times faster than one thread, a curve for each batch.
fn by_threads(sweep: &Sweep) -> Figure {
    let mut lines = Lines::new(Axis::new("threads").integer(), Axis::new("speed, one thread being 1").from_zero());
    for (class, batch) in groups(sweep, |point| point.shape.batch).into_iter().enumerate() {
        let points: Vec<&Point> = sweep.points.iter().filter(|point| point.shape.batch == batch).collect();
        let alone = points.iter().find(|point| point.threads == 1).map_or(f64::NAN, |point| point.seconds);
        let speed = points.iter().map(|point| (point.threads as f64, alone / point.seconds)).collect();
        lines = lines.series(Series::new(format!("batch {batch}"), speed).class(class));
    }
    lines.figure("How many times faster a training step is on several threads than on one, for several batches.")
}

/// What `key` tells of the points, each once, in order.
fn groups(sweep: &Sweep, key: impl Fn(&Point) -> usize) -> Vec<usize> {
    let mut found: Vec<usize> = sweep.points.iter().map(key).collect();
    found.sort_unstable();
    found.dedup();
    found
}
