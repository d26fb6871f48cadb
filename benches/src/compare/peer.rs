//! A peer: a process that does a round when it is asked to (`diabolo_meter::rounds` says how).

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use diabolo_meter::rounds::Ready;
use diabolo_meter::{Contestant, Reading};

/// A process that is alive, and what it has measured so far.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) contestant: Contestant,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    complaints: Arc<Mutex<String>>,
}

impl Peer {
    /// Starts `command` and waits until it is ready; or says in a sentence why it is not.
    pub(crate) fn start(name: &str, mut command: Command) -> Result<Self, String> {
        let program = command.get_program().display().to_string();
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| format!("{name}: {program} cannot be started ({error})"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (input, output) = input.zip(output).expect("both were asked for");
        let complaints = Arc::new(Mutex::new(String::new()));
        if let Some(errors) = child.stderr.take() {
            thread::spawn({
                let complaints = Arc::clone(&complaints);
                move || keep_last_line(errors, &complaints)
            });
        }
        let contestant = Contestant::new(name, "");
        let mut peer = Self { contestant, child, input, output: BufReader::new(output), complaints };
        let Ready { name, about } = peer.answer()?;
        (peer.contestant.name, peer.contestant.about) = (name, about);
        Ok(peer)
    }

    /// Lets it do a round and keeps what it measured.
    pub(crate) fn round(&mut self) -> Result<(), String> {
        // If it has ended, its answer says why.
        let _ = self.input.write_all(b"round\n").and_then(|()| self.input.flush());
        let reading: Reading = self.answer()?;
        self.contestant.readings.push(reading);
        Ok(())
    }

    fn answer<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, String> {
        let mut line = String::new();
        let read = self.output.read_line(&mut line);
        let name = &self.contestant.name;
        if !matches!(read, Ok(1..)) {
            let _ = self.child.wait();
            let last = self.complaints.lock().map_or_else(|_| String::new(), |last| last.clone());
            return Err(format!("{name}: it ended{}{last}", if last.is_empty() { "" } else { ": " }));
        }
        serde_json::from_str(&line).map_err(|error| format!("{name}: it answered '{}' ({error})", line.trim()))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keep_last_line(errors: impl Read, complaints: &Mutex<String>) {
    for line in BufReader::new(errors).lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
        if let Ok(mut last) = complaints.lock() {
            *last = line.trim().to_owned();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Peer, String> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Peer::start("somebody", command)
    }

    #[test]
    fn a_round_for_each_line() {
        let ready = r#"echo '{"name":"shell","about":"1.0"}'"#;
        let round = r#"while read line; do echo '{"seconds":0.5,"train":3.0}'; done"#;
        let mut peer = shell(&format!("{ready}; {round}")).unwrap();
        assert_eq!((&*peer.contestant.name, &*peer.contestant.about), ("shell", "1.0"));
        peer.round().unwrap();
        peer.round().unwrap();
        assert_eq!(peer.contestant.readings.len(), 2);
        assert_eq!(peer.contestant.readings[1].beside["train"], 3.0);
    }

    #[test]
    fn what_goes_wrong_is_one_sentence() {
        let reason = Peer::start("jax", Command::new("no-such-python")).unwrap_err();
        assert!(reason.starts_with("jax: no-such-python cannot be started"), "{reason}");
        assert!(shell("echo oh").unwrap_err().contains("it answered 'oh'"));
        assert!(shell("exit 1").unwrap_err().contains("it ended"));
    }
}
