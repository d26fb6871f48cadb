//! Where something was measured.

use std::{fs, thread};

use serde::{Deserialize, Serialize};

/// A machine, as far as it tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// The name of its processor.
    pub processor: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// Architecture and operating system.
    pub system: String,
}

impl Machine {
    /// The machine this runs on.
    pub fn here() -> Self {
        let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            let line = described.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let family = field("cpu family").zip(field("model\t")).map(|(f, m)| format!(", family {f}, model {m}"));
        let name = field("model name").unwrap_or_else(|| "a processor without a name".to_owned());
        Self {
            processor: name + &family.unwrap_or_default(),
            cores: thread::available_parallelism().map_or(1, usize::from),
            system: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        }
    }
}
