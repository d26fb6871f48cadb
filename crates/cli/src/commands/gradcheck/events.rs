//! A finished check as an event for programs. A worst value is null where something was not a number.

use diabolo_gradcheck::OpReport;
use diabolo_report::CheckedModel;
use serde_json::{Value, json};

use super::Found;

pub(super) fn of(found: &Found) -> Value {
    match found {
        Found::Op(report, _) => op(report),
        Found::Model(model) => of_model(model),
    }
}

fn op(report: &OpReport) -> Value {
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    json!({
        "event": "op",
        "op": report.card.name,
        "formula": report.card.forward,
        "backward": report.card.backward,
        "samples": report.samples,
        "worst_ulps": { "f64": report.worst_ulps.f64, "f32": report.worst_ulps.f32 },
        "worst_difference": report.worst_difference,
        "worst_forward": report.worst_forward,
        "worst_second": report.worst_second,
        "edges": { "passed": report.edges_passed, "total": report.edges },
        "structure": { "passed": report.structure_passed, "total": report.structure },
        "passed": report.passed(),
        "failures": failures,
    })
}

fn of_model(model: &CheckedModel) -> Value {
    json!({
        "event": "model",
        "model": model.name,
        "tensors": model.tensors,
        "worst_difference": model.worst_difference,
        "passed": model.failures.is_empty(),
        "failures": model.failures,
    })
}
