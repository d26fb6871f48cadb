//! Every op of the registry agrees with every witness.

use diabolo_gradcheck::{Settings, check_all, tolerance};

#[test]
fn every_op_agrees_with_every_witness() {
    let reports = check_all(&Settings::default());
    assert!(!reports.is_empty());
    for report in &reports {
        assert!(report.samples > 0 && report.edges > 0, "{}: nothing was checked", report.card.name);
        assert!(report.passed(), "{report}");
        assert_eq!(report.edges_passed, report.edges);
        let [ours, allowed] = [report.worst_ulps, report.card.ulps.into()];
        assert!(ours.f64 <= allowed.f64 && ours.f32 <= allowed.f32, "{report}");
        assert!(report.worst_difference <= tolerance::DIFFERENCES && report.worst_forward <= tolerance::FORWARD);
    }
}
