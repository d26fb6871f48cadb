//! Cutting work in two until a piece is small enough, each half on whichever thread is free.
//!
//! Nothing is allocated on the way. Where the cuts fall depends on the size of the work alone.

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
/// All joins of all types of work are one: rayon's is more code than most kinds of work are.
pub(crate) fn both<T: Send>(front: impl FnOnce() -> T + Send, back: impl FnOnce() -> T + Send) -> (T, T) {
    let (mut front, mut back) = (Once::Ahead(front), Once::Ahead(back));
    join(&mut || front.run(), &mut || back.run());
    (front.result(), back.result())
}

#[inline(never)]
fn join(front: &mut (dyn FnMut() + Send), back: &mut (dyn FnMut() + Send)) {
    rayon::join(front, back);
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

/// Fills `out` in pieces as [`run`] cuts them: `fill` is told where a piece begins.
///
/// Compiled once for a type of number and not for each rule that fills: the cutting is more code than most rules are.
pub(crate) fn fill<T: Send>(out: &mut [T], grain: usize, fill: &(dyn Fn(usize, &mut [T]) + Sync)) {
    run(Filling { out, first: 0, fill }, grain);
}

struct Filling<'a, T> {
    out: &'a mut [T],
    first: usize,
    fill: &'a (dyn Fn(usize, &mut [T]) + Sync),
}

impl<T: Send> Divisible for Filling<'_, T> {
    fn units(&self) -> usize {
        self.out.len()
    }

    fn cut(self, at: usize) -> (Self, Self) {
        let (front, back) = self.out.split_at_mut(at);
        (Self { out: front, ..self }, Self { out: back, first: self.first + at, ..self })
    }

    fn run(self) {
        (self.fill)(self.first, self.out);
    }
}
