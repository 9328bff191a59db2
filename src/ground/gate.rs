//! A gate: lets few pieces of costly work in at a time. Some wait in front of it, and the next one hears
//! "unavailable" at once, so that waiting never takes every thread.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Error, Result};

#[derive(Debug)]
pub struct Gate {
    /// What the work is done to, for the log.
    what: &'static str,
    places: usize,
    /// How many wait at most.
    waiting: usize,
    counts: Mutex<Counts>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Counts {
    inside: usize,
    waiting: usize,
}

impl Gate {
    pub fn new(what: &'static str, places: usize, waiting: usize) -> Self {
        Self { what, places, waiting, counts: Mutex::default(), left: Condvar::new() }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place. Errors: unavailable where too many wait, or the work before lasts.
    pub fn enter(&self, patience: Duration) -> Result<Place<'_>> {
        let mut counts = self.counts();
        if counts.inside >= self.places && counts.waiting >= self.waiting {
            return Err(Error::Unavailable(format!("too much is asked of {} at once", self.what)));
        }
        counts.waiting += 1;
        let (mut counts, _) = self.left.wait_timeout_while(counts, patience, |c| c.inside >= self.places).unwrap_or_else(PoisonError::into_inner);
        counts.waiting -= 1;
        if counts.inside >= self.places {
            return Err(Error::Unavailable(format!("{} is busy for somebody else", self.what)));
        }
        counts.inside += 1;
        Ok(Place(self))
    }
}

/// The place inside; given back when dropped, also when the work panics.
#[derive(Debug)]
pub struct Place<'g>(&'g Gate);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.counts().inside -= 1;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_inside_some_wait_and_the_next_one_hears_so_at_once() {
        let patience = Duration::from_secs(60);
        for places in [1, 2] {
            let gate = Gate::new("a test", places, 8);
            let mut inside: Vec<Place<'_>> = (0..places).map(|_| gate.enter(patience).unwrap()).collect();
            assert!(gate.enter(Duration::ZERO).is_err(), "nobody else comes in meanwhile");
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| gate.enter(patience).map(drop).unwrap());
                }
                while gate.counts().waiting < 8 {
                    std::thread::yield_now();
                }
                assert!(gate.enter(patience).is_err(), "and no more wait than may");
                inside.clear();
            });
            gate.enter(Duration::ZERO).unwrap();
        }
    }
}
