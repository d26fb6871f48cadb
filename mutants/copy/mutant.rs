//! The switch that says which mutant is on.

use std::sync::atomic::{AtomicUsize, Ordering};

static ACTIVE: AtomicUsize = AtomicUsize::new(0);

/// Turns on one mutant, or none for 0.
pub fn set(id: usize) {
    ACTIVE.store(id, Ordering::SeqCst);
}

/// Whether a mutant is off.
#[inline(always)]
pub(crate) fn off(id: usize) -> bool {
    ACTIVE.load(Ordering::Relaxed) != id
}

/// Marks the code of a mutant, so that what the compiler says of it can be traced.
#[inline(always)]
pub(crate) fn on(_: usize) {}
