//! `diabolo lab`: does a linear autoencoder find PCA?

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use diabolo_data::{Dataset, ScalingMethod, matrix};
use diabolo_lab::{Effort, Error, Finding, Settings, Statement, Subject, run_on};

use super::with_threads;
use crate::arguments::{DataSource, Talk, seed, whole};
use crate::failure::Failure;
use crate::run_folder::{FINDINGS, RunFolder};
use crate::{interrupt, output, source, words};

mod choice;
mod events;
mod page;
mod pictures;
mod progress;
mod table;

use choice::Experiments;

const EXAMPLES: &str = "\
Examples:
  diabolo lab                                      all nine statements on built-in digits, in about a minute
  diabolo lab --data mnist --experiments 1,4
  diabolo lab --data wine.csv --set label=kind --set scaling=standard --latent 3
  diabolo lab --data mnist --latent 20 --full      as long as the papers trained

A statement that does not hold on some data is a finding and no failure: it is shown, and the exit code is 0.";

/// PCA beside linear autoencoders.
#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Lab {
    #[command(flatten)]
    source: DataSource,
    /// k, the numbers of a code [default: 8, or half the directions in which the data vary, if that is less]
    #[arg(long, value_name = "K", value_parser = whole::<usize>, allow_negative_numbers = true)]
    latent: Option<usize>,
    /// Which of the nine statements to put to the test, as 1,4,5
    #[arg(long, value_name = "N,N,…|all", default_value = "all", allow_negative_numbers = true)]
    experiments: Experiments,
    /// Train as long as the papers did: 30,000 iterations for statement 5, for instance
    #[arg(long)]
    full: bool,
    /// Iterations of the longest descents (statements 5, 6 and 8), in place of what is usual
    #[arg(long, value_name = "N", value_parser = whole::<u32>, allow_negative_numbers = true)]
    iterations: Option<u32>,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed, allow_negative_numbers = true)]
    seed: u64,
    /// Threads to compute with; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    threads: Option<usize>,
    /// How data are read, as key=value: digits, label, header, resize, colour, scaling; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Folder to write to [default: runs/lab-DATA-TIME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write into a folder that is not empty
    #[arg(long, requires = "out")]
    force: bool,
    #[command(flatten)]
    talk: Talk,
}

/// What is investigated, and how.
#[derive(Debug)]
struct Job<'a> {
    arguments: &'a Lab,
    /// The name of the data for files, and that for titles.
    name: String,
    title: String,
    data: Dataset,
    scaling: ScalingMethod,
    subject: Subject,
}

/// An outcome, and how long it took.
#[derive(Debug)]
struct Outcome {
    finding: Finding,
    seconds: f64,
}

pub(crate) fn run(arguments: &Lab) -> Result<(), Failure> {
    if arguments.iterations == Some(0) {
        return Err(Failure::usage("--iterations must be at least 1"));
    }
    let config = choice::config(arguments)?;
    with_threads(arguments.threads, || {
        // Nothing is set apart: the statements are about the data that are trained on.
        let data = source::load(&config, arguments.talk)?.train;
        let name = source::name(&config);
        let subject =
            Subject::new(matrix::<f64>(&data).view(), arguments.latent).map_err(|error| told(&error, &name))?;
        let (title, scaling) = (words::data_title(&config), config.scaling_method(data.schema()));
        let job = Job { arguments, name, title, data, scaling, subject };
        RunFolder::probe(arguments.out.as_deref(), arguments.force, &job.stem())?;
        job.run()
    })?
}

/// A fault of the data names them.
fn told(error: &Error, data: &str) -> Failure {
    match error {
        Error::Latent { .. } => Failure::usage(error.to_string()),
        Error::Cancelled => Failure::interrupted("interrupted; no file was written"),
        _ => Failure::run(format!("{data}: {error}")),
    }
}

impl Job<'_> {
    /// The name of its folder without the time.
    fn stem(&self) -> String {
        format!("lab-{}", self.name)
    }

    fn run(&self) -> Result<(), Failure> {
        let patience = interrupt::patiently();
        let talk = self.arguments.talk;
        if talk.json {
            events::start(self);
        } else if !talk.quiet {
            output::note(&self.announcement());
        }
        let outcomes = self.outcomes()?;
        let findings = events::all(self, &outcomes).to_string();
        let (out, force) = (self.arguments.out.as_deref(), self.arguments.force);
        let folder = RunFolder::create_with(out, force, &self.stem(), (FINDINGS, findings.as_bytes()))?;
        let page = page::report(self, &outcomes).write(folder.path())?;
        drop(patience);
        let page = page.display().to_string();
        if talk.json {
            events::done(&outcomes, &folder.path().display().to_string(), &page);
            return Ok(());
        }
        if !talk.quiet {
            output::line(&table::summary(&outcomes));
        }
        output::line(&format!("report: {page}"));
        Ok(())
    }

    /// Puts one statement after the other to the test, and tells each as soon as it is known.
    fn outcomes(&self) -> Result<Vec<Outcome>, Failure> {
        let statements = &self.arguments.experiments.0;
        let talk = self.arguments.talk;
        let mut progress = progress::Progress::new(talk, statements.len());
        let mut outcomes = Vec::with_capacity(statements.len());
        for &statement in statements {
            let begun = Instant::now();
            progress.begin(statement);
            let findings = run_on(&self.subject, &self.settings(statement), &mut |now| progress.tell(now.done));
            let finding =
                findings.map_err(|error| told(&error, &self.name))?.pop().expect("one statement was asked for");
            let outcome = Outcome { finding, seconds: begun.elapsed().as_secs_f64() };
            if talk.json {
                events::statement(&outcome);
            } else if !talk.quiet {
                progress.print(&table::of(&outcome.finding));
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    fn settings(&self, statement: Statement) -> Settings {
        Settings {
            latent: Some(self.subject.latent()),
            seed: self.arguments.seed,
            statements: vec![statement],
            effort: if self.arguments.full { Effort::Full } else { Effort::Quick },
            iterations: self.arguments.iterations,
        }
    }

    fn announcement(&self) -> String {
        let count = diabolo_report::count;
        let subject = &self.subject;
        format!(
            "Does a linear autoencoder find PCA? On {}: {} samples of {} numbers,\nwhich vary in {} directions, through a \
             code of {}.\n",
            self.title,
            count(subject.samples()),
            count(subject.features()),
            count(subject.rank()),
            count(subject.latent())
        )
    }
}
