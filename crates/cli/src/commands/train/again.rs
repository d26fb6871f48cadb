//! The commands that make a run again and that go on with it.

use std::path::Path;

use super::Job;
use crate::run_folder::RunFolder;

/// The command that the program was called by, as a shell reads it.
pub(crate) fn command_line() -> String {
    let arguments = std::env::args_os().skip(1).map(|argument| quoted(&argument.to_string_lossy()));
    ["diabolo".to_owned()].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// The command that goes on with a run.
pub(super) fn resume_command(job: &Job, folder: &RunFolder, epochs: u32) -> String {
    let data_dir = &job.config.data_dir;
    let path = |path: &Path| quoted(&path.display().to_string());
    let data_dir =
        if data_dir.as_os_str().is_empty() { String::new() } else { format!(" --data-dir {}", path(data_dir)) };
    format!("diabolo train {} --resume {} --epochs {epochs}{data_dir}", job.config.model, path(folder.path()))
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+,./:@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}
