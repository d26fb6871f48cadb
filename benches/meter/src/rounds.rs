//! A contestant that is a process of its own.
//!
//! It says who it is when it is ready, that is when data are loaded and everything is compiled that compiles at run time.
//! Then it does a round for each line that it is sent, and answers with a line of JSON:
//!
//! ```text
//! peer:  {"name":"pytorch","about":"2.15.0, fused"}
//! asked: round
//! peer:  {"seconds":1.84,"train":163.1,"test":126.3}
//! ```
//!
//! So it stays alive and warm between its rounds, and rests while others have theirs.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::record::Reading;

/// How a process introduces itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    /// Its name.
    pub name: String,
    /// Its version, and how it runs.
    pub about: String,
}

/// Serves rounds on standard input and output until the input ends, or `count` rounds without waiting to be asked.
///
/// # Errors
/// If standard input or output fails, or `round` does.
pub fn serve(ready: &Ready, count: Option<usize>, mut round: impl FnMut() -> io::Result<Reading>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let mut say = |text: String| writeln!(output, "{text}").and_then(|()| output.flush());
    say(serde_json::to_string(ready)?)?;
    match count {
        Some(count) => (0..count).try_for_each(|_| say(serde_json::to_string(&round()?)?)),
        None => {
            io::stdin().lock().lines().try_for_each(|line| line.and_then(|_| say(serde_json::to_string(&round()?)?)))
        }
    }
}
