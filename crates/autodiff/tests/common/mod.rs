//! Random tensors for tests.

use diabolo_autodiff::Domain;
use diabolo_kernels::random::{Key, Stream, fill_uniform};
use ndarray::ArrayD;

/// A tensor drawn from `domain`; another `site` draws another.
pub(crate) fn draw(site: u32, shape: &[usize], domain: Domain) -> ArrayD<f64> {
    let mut u = ArrayD::<f64>::zeros(shape);
    fill_uniform(
        Key::new(3, Stream::Sample).site(site),
        0.0,
        1.0,
        u.as_slice_mut().expect("new arrays are contiguous"),
    );
    u.mapv(|u| domain.at(u))
}
