//! Why the program ends without success: one sentence and an exit code.

use diabolo_models::Error;

/// A sentence that says what, where and what to do, and the exit code that belongs to it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) exit: u8,
}

impl Failure {
    /// The data or the run is at fault.
    pub(crate) fn run(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: 1 }
    }

    /// The command line or the settings are at fault.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: 2 }
    }

    /// Ctrl-C, after the run was saved.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: 130 }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error {
            Error::Setting(_) => 2,
            Error::Diverged { .. } | Error::DivergedInEvaluation { .. } => 3,
            _ => 1,
        };
        Self { message: error.to_string(), exit }
    }
}

impl From<diabolo_data::Error> for Failure {
    fn from(error: diabolo_data::Error) -> Self {
        Self::run(error.to_string())
    }
}

impl From<diabolo_report::Error> for Failure {
    fn from(error: diabolo_report::Error) -> Self {
        Self::run(error.to_string())
    }
}

/// The first line of a message of the argument parser, without its label.
pub(crate) fn one_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
