//! A gate: lets few pieces of costly work in at a time. Some wait in front of it, and the next one hears
//! "unavailable" at once, so that waiting never takes every thread. Nobody has all places.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Error, Result};

thread_local!(static BEFORE_WAITING: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) });

/// What the present thread does before it waits at any gate, until the guard is dropped: whatever it holds that others
/// want is given back first, for how many wait, and who among them goes first, is the gate's to say.
pub fn before_waiting(give_back: impl FnOnce() + 'static) -> BeforeWaiting {
    BEFORE_WAITING.set(Some(Box::new(give_back)));
    BeforeWaiting
}

pub struct BeforeWaiting;

impl Drop for BeforeWaiting {
    fn drop(&mut self) {
        BEFORE_WAITING.set(None);
    }
}

/// The present thread is about to wait at a gate.
pub fn waits() {
    if let Some(give_back) = BEFORE_WAITING.take() {
        give_back();
    }
}

#[derive(Debug)]
pub struct Gate {
    /// What the work is done to, for the log.
    what: &'static str,
    places: usize,
    /// How many wait at most.
    waiting: usize,
    /// How many places, inside and in front, one has who asks.
    share: usize,
    counts: Mutex<Counts>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Counts {
    inside: usize,
    waiting: usize,
    /// By who asks: inside, and in front.
    of: HashMap<String, (usize, usize)>,
}

impl Counts {
    /// Whether somebody may come in: there is a place, and where there are several, one stays for others.
    fn is_free(&self, who: &str, places: usize) -> bool {
        let mine = self.of.get(who).map_or(0, |of| of.0);
        self.inside < places && mine < places.saturating_sub(1).max(1)
    }

    /// What somebody has; gone where it is nothing.
    fn change(&mut self, who: &str, change: impl FnOnce(&mut (usize, usize))) {
        let mut mine = self.of.remove(who).unwrap_or_default();
        change(&mut mine);
        if mine != (0, 0) {
            self.of.insert(who.to_owned(), mine);
        }
    }
}

impl Gate {
    pub fn new(what: &'static str, places: usize, waiting: usize, share: usize) -> Self {
        Self { what, places, waiting, share, counts: Mutex::default(), left: Condvar::new() }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place. Errors: unavailable where too many wait, `who` has as much as one may, or the work before lasts.
    pub fn enter(&self, who: &str, patience: Duration) -> Result<Place<'_>> {
        let mut counts = self.counts();
        let mine = counts.of.get(who).map_or(0, |of| of.0 + of.1);
        if mine >= self.share || counts.inside >= self.places && counts.waiting >= self.waiting {
            return Err(Error::Unavailable(format!("too much is asked of {} at once", self.what)));
        }
        if !counts.is_free(who, self.places) {
            waits();
        }
        counts.waiting += 1;
        counts.change(who, |of| of.1 += 1);
        let full = |c: &mut Counts| !c.is_free(who, self.places);
        let (mut counts, _) = self.left.wait_timeout_while(counts, patience, full).unwrap_or_else(PoisonError::into_inner);
        counts.waiting -= 1;
        counts.change(who, |of| of.1 -= 1);
        if !counts.is_free(who, self.places) {
            return Err(Error::Unavailable(format!("{} is busy for somebody else", self.what)));
        }
        counts.inside += 1;
        counts.change(who, |of| of.0 += 1);
        Ok(Place { gate: self, who: who.to_owned() })
    }
}

/// The place inside; given back when dropped, also when the work panics.
#[derive(Debug)]
pub struct Place<'g> {
    gate: &'g Gate,
    who: String,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut counts = self.gate.counts();
        counts.inside -= 1;
        counts.change(&self.who, |of| of.0 -= 1);
        // Not everybody who waits may come in.
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_inside_some_wait_and_the_next_one_hears_so_at_once() {
        let patience = Duration::from_secs(60);
        for places in [1, 2] {
            let gate = Gate::new("a test", places, 8, 8);
            let mut inside: Vec<Place<'_>> = (0..places).map(|n| gate.enter(&n.to_string(), patience).unwrap()).collect();
            assert!(gate.enter("another", Duration::ZERO).is_err(), "nobody else comes in meanwhile");
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| gate.enter("another", patience).map(drop).unwrap());
                }
                while gate.counts().waiting < 8 {
                    std::thread::yield_now();
                }
                assert!(gate.enter("a third", patience).is_err(), "and no more wait than may");
                inside.clear();
            });
            gate.enter("another", Duration::ZERO).unwrap();
        }
    }

    #[test]
    fn nobody_has_all_places() {
        let gate = Gate::new("a test", 2, 8, 3);
        let patience = Duration::from_secs(60);
        let first = gate.enter("greedy", patience).unwrap();
        std::thread::scope(|scope| {
            let waits = [(); 2].map(|()| scope.spawn(|| gate.enter("greedy", patience).map(drop)));
            while gate.counts().waiting < 2 {
                std::thread::yield_now();
            }
            assert!(gate.enter("greedy", patience).is_err(), "no more of one wait");
            drop(gate.enter("another", Duration::ZERO).unwrap());
            drop(first);
            for one in waits {
                one.join().unwrap().unwrap();
            }
        });
        assert!(gate.counts().of.is_empty());
    }
}
