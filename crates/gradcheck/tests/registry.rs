//! Every op of the registry agrees with every witness.

use diabolo_gradcheck::{Settings, check_all, check_ops, tolerance};

#[test]
fn every_op_agrees_with_every_witness() {
    let reports = check_all(&Settings::default());
    assert!(!reports.is_empty());
    for report in &reports {
        assert!(report.samples > 0 && report.edges > 0, "{}: nothing was checked", report.card.name);
        assert!(report.passed(), "{report}");
        assert_eq!(report.edges_passed, report.edges);
        assert_eq!(report.structure_passed, report.structure);
        assert!(report.structure >= 15, "{}: {} laws were tried", report.card.name, report.structure);
        let [ours, allowed] = [report.worst_ulps, report.card.ulps.into()];
        assert!(ours.f64 <= allowed.f64 && ours.f32 <= allowed.f32, "{report}");
        assert!(report.worst_difference <= tolerance::DIFFERENCES && report.worst_forward <= tolerance::FORWARD);
        assert!(report.worst_second <= tolerance::SECOND);
    }
}

#[test]
fn ops_that_repeat_their_inputs_are_checked_for_all_pairs_of_shapes() {
    let reports = check_ops(&Settings { draws: 1, samples: 0, ..Settings::default() }, |_| true);
    // All ops have 15 laws; those with two inputs of one shape have one more; those that repeat them another.
    let mut repeating: Vec<&str> = reports.iter().filter(|r| r.structure == 17).map(|r| r.card.name).collect();
    repeating.sort_unstable();
    assert_eq!(repeating, ["add", "div", "maximum", "minimum", "mul", "sub", "where"]);
}

#[test]
fn the_same_seed_gives_the_same_report_at_any_number_of_threads() {
    let settings = Settings { draws: 1, samples: 3, ..Settings::default() };
    let at = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
        pool.install(|| check_all(&settings)).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(at(1), at(3));
}
