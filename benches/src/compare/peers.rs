//! Who the peers are, and how they are started.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Options;
pub(crate) use super::peer::Peer;

/// The folder of the peers.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// A peer in Python: a script with its arguments.
pub(crate) fn python(options: &Options, name: &str, script: &str, arguments: &[&str]) -> Result<Peer, String> {
    wanted(options, name)?;
    let mut command = Command::new(&options.python);
    command.arg(folder().join(script)).args(arguments);
    Peer::start(name, with_common(command, options))
}

/// A peer in Rust that trains: the package `peer-NAME` of the workspace of peers, if it is built.
pub(crate) fn rust(options: &Options, name: &str, order: &str) -> Result<Peer, String> {
    wanted(options, name)?;
    let program = folder().join("target/native/release").join(format!("peer-{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        return Err(format!("{name}: it is not built; benches/README.md says how"));
    }
    let mut command = Command::new(program);
    command.args(["--order", order]);
    Peer::start(name, with_common(command, options))
}

fn wanted(options: &Options, name: &str) -> Result<(), String> {
    let wanted = options.peers.is_empty() || options.peers.iter().any(|other| other == name);
    if wanted { Ok(()) } else { Err(format!("{name}: it is not among --peers")) }
}

/// Any other command that serves rounds: its words, and what all are told.
pub(crate) fn also(options: &Options, words: &str, order: &str) -> Result<Peer, String> {
    let mut words = words.split_whitespace();
    let program = words.next().ok_or("--also is empty")?;
    let mut command = Command::new(program);
    command.args(words).args(["--order", order]);
    Peer::start(program, with_common(command, options))
}

fn with_common(mut command: Command, options: &Options) -> Command {
    command.args(["--threads", &options.threads.to_string()]);
    if let Some(data) = &options.data {
        command.arg("--data").arg(data);
    }
    // For those who read it before any argument.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"] {
        command.env(name, options.threads.to_string());
    }
    command
}

/// Those that started, and why the others did not.
pub(crate) fn started(attempts: Vec<Result<Peer, String>>) -> (Vec<Peer>, Vec<String>) {
    let (mut peers, mut skipped) = (vec![], vec![]);
    for attempt in attempts {
        match attempt {
            Ok(peer) => peers.push(peer),
            Err(reason) => skipped.push(reason),
        }
    }
    (peers, skipped)
}

/// A round of each; who fails is out, with its reason among `skipped`.
pub(crate) fn round(peers: &mut Vec<Peer>, skipped: &mut Vec<String>) {
    peers.retain_mut(|peer| {
        std::thread::sleep(super::REST);
        peer.round().map_err(|reason| skipped.push(reason)).is_ok()
    });
}
