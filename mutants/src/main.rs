//! Breaks every rule on purpose and asks the gradient checks.
//!
//! A check is worth what it refuses. This program makes wrong copies of the rules and of the driver (a sign turned, + for
//! −, × for ÷, a term dropped, a constant shifted by 2⁻⁷, a comparison flipped, a condition forced, a function exchanged, a
//! cotangent not given, a line skipped, a sum of which only the first part is taken, an index off by one), and runs the
//! checks of that op on each: `check_ops` of `diabolo-gradcheck` and the figures from outside. One that all witnesses
//! accept has *survived*: a mistake of that form would not be noticed.
//!
//! The search for the rule that made a NaN or an infinity (`gradients/non_finite.rs`) is left as it is: it changes no
//! gradient, so no check of an op could object, and `tests/non_finite.rs` of autodiff holds it.
//!
//! ```text
//! cargo run --release -p diabolo-mutants                    all mutants
//! cargo run --release -p diabolo-mutants -- --op softmax    those of one op
//! cargo run --release -p diabolo-mutants -- --list          what they are
//! ```
//!
//! All mutants stand in one build, each behind a switch that is turned at run time (Untch, Offutt and Harrold, *Mutation
//! analysis using mutant schemata*, ISSTA 1993). `schema.rs` writes the copy with the switches, `alternatives.rs` says what
//! may be wrong with an expression, `copy.rs` builds the copy below `target/mutants` and leaves out what is not Rust in its
//! place, `ask.rs` runs the checks in a process of its own, since a mutant may hang.
//!
//! Mutants that change nothing (> for ≥ where both sides agree) are listed in `survivors.toml` with the reason. The program
//! ends with 1 if a mutant survives that is not listed, if one that is listed is killed, or if an entry names no mutant.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

mod alternatives;
mod ask;
mod copy;
mod mutant;
mod report;
mod results;
mod schema;
mod survivors;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use diabolo_kernels::random::{Key, Stream, shuffle};

use ask::{Checks, Verdict};
use copy::Copy;
use mutant::Mutant;
use report::Outcome;
use survivors::Survivors;

/// Breaks every rule on purpose and asks the gradient checks.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only the mutants of this op; `driver` for those of no op.
    #[arg(long)]
    op: Option<String>,
    /// Only so many mutants, chosen at random.
    #[arg(long)]
    limit: Option<usize>,
    /// The seed of that choice and of the checks.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many seconds the checks of one mutant may take.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Shows the mutants and asks nobody.
    #[arg(long)]
    list: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether the list of survivors says what is so.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().ok_or("this package lies in the workspace")?;
    let survivors = Survivors::parse(include_str!("../survivors.toml"))?;
    let mut copy = Copy::of(root)?;
    if arguments.list {
        chosen(&copy.mutants, arguments)?.iter().for_each(|mutant| println!("{mutant}"));
        return Ok(true);
    }
    eprintln!("building {} mutants of rules and driver", copy.mutants.len());
    let program = copy.build()?;
    let chosen = chosen(&copy.mutants, arguments)?;
    let mut checks = Checks::new(&program, arguments.seed);
    let limit = Duration::from_secs(arguments.seconds);
    if let Verdict::Killed(witnesses) = checks.ask(0, None, limit.max(Duration::from_secs(600)))? {
        return Err(format!("without any mutant the checks already fail: {}", witnesses.join(", ")));
    }
    let mut verdicts = vec![];
    for (at, mutant) in chosen.iter().enumerate() {
        progress(at + 1, chosen.len(), mutant);
        verdicts.push((mutant.clone(), checks.ask(mutant.id, mutant.op(), limit)?));
    }
    let outcome = Outcome { verdicts, unknown: survivors.unknown(&copy.mutants) };
    if arguments.json {
        println!("{:#}", outcome.json(&survivors));
    } else {
        println!("{}", outcome.table(&survivors));
    }
    Ok(outcome.passed(&survivors))
}

/// The mutants that are asked for, in order.
fn chosen(mutants: &[Mutant], arguments: &Arguments) -> Result<Vec<Mutant>, String> {
    let wanted = |mutant: &&Mutant| match arguments.op.as_deref() {
        None => true,
        Some("driver") => mutant.op().is_none(),
        Some(op) => mutant.op() == Some(op),
    };
    let all: Vec<&Mutant> = mutants.iter().filter(wanted).collect();
    if all.is_empty() {
        let op = arguments.op.as_deref().unwrap_or("any op");
        return Err(format!("there is no mutant of {op}; --list shows them all"));
    }
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    shuffle(Key::new(arguments.seed, Stream::Sample), &mut order);
    order.truncate(arguments.limit.unwrap_or(usize::MAX));
    order.sort_unstable();
    Ok(order.into_iter().map(|at| all[at as usize].clone()).collect())
}

fn progress(at: usize, all: usize, mutant: &Mutant) {
    let mut terminal = std::io::stderr();
    if terminal.is_terminal() {
        // Nobody is hurt if this cannot be shown.
        let _ = write!(terminal, "\r\x1b[K{at} of {all}  {}", mutant.group());
        let _ = terminal.flush();
    }
}
