//! `diabolo gradcheck`

mod crew;
mod edges;
mod events;
mod legend;
mod models;
mod page;
mod progress;
mod tables;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use diabolo_gradcheck::{OpReport, Registered, Settings, registered};
use diabolo_models::config::ModelKind;
use diabolo_report::{CheckedEdge, CheckedModel};
use serde_json::json;

use self::progress::Progress;
use super::with_threads;
use crate::arguments::{Talk, seed, whole};
use crate::failure::Failure;
use crate::output;

const EXAMPLES: &str = "\
Examples:
  diabolo gradcheck
  diabolo gradcheck --op linear,tanh --samples 2000
  diabolo gradcheck --model vae --seed 7
  diabolo gradcheck --html gradients.html";

/// Check the gradients of every op and every model against independent witnesses
#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Gradcheck {
    /// Check these ops alone; may be repeated
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    op: Vec<String>,
    /// Check these models alone: pca, linear, deep, denoising, sparse, vae; may be repeated
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    model: Vec<String>,
    /// Seed of every random point, shape and direction
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    seed: u64,
    /// Samples of an op that are drawn with shapes at random, beside those of its file
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = whole::<u32>, allow_negative_numbers = true)]
    samples: u32,
    /// Write what is found as a page too, with the error of each rule over its domain
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Threads to compute with; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    threads: Option<usize>,
    #[command(flatten)]
    talk: Talk,
}

/// Something to check.
#[derive(Clone, Copy)]
enum Work {
    Op(Registered),
    Model(ModelKind),
}

/// What came out.
enum Found {
    Op(Box<OpReport>, Vec<CheckedEdge>),
    Model(CheckedModel),
}

impl Found {
    fn name(&self) -> &str {
        match self {
            Self::Op(report, _) => report.card.name,
            Self::Model(model) => &model.name,
        }
    }

    fn passed(&self) -> bool {
        match self {
            Self::Op(report, _) => report.passed(),
            Self::Model(model) => model.passed(),
        }
    }
}

pub(crate) fn run(arguments: &Gradcheck) -> Result<(), Failure> {
    let work = chosen(arguments)?;
    let settings = settings(arguments)?;
    if let Some(path) = &arguments.html {
        diabolo_report::check_writable(path)?; // before minutes are spent
    }
    let talk = arguments.talk;
    let begun = Instant::now();
    let found = with_threads(arguments.threads, || {
        let progress = Progress::new(talk, work.len());
        crew::each(&work, |work| check(work, &settings), |found| progress.tell(found))
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    if let Some(path) = &arguments.html {
        page::of(&found, &settings, seconds).write(path)?;
    }
    let failed: Vec<&str> = found.iter().filter(|found| !found.passed()).map(Found::name).collect();
    if talk.json {
        let models = found.iter().filter(|found| matches!(found, Found::Model(_))).count();
        crate::events::result(&json!({
            "event": "done",
            "passed": failed.is_empty(),
            "ops": found.len() - models,
            "models": models,
            "failed": failed,
            "seed": settings.seed,
            "seconds": seconds,
            "report": arguments.html.as_ref().map(|path| path.display().to_string()),
        }));
    } else {
        tables::print(&found, talk.quiet);
        if let Some(path) = &arguments.html {
            output::line(&format!("\nreport: {}", path.display()));
        }
    }
    verdict(&failed)
}

fn verdict(failed: &[&str]) -> Result<(), Failure> {
    match failed {
        [] => Ok(()),
        [one] => Err(Failure::run(format!("the gradient check of {one} failed, as described above"))),
        many => Err(Failure::run(format!("the gradient checks of {} failed, as described above", many.join(", ")))),
    }
}

fn check(work: &Work, settings: &Settings) -> Found {
    match work {
        Work::Op(op) => {
            let report = op.check(settings);
            let edges = edges::of(&op.edges(), &report);
            Found::Op(Box::new(report), edges)
        }
        Work::Model(kind) => Found::Model(models::check(*kind, settings)),
    }
}

fn settings(arguments: &Gradcheck) -> Result<Settings, Failure> {
    if arguments.samples == 0 {
        return Err(Failure::usage("--samples must be at least 1"));
    }
    Ok(Settings { seed: arguments.seed, samples: arguments.samples, ..Settings::default() })
}

/// What the options name; without any, all ops and all models.
fn chosen(arguments: &Gradcheck) -> Result<Vec<Work>, Failure> {
    let (ops, models) = (registered(), ModelKind::ALL);
    let everything = arguments.op.is_empty() && arguments.model.is_empty();
    let op_names: Vec<&str> = ops.iter().map(|op| op.card.name).collect();
    let model_names: Vec<&str> = models.iter().map(|kind| kind.name()).collect();
    all_known("op", &arguments.op, &op_names)?;
    all_known("model", &arguments.model, &model_names)?;
    let is_named = |names: &[String], name: &str| everything || names.iter().any(|given| given == name);
    let ops = ops.into_iter().filter(|op| is_named(&arguments.op, op.card.name)).map(Work::Op);
    let models = models.into_iter().filter(|kind| is_named(&arguments.model, kind.name())).map(Work::Model);
    Ok(ops.chain(models).collect())
}

fn all_known(what: &str, names: &[String], known: &[&str]) -> Result<(), Failure> {
    let Some(strange) = names.iter().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
    let hint = diabolo_data::suggest(strange, known);
    let list = known.join(", ");
    Err(Failure::usage(format!("there is no {what} called '{strange}'{hint}; --{what} takes one or more of {list}")))
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn what_failed_is_named_and_the_exit_code_says_so() {
        assert!(verdict(&[]).is_ok());
        let failure = verdict(&["tanh"]).expect_err("something failed");
        assert_eq!(
            (failure.message.as_str(), failure.exit),
            ("the gradient check of tanh failed, as described above", 1)
        );
        let failure = verdict(&["tanh", "vae"]).expect_err("something failed");
        assert!(failure.message.contains("checks of tanh, vae failed") && failure.exit == 1);
    }
}
