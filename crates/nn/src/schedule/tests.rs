use super::*;

const STEPS: u64 = 100;
const EPOCHS: u64 = 10;
const TOTAL: u64 = STEPS * EPOCHS;

fn at(step: u64) -> Moment {
    Moment { step, steps: STEPS, epochs: EPOCHS }
}

fn rates(text: &str) -> Vec<f64> {
    let schedule: Schedule = text.parse().unwrap();
    (0..TOTAL + 10).map(|step| schedule.rate(0.1, at(step), [])).collect()
}

#[test]
fn constant_stays() {
    assert!(rates("constant").iter().all(|rate| *rate == 0.1));
}

#[test]
fn warm_up_rises_in_equal_steps_to_the_rate_of_the_course() {
    for text in ["constant", "cosine", "step", "one-cycle", "plateau"] {
        let rates = rates(&format!("{text}:warmup=49"));
        let top = rates[49];
        let begins = if text == "one-cycle" { 0.1 / 25.0 } else { 0.1 };
        assert!((top / begins - 1.0).abs() < 1e-12, "{text}");
        assert!((rates[0] / (top / 50.0) - 1.0).abs() < 1e-12);
        assert!(rates[..50].windows(2).all(|pair| ((pair[1] - pair[0]) / (top / 50.0) - 1.0).abs() < 1e-12));
    }
}

#[test]
fn cosine_falls_from_the_base_rate_to_the_floor() {
    let rates = rates("cosine:floor=0.2,warmup=100");
    assert_eq!(rates[100], 0.1);
    assert!((rates[550] - 0.06).abs() < 1e-15, "halfway lies the mean of both ends");
    assert!(rates[100..=1000].windows(2).all(|pair| pair[1] < pair[0]));
    assert!(rates[1000..].iter().all(|rate| (rate - 0.02).abs() < 1e-15));
}

#[test]
fn step_falls_at_the_end_of_epochs() {
    let rates = rates("step:every=4,factor=0.5");
    assert!(rates[..400].iter().all(|rate| *rate == 0.1));
    assert!(rates[400..800].iter().all(|rate| *rate == 0.05));
    assert!(rates[800..].iter().all(|rate| *rate == 0.025));
}

#[test]
fn one_cycle_rises_to_the_base_rate_and_falls_far_below() {
    let rates = rates("one-cycle");
    assert!((rates[0] - 0.004).abs() < 1e-17);
    assert!(rates[..300].windows(2).all(|pair| pair[1] > pair[0]));
    assert_eq!(rates[299], 0.1);
    assert!(rates[299..TOTAL as usize].windows(2).all(|pair| pair[1] < pair[0]));
    assert!(rates[TOTAL as usize - 1..].iter().all(|rate| (rate / 4e-7 - 1.0).abs() < 1e-12));
}

#[test]
fn one_cycle_is_finite_however_short_the_run() {
    let schedule: Schedule = "one-cycle:rise=0.5".parse().unwrap();
    for steps in 1..10 {
        for step in 0..12 {
            let rate = schedule.rate(1.0, Moment { step, steps, epochs: 1 }, []);
            assert!((4e-6..=1.0).contains(&rate), "{rate} at step {step} of {steps}");
        }
    }
}

#[test]
fn plateau_falls_when_patience_is_over_and_never_below_its_floor() {
    let schedule: Schedule = "plateau:factor=0.5,patience=1,threshold=0.1,floor=0.2".parse().unwrap();
    // The best is 5, then 4; 4.8 and 3.7 are no improvement by a tenth.
    let losses = [5.0, 4.8, 4.0, 3.7, 4.0, 9.0, 3.7, 3.0, 3.0, 3.0, 3.0, 3.0];
    let rates: Vec<f64> = (0..=losses.len()).map(|n| schedule.rate(1.0, at(0), losses[..n].iter().copied())).collect();
    assert_eq!(rates, [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2]);
}

#[test]
fn a_negative_loss_improves_only_by_falling() {
    let schedule: Schedule = "plateau:patience=0,factor=0.5".parse().unwrap();
    assert_eq!(schedule.rate(1.0, at(0), [-5.0, -6.0, -7.0]), 1.0);
    assert_eq!(schedule.rate(1.0, at(0), [-5.0, -5.0, -4.9999]), 0.25);
}

#[test]
fn a_run_shorter_than_its_warm_up_ends_in_warm_up() {
    let at = |step| Moment { step, steps: 10, epochs: 1 };
    let schedule = Schedule::COSINE.warmup(99);
    assert_eq!(schedule.rate(1.0, at(9), []), 0.1);
    assert_eq!(schedule.rate(1.0, at(200), []), 0.0);
    let schedule = "one-cycle:warmup=99,div=5".parse::<Schedule>().unwrap();
    assert_eq!(schedule.rate(1.0, at(9), []), 0.02);
}

#[test]
fn text_and_back() {
    for text in [
        "constant",
        "cosine",
        "step",
        "one-cycle",
        "plateau",
        "constant:warmup=5",
        "cosine:floor=0.1",
        "cosine:floor=0.1,warmup=5",
        "step:every=3,factor=0.5,warmup=7",
        "one-cycle:rise=0.5,div=10,final_div=100",
        "plateau:factor=0.5,patience=2,threshold=0.01,floor=0.001",
    ] {
        assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "linear",
        "cosine:",
        "cosine:floor=2",
        "cosine:floor=NaN",
        "constant:floor=0.1",
        "cosine:warmup=-1",
        "step:every=0",
        "step:every=1.5",
        "step:factor=-1",
        "one-cycle:div=0",
        "one-cycle:final_div=inf",
        "plateau:patience=-1",
        "plateau:every=3",
    ] {
        assert!(text.parse::<Schedule>().is_err(), "{text}");
    }
    let error = "step:floor=0.1".parse::<Schedule>().unwrap_err().to_string();
    assert!(error.contains("'floor=0.1'") && error.contains("every=EPOCHS"), "{error}");
}
