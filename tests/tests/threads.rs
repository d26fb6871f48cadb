//! Training gives the same bits at any number of threads.

#![forbid(unsafe_code)]

use diabolo_models::trainer::Outcome;
use diabolo_tests::{Bits, StopAfter, TRAINED, new_run, on_threads, settings, small_digits, train};

#[test]
fn every_model_ends_with_the_same_bits_at_any_number_of_threads() {
    let data = small_digits();
    for (name, model, overrides) in TRAINED {
        let config = settings(model, overrides);
        let on = |threads| {
            on_threads(threads, || {
                let mut run = new_run(&config, &data);
                assert_eq!(train(&mut run, &data, &mut StopAfter(0)), Outcome::Finished);
                Bits::of(&run)
            })
        };
        let alone = on(1);
        for threads in [2, 3, 8] {
            alone.assert_same(&on(threads), &format!("{name} on {threads} threads"));
        }
    }
}

#[test]
fn another_seed_gives_other_bits() {
    let data = small_digits();
    let (_, model, overrides) = TRAINED[0];
    let [first, second] = [11, 12].map(|seed| {
        let mut config = settings(model, overrides);
        config.seed = seed;
        let mut run = new_run(&config, &data);
        train(&mut run, &data, &mut StopAfter(0));
        Bits::of(&run)
    });
    assert_ne!(first, second);
}
