//! Storage that starts on a cache line.
//!
//! A vector of 64 bytes that straddles two cache lines costs two reads. When storage starts on a line and rows are
//! a multiple of it, none does. The start is found with `align_offset` in a vector a little longer than needed.

use std::fmt::{self, Debug};
use std::ops::{Deref, DerefMut};

const LINE: usize = 64;

/// Growable storage of scalars, zero at first, that starts on a 64-byte cache line and is reused by capacity.
///
/// Scalars whose size does not divide a cache line start wherever the allocator put them.
///
/// ```
/// use diabolo_kernels::Buffer;
/// let mut b = Buffer::<f32>::zeros(100);
/// b[7] = 1.0;
/// b.resize(40); // keeps its storage
/// assert_eq!((b.len(), b[7]), (40, 1.0));
/// ```
pub struct Buffer<S> {
    store: Vec<S>,
    start: usize,
    len: usize,
}

impl<S: Copy + Default> Buffer<S> {
    /// `len` zeros (defaults of the scalar).
    pub fn zeros(len: usize) -> Self {
        if len == 0 {
            return Self::default();
        }
        let slack = LINE / size_of::<S>().max(1);
        let store = vec![S::default(); len + slack];
        let offset = store.as_ptr().align_offset(LINE);
        Self { store, start: if offset <= slack { offset } else { 0 }, len }
    }

    /// Changes the length. Storage is kept, and so are its contents, unless it is too small; then it is replaced by
    /// zeros. Elements gained by growing into kept storage hold whatever was there last.
    pub fn resize(&mut self, len: usize) {
        if self.start + len <= self.store.len() {
            self.len = len;
        } else {
            *self = Self::zeros(len);
        }
    }
}

impl<S> Default for Buffer<S> {
    fn default() -> Self {
        Self { store: Vec::new(), start: 0, len: 0 }
    }
}

impl<S: Copy + Default> From<&[S]> for Buffer<S> {
    fn from(values: &[S]) -> Self {
        let mut buffer = Self::zeros(values.len());
        buffer.copy_from_slice(values);
        buffer
    }
}

impl<S: Copy + Default> Clone for Buffer<S> {
    fn clone(&self) -> Self {
        Self::from(&**self)
    }
}

impl<S> Deref for Buffer<S> {
    type Target = [S];
    #[inline(always)]
    fn deref(&self) -> &[S] {
        &self.store[self.start..][..self.len]
    }
}

impl<S> DerefMut for Buffer<S> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [S] {
        &mut self.store[self.start..][..self.len]
    }
}

impl<S: Debug> Debug for Buffer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_on_a_cache_line() {
        for len in [1, 5, 16, 1000] {
            assert_eq!(Buffer::<f32>::zeros(len).as_ptr().align_offset(LINE), 0);
            assert_eq!(Buffer::<[f64; 2]>::zeros(len).as_ptr().align_offset(LINE), 0);
            assert_eq!(Buffer::from(&vec![1.0; len][..]).clone().as_ptr().align_offset(LINE), 0);
        }
    }

    #[test]
    fn scalars_of_any_size_have_a_place() {
        assert_eq!(Buffer::<[f64; 3]>::zeros(7).len(), 7);
        assert_eq!(Buffer::<[u8; 24]>::zeros(3).len(), 3);
        assert_eq!(Buffer::<f32>::default().len(), 0);
    }

    #[test]
    fn shrinking_and_growing_again_keeps_the_storage() {
        let mut buffer = Buffer::<f32>::zeros(1000);
        let place = buffer.as_ptr();
        for len in [10, 0, 1000, 999] {
            buffer.resize(len);
            assert_eq!((buffer.len(), buffer.as_ptr()), (len, place));
        }
        buffer.resize(5000);
        assert_eq!(buffer.len(), 5000);
    }
}
