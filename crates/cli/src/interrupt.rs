//! Ctrl-C: a training run is asked to stop after its step, a command that writes after its block of samples; anything else
//! ends at once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static ASKED: AtomicBool = AtomicBool::new(false);
static PATIENT: AtomicBool = AtomicBool::new(false);

/// The exit code of an interrupted program.
const EXIT: i32 = 130;

/// Listens for Ctrl-C and termination.
pub(crate) fn install() {
    let listening = ctrlc::set_handler(|| {
        if !PATIENT.load(Ordering::SeqCst) || ASKED.swap(true, Ordering::SeqCst) {
            // Nothing to save, or the second request: files appear whole or not at all.
            crate::output::note("error: interrupted");
            std::process::exit(EXIT);
        }
    });
    if listening.is_err() {
        crate::output::note("note: Ctrl-C cannot be caught here, so it will not save");
    }
}

/// While the result is held, Ctrl-C waits for the step or the block to end.
pub(crate) fn patiently() -> Patience {
    PATIENT.store(true, Ordering::SeqCst);
    Patience
}

/// Whether Ctrl-C was pressed.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Ends a command whose files appear whole when it ends, or not at all.
pub(crate) fn check() -> Result<(), Failure> {
    if asked() { Err(Failure::interrupted("interrupted; no file was written")) } else { Ok(()) }
}

/// See [`patiently`].
#[derive(Debug)]
pub(crate) struct Patience;

impl Drop for Patience {
    fn drop(&mut self) {
        PATIENT.store(false, Ordering::SeqCst);
    }
}
