//! From findings to the plain data of their page.

use diabolo_lab::{Content, Finding};
use diabolo_report::Run;
use diabolo_report::lab::{self, LabReport};

use super::pictures::Look;
use super::{Job, Outcome};
use crate::commands::train::command_line;

pub(super) fn report(job: &Job<'_>, outcomes: &[Outcome]) -> LabReport {
    let (subject, look) = (&job.subject, Look::of(&job.data));
    let finding =
        |outcome: &Outcome| lab::Finding { seconds: outcome.seconds, ..finding(&outcome.finding, Some(&look)) };
    LabReport {
        data: job.title.clone(),
        samples: subject.samples(),
        features: subject.features(),
        rank: subject.rank(),
        latent: subject.latent(),
        eigenvalues: subject.eigenvalues().to_vec(),
        findings: outcomes.iter().map(finding).collect(),
        settings: settings(job),
        run: run(job),
    }
}

/// A finding without its figures, unless there is a way to look at directions.
pub(super) fn finding(finding: &Finding, look: Option<&Look>) -> lab::Finding {
    let row = |row: &diabolo_lab::Row| lab::Row {
        what: row.what.clone(),
        predicted: predicted(row.predicted),
        measured: row.measured,
    };
    let figures = look.map_or_else(Vec::new, |look| finding.figures.iter().filter_map(|f| figure(f, look)).collect());
    lab::Finding {
        number: finding.statement.number(),
        title: finding.title.to_owned(),
        claim: finding.claim.to_owned(),
        source: finding.source.to_owned(),
        setup: finding.setup.clone(),
        rows: finding.rows.iter().map(row).collect(),
        figures,
        seconds: 0.0,
    }
}

pub(super) fn predicted(prediction: diabolo_lab::Prediction) -> lab::Prediction {
    use diabolo_lab::Prediction as From;
    match prediction {
        From::Near { value, within } => lab::Prediction::Near { value, within },
        From::AtMost(bound) => lab::Prediction::AtMost(bound),
        From::AtLeast(bound) => lab::Prediction::AtLeast(bound),
        From::Published(value) => lab::Prediction::Published(value),
        From::Nothing => lab::Prediction::Nothing,
    }
}

fn figure(figure: &diabolo_lab::Figure, look: &Look) -> Option<lab::Figure> {
    let axis = |axis: &diabolo_lab::Axis| lab::Axis { label: axis.label.to_owned(), logarithmic: axis.logarithmic };
    let content = match &figure.content {
        Content::Curves(curves) => lab::Content::Curves {
            x: axis(&curves.x),
            y: axis(&curves.y),
            curves: curves.curves.iter().map(curve).collect(),
        },
        Content::Directions(groups) => look.at(groups),
        Content::Plane(plane) => lab::Content::Plane(in_plane(plane)),
        _ => return None,
    };
    let (title, caption) = (figure.title.clone(), figure.caption.clone());
    Some(lab::Figure { name: figure.name.to_owned(), title, caption, content })
}

fn curve(series: &diabolo_lab::Series) -> lab::Curve {
    lab::Curve { name: series.name.clone(), line: series.line, points: series.points.clone() }
}

fn in_plane(plane: &diabolo_lab::Plane) -> lab::Plane {
    let step = |step: &diabolo_lab::PlaneStep| lab::PlaneStep {
        iteration: step.iteration,
        loss: step.loss,
        alignment: step.alignment,
        columns: step.columns,
    };
    let path = |path: &diabolo_lab::PlanePath| lab::PlanePath {
        name: path.name.clone(),
        steps: path.steps.iter().map(step).collect(),
    };
    let axis = |index: usize| [plane.axes[[index, 0]], plane.axes[[index, 1]]];
    lab::Plane {
        samples: plane.samples.rows().into_iter().map(|row| [row[0], row[1]]).collect(),
        axes: [axis(0), axis(1)],
        paths: plane.paths.iter().map(path).collect(),
    }
}

fn settings(job: &Job<'_>) -> Vec<(String, String)> {
    let arguments = job.arguments;
    let numbers: Vec<String> = arguments.experiments.0.iter().map(ToString::to_string).collect();
    let training = if arguments.full { "as long as the papers" } else { "quick" };
    let mut settings = vec![
        ("data", job.title.clone()),
        ("scaling", job.scaling.to_string()),
        ("latent", job.subject.latent().to_string()),
        ("experiments", numbers.join(", ")),
        ("training", training.to_owned()),
    ];
    settings.extend(arguments.iterations.map(|iterations| ("iterations", iterations.to_string())));
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn run(job: &Job<'_>) -> Run {
    Run { command: command_line(), resume: None, seed: job.arguments.seed, versions: crate::words::versions() }
}
