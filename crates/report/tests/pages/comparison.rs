//! Several runs on one page.

use crate::support::{assert_balanced, assert_stands_alone, compared, figures, headings};
use diabolo_report::{ComparedRun, ComparisonReport};

#[test]
fn a_comparison_shows_all_runs_and_stands_alone() {
    let report = compared();
    let page = report.render();
    assert_balanced(&page);
    assert_stands_alone(&page);
    assert_eq!(
        headings(&page),
        ["Results", "Training", "Reconstructions", "Samples", "KL per latent unit", "Settings that differ"]
    );
    // The mark, the loss in nats, the reconstruction in two units, KL, KL per unit.
    assert_eq!(figures(&page), 6);
    // The originals and four runs; samples of two.
    assert_eq!(page.matches("<img").count(), 5 + 2);
    assert!(page.contains("vae-mnist-20261121-113012 &lt;β = 4&gt;") && !page.contains("<β"));
    // The best of each measure: test squared error, test loss in nats and per image, PSNR.
    assert_eq!(page.matches("<td class=\"number strong\">").count(), 4);
    assert!(!page.contains("<td>seed</td>"), "a setting that all runs share is left out");
    assert!(page.len() < 2_000_000, "{} bytes", page.len());

    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages/comparison.html");
    report.write(&path).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), page);
}

#[test]
fn runs_without_anything_to_compare_leave_no_trace() {
    assert_eq!(headings(&ComparisonReport::default().render()), [""; 0]);
    let bare = ComparedRun { name: "a".into(), ..ComparedRun::default() };
    assert_eq!(headings(&ComparisonReport { runs: vec![bare; 2] }.render()), [""; 0]);
}

#[test]
fn many_runs_fit_on_a_page() {
    let few = compared();
    let runs = (0..24).map(|index| ComparedRun { name: format!("run {index}"), ..few.runs[index % 4].clone() });
    let page = ComparisonReport { runs: runs.collect() }.render();
    assert_balanced(&page);
    assert_stands_alone(&page);
    assert!(page.contains("<title>24 runs compared</title>"));
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}
