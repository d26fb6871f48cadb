//! Asking the checks about mutants, in a process of its own that may hang or die.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde::Serialize;

/// What the checks say of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Nobody objected.
    Survived,
    /// These witnesses did; a panic, an end of the process and a hang count as such.
    Killed(Vec<String>),
}

/// The checks of the instrumented copy, started anew when a mutant has brought them down.
#[derive(Debug)]
pub(crate) struct Checks {
    program: PathBuf,
    seed: u64,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    process: Child,
    questions: ChildStdin,
    answers: Receiver<String>,
}

impl Checks {
    pub(crate) fn new(program: &Path, seed: u64) -> Self {
        Self { program: program.to_owned(), seed, running: None }
    }

    /// The verdict on mutant `id` by the checks of `op`, or of all.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub(crate) fn ask(&mut self, id: usize, op: Option<&str>, limit: Duration) -> Result<Verdict, String> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.start()?,
        };
        let asked = writeln!(running.questions, "{id} {}", op.unwrap_or("*"));
        let answer = asked.ok().map(|()| running.answers.recv_timeout(limit));
        if let Some(Ok(answer)) = answer {
            self.running = Some(running);
            return Ok(verdict(&answer));
        }
        let ended = matches!(running.process.try_wait(), Ok(Some(_)));
        stop(running);
        Ok(Verdict::Killed(vec![if ended { "end of the process" } else { "time limit" }.to_owned()]))
    }

    fn start(&self) -> Result<Running, String> {
        let mut process = Command::new(&self.program)
            .arg(self.seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", self.program.display()))?;
        let questions = process.stdin.take().ok_or("the program takes no input")?;
        let output = process.stdout.take().ok_or("the program gives no output")?;
        let (send, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Running { process, questions, answers })
    }
}

impl Drop for Checks {
    fn drop(&mut self) {
        self.running.take().into_iter().for_each(stop);
    }
}

fn stop(running: Running) {
    let Running { mut process, .. } = running;
    // It may have ended by itself.
    let _ = process.kill();
    let _ = process.wait();
}

fn verdict(answer: &str) -> Verdict {
    match answer.strip_prefix("killed ") {
        Some(witnesses) => Verdict::Killed(witnesses.split(',').map(str::to_owned).collect()),
        None => Verdict::Survived,
    }
}
