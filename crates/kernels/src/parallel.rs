//! Cutting work in two until a piece is small enough, each half on whichever thread is free.
//!
//! Nothing is allocated on the way, but for the results of [`collect`]. Where the cuts fall depends on the size of the work alone,
//! and never on who does it; [`share`] gives a size that does, for work whose bits no cut decides.
//!
//! The closures are behind pointers: all joins of all kinds of work are one, since rayon's is more code than most work is.
//! Threads are those of the current rayon pool.

/// Work over a number of units (elements, rows, blocks) that can be cut between any two of them.
pub(crate) trait Divisible: Sized + Send {
    /// How many units there are.
    fn units(&self) -> usize;
    /// The first `at` units, and the rest.
    fn cut(self, at: usize) -> (Self, Self);
    /// Does the work, on this thread.
    fn run(self);
}

/// Runs `work` in pieces of at most `grain` units, all but the last a multiple of it.
#[inline(never)]
pub(crate) fn run<W: Divisible>(work: W, grain: usize) {
    let pieces = work.units().div_ceil(grain);
    if pieces <= 1 {
        return work.run();
    }
    let (front, back) = work.cut(pieces / 2 * grain);
    let (mut front, mut back) = (Some(front), Some(back));
    join(&mut || run_once(&mut front, grain), &mut || run_once(&mut back, grain));
}

fn run_once<W: Divisible>(work: &mut Option<W>, grain: usize) {
    if let Some(work) = work.take() {
        run(work, grain);
    }
}

/// The results of both, each on whichever thread is free.
///
/// ```
/// use diabolo_kernels::parallel::both;
/// assert_eq!(both(|| 2 + 3, || 2 * 3), (5, 6));
/// ```
pub fn both<T: Send>(front: impl FnOnce() -> T + Send, back: impl FnOnce() -> T + Send) -> (T, T) {
    let (mut front, mut back) = (Once::Ahead(front), Once::Ahead(back));
    join(&mut || front.run(), &mut || back.run());
    (front.result(), back.result())
}

#[inline(never)]
fn join(front: &mut (dyn FnMut() + Send), back: &mut (dyn FnMut() + Send)) {
    rayon_core::join(front, back);
}

/// Work that is called through a pointer, and leaves its result in its own place.
enum Once<F, T> {
    Ahead(F),
    Running,
    Done(T),
}

impl<T, F: FnOnce() -> T> Once<F, T> {
    fn run(&mut self) {
        if let Self::Ahead(work) = std::mem::replace(self, Self::Running) {
            *self = Self::Done(work());
        }
    }

    fn result(self) -> T {
        match self {
            Self::Done(result) => result,
            Self::Ahead(_) | Self::Running => unreachable!("a join returns when both are done"),
        }
    }
}

/// Runs `work` on pieces of `data`, `size` elements each but for the last, and tells it where the piece begins.
///
/// ```
/// use diabolo_kernels::parallel::pieces;
///
/// let mut squares = [0; 10];
/// pieces(&mut squares, 4, &|first, piece| {
///     piece.iter_mut().zip(first..).for_each(|(square, i)| *square = i * i);
/// });
/// assert_eq!(squares[7..], [49, 64, 81]);
/// ```
///
/// # Panics
/// If `size` is 0 and there are data.
#[track_caller]
pub fn pieces<T: Send>(data: &mut [T], size: usize, work: &(dyn Fn(usize, &mut [T]) + Sync)) {
    if !data.is_empty() {
        assert!(size > 0, "a piece must have an element");
        run(Pieces { data, first: 0, work }, size);
    }
}

struct Pieces<'a, T> {
    data: &'a mut [T],
    first: usize,
    work: &'a (dyn Fn(usize, &mut [T]) + Sync),
}

impl<T: Send> Divisible for Pieces<'_, T> {
    fn units(&self) -> usize {
        self.data.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.data.split_at_mut(at);
        (Self { data: front, ..self }, Self { data: back, first: self.first + at, ..self })
    }

    fn run(self) {
        (self.work)(self.first, self.data);
    }
}

/// Runs `work` on each of some tasks.
///
/// ```
/// use diabolo_kernels::parallel::each;
///
/// let (mut sums, rows) = ([0; 2], [1, 2, 3, 4, 5, 6]);
/// let mut tasks: Vec<_> = sums.iter_mut().zip(rows.chunks(3)).collect();
/// each(&mut tasks, &|(sum, row)| **sum = row.iter().sum());
/// assert_eq!(sums, [6, 15]);
/// ```
pub fn each<T: Send>(tasks: &mut [T], work: &(dyn Fn(&mut T) + Sync)) {
    pieces(tasks, 1, &|_, tasks| tasks.iter_mut().for_each(work));
}

/// `f(i)` for `i` from 0 to `count` - 1, in this order.
///
/// ```
/// assert_eq!(diabolo_kernels::parallel::collect(3, &|i| i * i), [0, 1, 4]);
/// ```
pub fn collect<T: Send>(count: usize, f: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let mut results: Vec<Option<T>> = std::iter::repeat_with(|| None).take(count).collect();
    pieces(&mut results, 1, &|i, result| result[0] = Some(f(i)));
    results.into_iter().flatten().collect()
}

/// How many of `units` a thread gets if they are shared in whole groups of `group`.
///
/// ```
/// assert!(diabolo_kernels::parallel::share(100, 8).is_multiple_of(8));
/// ```
pub fn share(units: usize, group: usize) -> usize {
    units.div_ceil(rayon_core::current_num_threads()).next_multiple_of(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_worked_on_once_and_knows_its_place() {
        for (len, size) in [(0, 0), (0, 3), (1, 3), (7, 1), (100, 7), (64, 64), (65, 64)] {
            let mut data = vec![0; len];
            pieces(&mut data, size, &|first, piece| {
                assert!(first % size == 0 && (piece.len() == size || first + piece.len() == len));
                piece.iter_mut().zip(first..).for_each(|(x, i)| *x += i + 1);
            });
            assert!(data.into_iter().eq(1..=len), "{len} in pieces of {size}");
        }
    }

    #[test]
    fn results_stand_in_their_order() {
        for count in [0, 1, 5, 1000] {
            assert!(collect(count, &|i| vec![i]).into_iter().flatten().eq(0..count));
        }
    }

    #[test]
    #[should_panic(expected = "a piece must have an element")]
    fn pieces_without_elements() {
        pieces(&mut [1], 0, &|_, _| {});
    }
}
