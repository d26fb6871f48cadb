//! Rows of a matrix by index: picked out, and added up.
//!
//! The two are transposes of each other: what one reads from a row, the other adds to it. Where an index is repeated its
//! rows are added in the order of the indices, by the one thread that owns the row, so the sum has the same bits at any
//! number of threads.

use crate::map::GRAIN;
use crate::parallel::{self, Divisible};
use crate::{Loop, Scalar};

/// Row `i` of `to` becomes row `indices[i]` of `from`; rows have `width` elements.
///
/// ```
/// let mut to = [0.0; 6];
/// diabolo_kernels::gather_rows(&[1.0, 2.0, 3.0, 4.0], 2, &[1, 0, 1], &mut to);
/// assert_eq!(to, [3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
/// ```
///
/// # Panics
/// If `from` has no such row, or `to` does not have one row an index.
#[track_caller]
pub fn gather_rows<S: Copy + Send + Sync>(from: &[S], width: usize, indices: &[u32], to: &mut [S]) {
    assert_eq!(to.len(), indices.len() * width, "{} rows of {width} elements are gathered", indices.len());
    check(indices, from.len(), width);
    if !to.is_empty() {
        parallel::run(Gather { from, width, indices, to }, (GRAIN / width).max(1));
    }
}

/// Row r of `to` becomes row r of `start` (0 without one) and all rows `i` of `from` with `indices[i]` = r on top of it.
///
/// ```
/// let mut to = [0.0; 4];
/// diabolo_kernels::scatter_rows(None, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, &[1, 0, 1], &mut to);
/// assert_eq!(to, [3.0, 4.0, 6.0, 8.0]);
/// ```
///
/// # Panics
/// If `to` has no such row, `from` does not have one row an index, or `start` and `to` differ in size.
#[track_caller]
pub fn scatter_rows<S: Scalar>(start: Option<&[S]>, from: &[S], width: usize, indices: &[u32], to: &mut [S]) {
    assert_eq!(from.len(), indices.len() * width, "{} rows of {width} elements are scattered", indices.len());
    assert!(start.is_none_or(|start| start.len() == to.len()), "a scatter starts from as many elements as it fills");
    check(indices, to.len(), width);
    if to.is_empty() {
        return;
    }
    // Every piece looks at all indices, so there are not many: enough for threads that end early to help the others.
    let (rows, work) = (to.len() / width, to.len() + from.len());
    let pieces = work.div_ceil(GRAIN).min(4 * rayon_core::current_num_threads());
    parallel::run(Scatter { start, from, width, indices, first: 0, to }, rows.div_ceil(pieces));
}

#[track_caller]
fn check(indices: &[u32], len: usize, width: usize) {
    let rows = len.checked_div(width);
    if let Some((i, index)) =
        indices.iter().enumerate().find(|(_, index)| rows.is_some_and(|rows| **index as usize >= rows))
    {
        panic!("index {index} at place {i} of a matrix of {} rows", rows.unwrap_or(0));
    }
}

struct Gather<'a, S> {
    from: &'a [S],
    width: usize,
    indices: &'a [u32],
    to: &'a mut [S],
}

impl<S: Copy + Send + Sync> Divisible for Gather<'_, S> {
    fn units(&self) -> usize {
        self.indices.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let ((a, b), (front, back)) = (self.indices.split_at(at), self.to.split_at_mut(at * self.width));
        (Self { indices: a, to: front, ..self }, Self { indices: b, to: back, ..self })
    }

    fn run(self) {
        for (to, &index) in self.to.chunks_exact_mut(self.width).zip(self.indices) {
            to.copy_from_slice(&self.from[index as usize * self.width..][..self.width]);
        }
    }
}

/// The rows that `to` holds, from number `first` on.
struct Scatter<'a, S> {
    start: Option<&'a [S]>,
    from: &'a [S],
    width: usize,
    indices: &'a [u32],
    first: usize,
    to: &'a mut [S],
}

impl<S: Scalar> Divisible for Scatter<'_, S> {
    fn units(&self) -> usize {
        self.to.len() / self.width
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.to.split_at_mut(at * self.width);
        (Self { to: front, ..self }, Self { to: back, first: self.first + at, ..self })
    }

    fn run(self) {
        crate::vectorised::<S, _>(self);
    }
}

impl<S: Scalar> Loop for Scatter<'_, S> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { start, from, width, indices, first, to } = self;
        match start {
            Some(start) => to.copy_from_slice(&start[first * width..][..to.len()]),
            None => to.fill(S::zero()),
        }
        let mine = first..first + to.len() / width;
        for (&index, row) in indices.iter().zip(from.chunks_exact(width)) {
            if mine.contains(&(index as usize)) {
                let to = &mut to[(index as usize - first) * width..][..width];
                to.iter_mut().zip(row).for_each(|(to, from)| *to += *from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Stream, fill_normal, fill_words};

    fn indices(count: usize, rows: u32) -> Vec<u32> {
        let mut words = vec![0; count];
        fill_words(Key::new(1, Stream::Data), &mut words);
        words.into_iter().map(|word| word % rows).collect()
    }

    fn normal(site: u32, len: usize) -> Vec<f32> {
        let mut x = vec![0.0; len];
        fill_normal(Key::new(2, Stream::Data).site(site), 0.0, 1.0, &mut x);
        x
    }

    #[test]
    fn both_are_as_their_loops() {
        for (rows, width, count) in [(1, 1, 5), (7, 3, 0), (7, 3, 100), (1000, 33, 2000), (3, 5000, 40), (40_000, 2, 9)]
        {
            let indices = indices(count, rows as u32);
            let (table, source) = (normal(1, rows * width), normal(2, count * width));
            let mut picked = vec![f32::NAN; count * width];
            gather_rows(&table, width, &indices, &mut picked);
            let (mut from_zero, mut added) = (vec![0.0; rows * width], table.clone());
            for (i, &index) in indices.iter().enumerate() {
                for j in 0..width {
                    assert_eq!(picked[i * width + j], table[index as usize * width + j]);
                    from_zero[index as usize * width + j] += source[i * width + j];
                    added[index as usize * width + j] += source[i * width + j];
                }
            }
            let mut out = vec![f32::NAN; rows * width];
            scatter_rows(None, &source, width, &indices, &mut out);
            assert_eq!(out, from_zero, "{rows} rows of {width}, {count} indices");
            scatter_rows(Some(&table), &source, width, &indices, &mut out);
            assert_eq!(out, added, "{rows} rows of {width}, {count} indices");
        }
    }

    #[test]
    fn rows_without_elements_are_not_missed() {
        gather_rows::<f64>(&[], 0, &[3, 1], &mut []);
        scatter_rows::<f64>(None, &[], 0, &[3, 1], &mut []);
    }

    #[test]
    #[should_panic(expected = "index 2 at place 1 of a matrix of 2 rows")]
    fn a_row_that_is_not_there() {
        gather_rows(&[1.0, 2.0], 1, &[0, 2], &mut [0.0; 2]);
    }
}
