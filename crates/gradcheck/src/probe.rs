//! A function of tensors, evaluated near a point.

use ndarray::ArrayD;

/// A function of tensors.
pub(crate) type Function<'a> = &'a mut dyn FnMut(&[ArrayD<f64>]) -> ArrayD<f64>;

/// A function of tensors in standard layout, and a point to move away from.
pub(crate) struct Probe<'a> {
    start: &'a [ArrayD<f64>],
    point: Vec<ArrayD<f64>>,
    function: Function<'a>,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(start: &'a [ArrayD<f64>], function: Function<'a>) -> Self {
        Self { start, point: start.to_vec(), function }
    }

    /// The output with one element of one input moved.
    pub(crate) fn at_element(&mut self, input: usize, element: usize, step: f64) -> ArrayD<f64> {
        let x = elements(&self.start[input])[element];
        let moving = self.point[input].as_slice_mut().expect("inputs are in standard layout");
        moving[element] = x + step;
        let y = (self.function)(&self.point);
        self.point[input].as_slice_mut().expect("inputs are in standard layout")[element] = x;
        y
    }

    /// The output with one input moved along v.
    pub(crate) fn along(&mut self, input: usize, v: &ArrayD<f64>, step: f64) -> ArrayD<f64> {
        self.point[input].scaled_add(step, v);
        let y = (self.function)(&self.point);
        self.point[input].assign(&self.start[input]);
        y
    }
}

/// The elements, row-major.
pub(crate) fn elements(array: &ArrayD<f64>) -> &[f64] {
    array.as_slice().expect("inputs and gradients are in standard layout")
}

/// The indices of element number `at`, row-major.
pub(crate) fn position(shape: &[usize], mut at: usize) -> Vec<usize> {
    let mut indices = vec![0; shape.len()];
    for (index, extent) in indices.iter_mut().zip(shape).rev() {
        (*index, at) = (at % extent, at / extent);
    }
    indices
}

#[cfg(test)]
mod tests {
    use ndarray::{ArrayD, arr1};

    use super::{Probe, position};

    #[test]
    fn positions_are_row_major() {
        assert_eq!(position(&[2, 3, 4], 23), [1, 2, 3]);
        assert_eq!(position(&[2, 3, 4], 5), [0, 1, 1]);
        assert_eq!(position(&[], 0), [] as [usize; 0]);
    }

    #[test]
    fn every_move_starts_from_the_point() {
        let start = [arr1(&[1.0, 2.0]).into_dyn()];
        let mut first = |x: &[ArrayD<f64>]| x[0].clone();
        let mut probe = Probe::new(&start, &mut first);
        assert_eq!(probe.at_element(0, 1, 0.5).as_slice(), Some(&[1.0, 2.5][..]));
        assert_eq!(probe.along(0, &arr1(&[2.0, -2.0]).into_dyn(), 0.5).as_slice(), Some(&[2.0, 1.0][..]));
        assert_eq!(probe.at_element(0, 0, 0.0), start[0]);
    }
}
