//! Whole models.

use diabolo_gradcheck::{InputReport, Settings};
use diabolo_models::check::{ModelReport, check_models};
use diabolo_models::config::ModelKind;
use diabolo_report::{CheckedModel, CheckedRun, CheckedTensor};

/// Checks a model in all its variants, before training and after some steps.
pub(super) fn check(kind: ModelKind, settings: &Settings) -> CheckedModel {
    let reports = check_models(settings, |model| model == kind);
    CheckedModel { name: kind.name().to_owned(), runs: reports.iter().map(run).collect() }
}

fn run(report: &ModelReport) -> CheckedRun {
    let tensor = |InputReport { name, shape, worst_difference, .. }: &InputReport| CheckedTensor {
        name: name.clone(),
        shape: shape.clone(),
        worst_difference: *worst_difference,
    };
    CheckedRun {
        settings: report.settings.replace('\n', ", "),
        steps: report.steps,
        tensors: report.tensors().iter().map(tensor).collect(),
        asymmetry: report.gradient.worst_symmetry,
        failures: if report.passed() { vec![] } else { vec![report.to_string()] },
    }
}
