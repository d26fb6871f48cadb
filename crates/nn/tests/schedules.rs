//! Schedules against PyTorch's schedulers (see `fixtures/schedules.py`).

use approx::assert_relative_eq;
use diabolo_nn::{Moment, Schedule};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("the fixture has a list here");
    list.iter().map(|value| value.as_f64().expect("the fixture has a number here")).collect()
}

#[test]
fn every_rate_of_a_run_equals_that_of_pytorch() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/schedules.json")).expect("the fixture is JSON");
    let whole = |key: &str| fixture[key].as_u64().expect("the fixture has a whole number here");
    let (epochs, steps) = (whole("epochs"), whole("steps"));
    let (base, losses) = (fixture["base"].as_f64().expect("a rate"), numbers(&fixture["losses"]));
    let runs = fixture["runs"].as_array().expect("the fixture has runs");
    assert_eq!(runs.len(), 8);
    for run in runs {
        let schedule: Schedule = run["schedule"].as_str().expect("a text").parse().expect("a schedule");
        let rate = |step: u64| {
            let so_far = &losses[..(step / steps) as usize];
            schedule.rate(base, Moment { step, steps, epochs }, so_far.iter().copied())
        };
        let rates: Vec<f64> = (0..epochs * steps).map(rate).collect();
        assert_relative_eq!(rates[..], numbers(&run["rates"])[..], max_relative = 1e-13);
    }
}
