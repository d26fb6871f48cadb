//! What `--json` prints: one object a line, and nothing else on standard output.

use diabolo_models::trainer::{EpochReport, Metrics};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::output;

/// The version of the events.
pub(crate) const FORMAT: u32 = 1;

/// What a run is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) model: &'a str,
    pub(crate) data: &'a str,
    pub(crate) train: usize,
    pub(crate) test: usize,
    pub(crate) dim: usize,
    pub(crate) parameters: usize,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
}

pub(crate) fn start(start: &Start<'_>) {
    emit(&json!({
        "event": "start",
        "format": FORMAT,
        "model": start.model,
        "data": { "name": start.data, "train": start.train, "test": start.test, "dim": start.dim },
        "parameters": start.parameters,
        "seed": start.seed,
        "threads": start.threads,
    }));
}

pub(crate) fn epoch(report: &EpochReport) {
    emit(&json!({
        "event": "epoch",
        "epoch": report.epoch,
        "train": metrics(&report.train),
        "test": metrics(&report.test),
        "train_seconds": report.train_seconds,
    }));
}

/// The end of a run, with what there is to warn of.
pub(crate) fn done(run: &str, test: &Metrics, report: &str, warning: Option<&str>) {
    let warnings: Vec<&str> = warning.into_iter().collect();
    emit(&json!({ "event": "done", "run": run, "test": metrics(test), "report": report, "warnings": warnings }));
}

pub(crate) fn error(failure: &Failure) {
    emit(&json!({ "event": "error", "message": failure.message, "exit": failure.exit }));
}

/// Any other result of a command.
pub(crate) fn result(value: &Value) {
    emit(value);
}

fn metrics(metrics: &Metrics) -> Value {
    Value::Object(metrics.means().map(|(name, mean)| (name.to_owned(), json!(mean))).collect::<Map<_, _>>())
}

fn emit(value: &Value) {
    output::line(&value.to_string());
}
