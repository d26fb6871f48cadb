//! `diabolo`: train, compare and use PCA and autoencoders from the command line.
//!
//! This crate parses arguments, shows progress and picks exit codes; everything numerical is in the libraries. It is a library too, so
//! that it is compiled beside those above it: a program waits until all are finished.

#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod events;
mod export;
mod failure;
mod fetch;
mod figures;
mod input;
mod interrupt;
mod measures;
mod metrics_csv;
mod output;
mod progress;
mod run_folder;
mod settings;
mod sink;
mod source;
mod words;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;

use crate::arguments::{Cli, Command};
use crate::failure::Failure;

/// Runs the command that the arguments of the process ask for.
pub fn main() -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if asks_for_help(&error) => error.exit(),
        Err(error) => return fail(&failure::of_arguments(&error), wants_json),
    };
    interrupt::install(wants_json);
    let result = match cli.command {
        Command::Train(arguments) => commands::train::run(&arguments),
        Command::Encode(verb) => commands::perform(&verb),
        Command::Decode(verb) => commands::perform(&verb),
        Command::Reconstruct(verb) => commands::perform(&verb),
        Command::Sample(verb) => commands::perform(&verb),
        Command::Interpolate(verb) => commands::perform(&verb),
        Command::Traverse(verb) => commands::perform(&verb),
        Command::Score(verb) => commands::perform(&verb),
        Command::Lab(arguments) => commands::lab::run(&arguments),
        Command::Report(arguments) => commands::report::run(&arguments),
        Command::Data(arguments) => commands::data::run(&arguments),
        Command::Gradcheck(arguments) => commands::gradcheck::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => fail(&failure, wants_json),
    }
}

/// Says what is wrong, to people and to programs; once, though a second Ctrl-C may meet the end of the first.
fn fail(failure: &Failure, wants_json: bool) -> ExitCode {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if !TOLD.swap(true, Ordering::SeqCst) {
        if wants_json {
            events::error(failure);
        }
        output::note(&format!("error: {}", failure.message));
    }
    ExitCode::from(failure.exit)
}

fn asks_for_help(error: &clap::Error) -> bool {
    use clap::error::ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(error.kind(), DisplayHelp | DisplayVersion | DisplayHelpOnMissingArgumentOrSubcommand)
}
