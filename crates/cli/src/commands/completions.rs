//! `diabolo completions`

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::arguments::Cli;
use crate::failure::Failure;
use crate::output;

const EXAMPLES: &str = "\
Examples:
  diabolo completions bash > ~/.local/share/bash-completion/completions/diabolo
  diabolo completions fish > ~/.config/fish/completions/diabolo.fish";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
    /// Nothing changes: the completions are all that is printed
    #[arg(short, long, hide = true)]
    quiet: bool,
}

pub(crate) fn run(arguments: &Completions) -> Result<(), Failure> {
    let mut script = vec![];
    generate(arguments.shell, &mut Cli::command(), "diabolo", &mut script);
    output::text(&script);
    Ok(())
}
