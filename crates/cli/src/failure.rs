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

    /// Ctrl-C.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: 130 }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Setting(_) => 2,
            _ if error.is_divergence() => 3,
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

/// What the argument parser says, which does not tell which argument is no text.
pub(crate) fn of_arguments(error: &clap::Error) -> Failure {
    let strange = std::env::args_os().skip(1).find(|argument| argument.to_str().is_none());
    match strange.filter(|_| error.kind() == clap::error::ErrorKind::InvalidUtf8) {
        Some(argument) => {
            let argument = argument.display();
            Failure::usage(format!("'{argument}' is not UTF-8, as settings are; rename the file or folder"))
        }
        None => Failure::usage(one_line(&error.to_string())),
    }
}

/// A message of the argument parser as one sentence: what is wrong and what would be right, without the usage.
fn one_line(message: &str) -> String {
    let lines = message.lines().map(|line| line.trim().trim_matches(['[', ']'])).filter(|line| !line.is_empty());
    let told: Vec<&str> =
        lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more")).collect();
    told.join("; ").replace(":; ", ": ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_message_of_many_lines_becomes_one_sentence() {
        let message =
            "error: invalid value 'vea' for '<MODEL>'\n  [possible values: pca, vae]\n\nFor more information, try";
        assert_eq!(one_line(message), "invalid value 'vea' for '<MODEL>'; possible values: pca, vae");
        let message = "error: these were not provided:\n  <MODEL>\n\nUsage: diabolo train <MODEL>\n";
        assert_eq!(one_line(message), "these were not provided: <MODEL>");
    }
}
