//! Findings for programs: events, and the file with all numbers.

use serde_json::{Value, json};

use super::page::predicted;
use super::{Job, Outcome};
use crate::events::{FORMAT, result};

pub(super) fn start(job: &Job<'_>) {
    let mut event = about(job);
    event["event"] = "start".into();
    event["threads"] = rayon_core::current_num_threads().into();
    result(&event);
}

pub(super) fn statement(outcome: &Outcome) {
    let mut event = told(outcome);
    event["event"] = "statement".into();
    result(&event);
}

pub(super) fn done(outcomes: &[Outcome], run: &str, report: &str) {
    let failed = outcomes.iter().filter(|outcome| !outcome.finding.holds());
    let failed: Vec<u8> = failed.map(|outcome| outcome.finding.statement.number()).collect();
    result(&json!({
        "event": "done", "run": run, "report": report, "statements": outcomes.len(), "holds": failed.is_empty(),
        "failed": failed,
    }));
}

/// Everything that was found, with the numbers of all figures.
pub(super) fn all(job: &Job<'_>, outcomes: &[Outcome]) -> Value {
    let mut all = about(job);
    let whole = |outcome: &Outcome| {
        let mut told = told(outcome);
        told["figures"] = json!(outcome.finding.figures);
        told
    };
    all["eigenvalues"] = json!(job.subject.eigenvalues().to_vec());
    all["unit"] = job.subject.unit().into();
    all["findings"] = outcomes.iter().map(whole).collect();
    all
}

fn about(job: &Job<'_>) -> Value {
    let (subject, arguments) = (&job.subject, job.arguments);
    let experiments: Vec<u8> = arguments.experiments.0.iter().map(|statement| statement.number()).collect();
    json!({
        "format": FORMAT,
        "data": { "name": job.name, "samples": subject.samples(), "dim": subject.features(), "rank": subject.rank() },
        "latent": subject.latent(),
        "experiments": experiments,
        "full": arguments.full,
        "iterations": arguments.iterations,
        "seed": arguments.seed,
    })
}

fn told(outcome: &Outcome) -> Value {
    let finding = &outcome.finding;
    let row = |row: &diabolo_lab::Row| {
        json!({
            "what": row.what,
            "predicted": row.predicted,
            "prediction": predicted(row.predicted).text(),
            "measured": row.measured,
            "holds": row.holds(),
        })
    };
    json!({
        "statement": finding.statement,
        "title": finding.title,
        "claim": finding.claim,
        "source": finding.source,
        "setup": finding.setup,
        "holds": finding.holds(),
        "rows": finding.rows.iter().map(row).collect::<Vec<_>>(),
        "seconds": outcome.seconds,
    })
}
