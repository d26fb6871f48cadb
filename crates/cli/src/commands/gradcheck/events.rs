//! A finished check as an event for programs. A worst value is null where something was not a number.

use diabolo_gradcheck::OpReport;
use diabolo_report::{CheckedModel, CheckedRun, CheckedTensor};
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
    let tensor = |tensor: &CheckedTensor| json!({ "tensor": tensor.name, "shape": tensor.shape, "worst_difference": tensor.worst_difference });
    let variant = |run: &CheckedRun| {
        let tensors: Vec<Value> = run.tensors.iter().map(tensor).collect();
        json!({ "settings": run.settings, "steps": run.steps, "asymmetry": run.asymmetry, "tensors": tensors })
    };
    json!({
        "event": "model",
        "model": model.name,
        "tensors": model.tensors(),
        "worst_difference": model.worst_difference(),
        "worst_asymmetry": model.worst_asymmetry(),
        "variants": model.runs.iter().map(variant).collect::<Vec<_>>(),
        "passed": model.passed(),
        "failures": model.failures().collect::<Vec<_>>(),
    })
}
