//! From the second epoch on a training step allocates nothing.
//!
//! What is counted: every allocation and reallocation of the whole process, on any thread, from the end of one step (or of
//! the epoch before) to the end of the next. The file holds one test, so that no other one allocates beside it.

#![forbid(unsafe_code)]

use std::alloc::System;

use diabolo_data::Split;
use diabolo_models::config::ModelKind;
use diabolo_models::trainer::{Callback, Control, Outcome, StepReport};
use diabolo_models::{Autoencoder, Config, Error, Trainer};
use diabolo_tests::{EPOCHS, STEPS, TRAINED, new_run, on_threads, settings, small_digits, train};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn allocations_so_far() -> usize {
    let stats = ALLOCATOR.stats();
    stats.allocations + stats.reallocations
}

/// The allocations of every step of a run.
struct Counter {
    before: usize,
    of_steps: Vec<usize>,
}

impl Callback<f32, Box<dyn Autoencoder<f32>>> for Counter {
    fn step(&mut self, _: &StepReport) -> Control {
        self.of_steps.push(allocations_so_far() - self.before);
        self.before = allocations_so_far();
        Control::Continue
    }

    fn epoch(&mut self, _: &Trainer<f32, Box<dyn Autoencoder<f32>>>) -> Result<Control, Error> {
        self.before = allocations_so_far();
        Ok(Control::Continue)
    }
}

#[test]
fn a_training_step_allocates_nothing_from_the_second_epoch_on() {
    let data = small_digits();
    let reference = ("vae, reference", ModelKind::Vae, "");
    on_threads(2, || {
        // A thread of the pool allocates when it first looks for work and when it ends, neither of which is a step's doing:
        // here both threads have begun before the first step and live until the last.
        rayon::broadcast(|_| ());
        for (name, model, overrides) in TRAINED.into_iter().chain([reference]) {
            check(name, &settings(model, overrides), &data);
        }
    });
}

fn check(name: &str, config: &Config, data: &Split) {
    let steps = (EPOCHS * STEPS) as usize;
    let mut run = new_run(config, data);
    let mut counter = Counter { before: allocations_so_far(), of_steps: Vec::with_capacity(steps) };
    assert_eq!(train(&mut run, data, &mut counter), Outcome::Finished, "{name}");
    let (first_epoch, later) = counter.of_steps.split_at(STEPS as usize);
    assert!(first_epoch[0] > 0, "{name}: the counter sees nothing");
    let none = vec![0; steps - STEPS as usize];
    assert_eq!(later, none, "{name}: allocations of each step; the first epoch's were {first_epoch:?}");
}
