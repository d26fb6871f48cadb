//! Numbers to compute with: the same for everyone who asks.

use diabolo_data::{Dataset, digits};
use diabolo_kernels::Buffer;
use diabolo_kernels::random::{Key, Stream, fill_normal, fill_uniform};
use ndarray::Array2;

/// Uniform numbers between −1 and 1; another `site`, other numbers.
pub fn uniform(len: usize, site: u32) -> Buffer<f32> {
    let mut values = Buffer::zeros(len);
    fill_uniform(Key::new(1, Stream::Data).site(site), -1.0, 1.0, &mut values);
    values
}

/// A matrix of standard normal numbers.
pub fn normal(rows: usize, columns: usize) -> Array2<f32> {
    let mut values = Array2::zeros((rows, columns));
    let out = values.as_slice_mut().expect("a new matrix is contiguous");
    fill_normal(Key::new(1, Stream::Data), 0.0, 1.0, out);
    values
}

/// Built-in digits, which need no file.
///
/// # Panics
/// If `count` is 0.
pub fn drawn(count: usize) -> Dataset {
    digits::generate(count, 1).images
}
