//! Many checks at once, told in order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` for every item, each on a thread of the current pool, and `tell`s of each result as soon as all before it are
/// told.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    tell: impl FnMut(&R) + Send,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Done { results: items.iter().map(|_| None).collect(), told: 0, tell });
    // Not a parallel iterator, whose halves would begin in the middle of the list.
    rayon_core::broadcast(|_| {
        loop {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(item) = items.get(index) else { break };
            let result = work(item);
            done.lock().expect("no check panics while it tells").add(index, result);
        }
    });
    let done = done.into_inner().expect("no check panics while it tells");
    done.results.into_iter().map(|result| result.expect("every item was worked on")).collect()
}

/// What is finished, and how much of it has been told.
struct Done<R, F> {
    results: Vec<Option<R>>,
    told: usize,
    tell: F,
}

impl<R, F: FnMut(&R)> Done<R, F> {
    fn add(&mut self, index: usize, result: R) {
        self.results[index] = Some(result);
        while let Some(Some(result)) = self.results.get(self.told) {
            (self.tell)(result);
            self.told += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_told_in_order() {
        let items: Vec<u64> = (0..50).collect();
        let pool = rayon_core::ThreadPoolBuilder::new().num_threads(4).build().expect("threads start");
        let mut told = vec![];
        let slow_at_first = |&item: &u64| {
            std::thread::sleep(std::time::Duration::from_micros(500 - 10 * item));
            item * item
        };
        let results = pool.install(|| super::each(&items, slow_at_first, |&result| told.push(result)));
        assert_eq!(results, items.iter().map(|item| item * item).collect::<Vec<_>>());
        assert_eq!(told, results);
    }
}
