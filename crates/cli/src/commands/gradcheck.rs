//! `diabolo gradcheck`

use diabolo_autodiff::ops::each_op;
use diabolo_autodiff::{Case, Visitor};
use diabolo_gradcheck::{OpReport, Settings, check_all, check_ops, tolerance};
use serde_json::json;

use crate::arguments::Gradcheck;
use crate::failure::Failure;
use crate::{events, output};

pub(crate) fn run(arguments: &Gradcheck) -> Result<(), Failure> {
    let settings = Settings::default();
    let reports = match &arguments.op {
        Some(name) => {
            let reports = check_ops(&settings, |card| card.name == name);
            if reports.is_empty() {
                return Err(unknown(name));
            }
            reports
        }
        None => check_all(&settings),
    };
    let failed: Vec<&str> = reports.iter().filter(|report| !report.passed()).map(|report| report.card.name).collect();
    if arguments.talk.json {
        reports.iter().for_each(|report| events::result(&event(report)));
        events::result(&json!({
            "event": "done", "passed": failed.is_empty(), "ops": reports.len(), "failed": failed, "seed": settings.seed,
        }));
    } else {
        print(&reports, arguments.talk.quiet);
    }
    match failed.as_slice() {
        [] => Ok(()),
        [one] => Err(Failure::run(format!("the gradient check of {one} failed, as described above"))),
        many => Err(Failure::run(format!("the gradient checks of {} failed, as described above", many.join(", ")))),
    }
}

fn print(reports: &[OpReport], quiet: bool) {
    let head = ["op", "formula", "samples", "differences", "forward", "edges", "result"];
    output::line(&output::table(&head, &reports.iter().map(row).collect::<Vec<_>>()));
    for report in reports.iter().filter(|report| !report.passed()) {
        output::line(&format!("\n{report}"));
    }
    if !quiet {
        output::note(&format!(
            "\n  differences: worst relative difference from finite differences, at most {:.0e} allowed\n  \
             forward: worst relative difference of reverse from forward mode, at most {:.0e} allowed\n  \
             edges: values and gradients at kinks, infinities and NaN that are as the op's file says",
            tolerance::DIFFERENCES,
            tolerance::FORWARD,
        ));
    }
}

fn row(report: &OpReport) -> Vec<String> {
    vec![
        report.card.name.to_owned(),
        report.card.forward.to_owned(),
        report.samples.to_string(),
        format!("{:.1e}", report.worst_difference),
        format!("{:.1e}", report.worst_forward),
        format!("{}/{}", report.edges_passed, report.edges),
        if report.passed() { "passed" } else { "FAILED" }.to_owned(),
    ]
}

/// A worst difference is null where something was not a number.
fn event(report: &OpReport) -> serde_json::Value {
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    json!({
        "event": "op",
        "op": report.card.name,
        "formula": report.card.forward,
        "backward": report.card.backward,
        "samples": report.samples,
        "worst_difference": report.worst_difference,
        "worst_forward": report.worst_forward,
        "edges": { "passed": report.edges_passed, "total": report.edges },
        "passed": report.passed(),
        "failures": failures,
    })
}

fn unknown(name: &str) -> Failure {
    let mut names = Names::default();
    each_op(&mut names);
    let known = names.0.join(", ");
    let hint = diabolo_data::suggest(name, &names.0);
    Failure::usage(format!("there is no op called '{name}'{hint}; --op takes one of {known}"))
}

#[derive(Default)]
struct Names(Vec<&'static str>);

impl Visitor for Names {
    fn op<C: Case>(&mut self) {
        self.0.push(C::card().name);
    }
}
