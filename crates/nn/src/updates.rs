//! New values of buffers, between the forward pass that computes them and the module that takes them over.

use std::sync::Arc;

use diabolo_kernels::{Buffer, Scalar};

use crate::parameter::{Module, Parameter, Path};

/// What a forward pass makes of buffers: the running statistics of a normalisation.
///
/// A forward pass sees its module and cannot change it, so that the same numbers always give the same loss: gradients can
/// be checked by differences, and a pass that fails leaves nothing half done. What a layer wants to remember it writes
/// here, through [`Context::update`](crate::Context::update); the trainer puts it into the module together with the step
/// of the optimizer. Filled again, it needs no new memory.
#[derive(Debug, Default)]
pub struct Updates<S> {
    entries: Vec<Entry<S>>,
    used: usize,
}

#[derive(Debug)]
struct Entry<S> {
    /// Where the buffer lies whose new values these are.
    address: usize,
    values: Buffer<S>,
}

impl<S: Scalar> Updates<S> {
    /// No updates.
    pub fn new() -> Self {
        Self { entries: vec![], used: 0 }
    }

    /// Forgets all updates and keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.used = 0;
    }

    /// Lets `change` turn the values of a buffer into new ones: those of an earlier call in the same pass, if there was one.
    pub(crate) fn push(&mut self, buffer: &Parameter<S>, change: impl FnOnce(&mut [S])) {
        let address = Arc::as_ptr(buffer.shared()).addr();
        let known = self.entries[..self.used].iter().position(|entry| entry.address == address);
        let at = known.unwrap_or_else(|| {
            if self.used == self.entries.len() {
                self.entries.push(Entry { address, values: Buffer::default() });
            }
            let entry = &mut self.entries[self.used];
            entry.address = address;
            entry.values.resize(buffer.value().len());
            entry.values.copy_from_slice(buffer.value());
            self.used += 1;
            self.used - 1
        });
        change(&mut self.entries[at].values);
    }

    /// Puts the new values into the buffers of the module that they were computed from.
    ///
    /// Call it when the tape has been reset: a buffer that a tape still holds is copied before it changes.
    pub fn apply(&self, module: &mut dyn Module<S>) {
        if self.used == 0 {
            return;
        }
        module.visit_mut(Path::ROOT, &mut |_, parameter| {
            let address = Arc::as_ptr(parameter.shared()).addr();
            if let Some(entry) = self.entries[..self.used].iter().find(|entry| entry.address == address) {
                parameter.value_mut().copy_from_slice(&entry.values);
            }
        });
    }
}
