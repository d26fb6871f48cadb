//! A program that is recorded again allocates nothing, with indices, masks and sums of many products either.
//!
//! Every allocation of the process is counted, on any thread. The file holds one test, so that no other one allocates beside
//! it.

#![forbid(unsafe_code)]

use std::alloc::System;

use diabolo_autodiff::{Gradients, Tape};
use diabolo_kernels::random::{Key, Stream};
use ndarray::aview2;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn allocations_so_far() -> usize {
    let stats = ALLOCATOR.stats();
    stats.allocations + stats.reallocations
}

/// Forward and backward through every op that needs memory of its own, with other indices and another mask each step.
fn step(tape: &Tape<f32>, gradients: &mut Gradients<f32>, step: u32) {
    let mut rows = [0; 300];
    (0..).zip(&mut rows).for_each(|(i, row)| *row = (i * i + step) % 50);
    let rows = &rows[..300 - step as usize]; // fewer each time: memory is reused by capacity
    let table = tape.variable(&aview2(&[[0.5; 64]; 50]));
    let key = Key::new(1, Stream::Noise).at(0, step);
    let picked = table.gather_rows(rows).dropout(0.5, key);
    let added = table.scatter_add(picked, rows).reshape(&[5, 1, 10, 64]);
    let others = table.detach().reshape(&[1, 5, 64, 10]);
    let products = added.batched_matmul(others).permute(&[2, 0, 3, 1]).pad(&[(0, 1), (1, 0), (0, 0), (0, 0)], 0.0);
    products.sum_all().backward(gradients);
}

#[test]
fn a_step_that_was_made_before_allocates_nothing() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be had");
    pool.install(|| {
        rayon::broadcast(|_| ()); // both threads have begun, which allocates, and live until the end
        let (mut tape, mut gradients) = (Tape::new(), Gradients::new());
        let mut counts = [0; 12];
        for (i, count) in (0..).zip(&mut counts) {
            tape.reset();
            let before = allocations_so_far();
            step(&tape, &mut gradients, i);
            *count = allocations_so_far() - before;
        }
        assert!(counts[0] > 0, "the counter sees nothing");
        assert_eq!(counts[6..], [0; 6], "allocations of each step: {counts:?}");
    });
}
