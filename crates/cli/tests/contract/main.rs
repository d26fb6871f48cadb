//! The command line as a contract: exit codes, sentences, events and files.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do fails the test")]

mod checkpoints;
mod comparison;
mod data_files;
#[cfg(unix)]
mod disk;
mod disturbed;
mod events;
mod exports;
mod fetching;
mod gradcheck;
#[cfg(unix)]
mod interrupt;
mod killed;
mod lab;
mod mistakes;
mod own_data;
mod program;
mod run_folder;
mod score;
#[cfg(unix)]
mod signals;
mod surroundings;
mod verbs;
