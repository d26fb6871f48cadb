//! A matrix stored column after column, the order in which orthogonal factorisations walk through it.

use std::ops::Range;

/// A matrix of `height` × `width` whose columns lie one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    /// Entry (i, j) is `values[j * height + i]`.
    pub(crate) values: Vec<f64>,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

impl Columns {
    pub(crate) fn zeros(height: usize, width: usize) -> Self {
        Self { values: vec![0.0; height * width], height, width }
    }

    /// The columns `which` of the identity, cut or padded with zeros to `height`.
    pub(crate) fn identity(height: usize, which: Range<usize>) -> Self {
        let mut unit = Self::zeros(height, which.len());
        for (j, i) in which.enumerate() {
            unit.column_mut(j)[i] = 1.0;
        }
        unit
    }

    pub(crate) fn column(&self, j: usize) -> &[f64] {
        &self.values[j * self.height..][..self.height]
    }

    pub(crate) fn column_mut(&mut self, j: usize) -> &mut [f64] {
        &mut self.values[j * self.height..][..self.height]
    }

    pub(crate) fn swap(&mut self, i: usize, j: usize) {
        let (low, high) = (i.min(j), i.max(j));
        if low < high {
            let (front, back) = self.values.split_at_mut(high * self.height);
            front[low * self.height..][..self.height].swap_with_slice(&mut back[..self.height]);
        }
    }

    /// The columns named by `order`, each cut to its entries `rows`.
    pub(crate) fn select(&self, order: &[usize], rows: Range<usize>) -> Self {
        let values = order.iter().flat_map(|&j| self.column(j)[rows.clone()].iter().copied()).collect();
        Self { values, height: rows.len(), width: order.len() }
    }

    /// The same matrix with rows of zeros below, up to `height`.
    pub(crate) fn padded(&self, height: usize) -> Self {
        let mut padded = Self::zeros(height, self.width);
        for j in 0..self.width {
            padded.column_mut(j)[..self.height].copy_from_slice(self.column(j));
        }
        padded
    }

    pub(crate) fn transposed(&self) -> Self {
        let values = (0..self.height).flat_map(|i| (0..self.width).map(move |j| self.column(j)[i])).collect();
        Self { values, height: self.width, width: self.height }
    }
}
