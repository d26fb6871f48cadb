//! Contestants of one process, in turns.

use std::time::Instant;

use crate::record::{Contestant, Reading};

/// A reading lasts this many seconds at least, or one call.
const SHORTEST: f64 = 2e-3;

/// Somebody with the work to be timed.
#[expect(missing_debug_implementations, reason = "work is a closure")]
pub struct Turn<'a> {
    contestant: Contestant,
    work: Box<dyn FnMut() + 'a>,
}

impl<'a> Turn<'a> {
    /// `name` does `work`.
    pub fn new(name: &str, about: &str, work: impl FnMut() + 'a) -> Self {
        Self { contestant: Contestant::new(name, about), work: Box::new(work) }
    }

    /// Seconds of a call, over as many as `calls`.
    fn seconds(&mut self, calls: usize) -> f64 {
        let begun = Instant::now();
        for _ in 0..calls {
            (self.work)();
        }
        begun.elapsed().as_secs_f64() / calls as f64
    }
}

/// All of them, one after the other, `rounds` times over. Each first calls its work once, untimed: what the one before
/// has left in the caches is not its affair.
pub fn in_turns(rounds: usize, mut turns: Vec<Turn<'_>>) -> Vec<Contestant> {
    let calls: Vec<usize> = turns
        .iter_mut()
        .map(|turn| {
            (turn.work)();
            (SHORTEST / turn.seconds(1)).clamp(1.0, 1e6).ceil() as usize
        })
        .collect();
    for _ in 0..rounds {
        for (turn, &calls) in turns.iter_mut().zip(&calls) {
            (turn.work)();
            let seconds = turn.seconds(calls);
            turn.contestant.readings.push(Reading::of(seconds));
        }
    }
    turns.into_iter().map(|turn| turn.contestant).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn everyone_has_a_reading_in_every_round() {
        let order = RefCell::new(vec![]);
        let slow = std::time::Duration::from_secs_f64(1.5 * SHORTEST); // so that a reading is one call
        let turn = |name: &'static str| {
            let order = &order;
            Turn::new(name, "", move || {
                order.borrow_mut().push(name);
                std::thread::sleep(slow);
            })
        };
        let contestants = in_turns(3, vec![turn("a"), turn("b")]);
        assert!(contestants.iter().all(|contestant| contestant.readings.len() == 3));
        let order = order.into_inner();
        assert_eq!(order[..4], ["a", "a", "b", "b"], "two calls each to find out how many make a reading");
        assert_eq!(order[4..], ["a", "a", "b", "b"].repeat(3));
    }
}
